import { Hono } from 'hono/tiny';

import type { Env } from '../env.ts';
import { Problem } from './http/problem.ts';
import { SourceStores } from './stores/source-stores.ts';

/** The source of the demo shop, which `npm run dev` creates. */
const DEMO_SOURCE = 'src_demo';

/**
 * Returns the outcomes of the demo shop's events without a token: only in the local run, and only for the demo's own
 * source.
 */
export function demoRoutes(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  routes.get('/outcomes', async (c) => {
    if (c.env.DEMO !== 'true') throw new Problem('not_found', 'The demo is part of the local run: npm run dev');
    const limit = Math.min(Math.max(Number(c.req.query('limit') ?? 50) || 50, 1), 200);
    const { data } = await new SourceStores(c.env, DEMO_SOURCE).latest({ limit, beforeSeq: undefined });
    return c.json({ data, linkedin_url: c.env.LINKEDIN_API_URL });
  });
  return routes;
}
