import type { Handler, Hono } from 'hono';

import type { Env } from '../../env.ts';
import { Problem } from './problem.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Answers a path that no route handles. If the path has other methods, the answer is a 405 that names them. Otherwise
 * it may be a static file, requested under the base path. Otherwise it is a 404.
 */
export function respondUnknownPath(app: Hono<{ Bindings: Env }>): Handler<{ Bindings: Env }> {
  return async (c) => {
    const allowed = methodsOf(app, c.req.path);
    if (allowed.length > 0)
      throw new Problem('method_not_allowed', `This path accepts ${allowed.join(' and ')}`, {
        headers: { Allow: allowed.join(', ') },
      });
    if (c.req.method === 'GET' || c.req.method === 'HEAD') {
      const asset = await c.env.ASSETS.fetch(c.req.raw);
      if (asset.status !== 404) return asset;
    }
    throw new Problem('not_found', 'Nothing exists at this path');
  };
}

function methodsOf(app: Hono<{ Bindings: Env }>, path: string): string[] {
  return METHODS.filter((method) => app.routes.some((route) => route.method === method && matches(route.path, path)));
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const given = path.split('/');
  return (
    expected.length === given.length &&
    !pattern.includes('*') &&
    expected.every((part, index) => part.startsWith(':') || part === given[index])
  );
}
