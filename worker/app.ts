import type { Context } from 'hono';
import { Hono } from 'hono/tiny';

import type { Env } from './env.ts';
import { collectRoutes } from './routes/collector/collect.ts';
import { collectorCors } from './routes/collector/collector-cors.ts';
import { sdkSettings } from './routes/collector/sdk-settings.ts';
import { tagScript } from './routes/collector/tag-script.ts';
import { respondWithProblem } from './routes/http/problem.ts';
import { securityHeaders } from './routes/http/security-headers.ts';
import { respondUnknownPath } from './routes/http/unknown-path.ts';

/** Creates the Worker's routes. A path that none of them matches may be a static file. */
export function createApp(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.onError(respondWithProblem);

  app.all('/v1/admin/*', (c) => managed(c));

  app.on(['GET', 'POST'], '/v1/hooks/:hook', (c) => managed(c));

  app.use('/v1/*', securityHeaders, collectorCors);
  app.use('/sourceConfig/', securityHeaders, collectorCors);
  app.route('/v1', collectRoutes());
  app.route('/', sdkSettings());

  // The stub sends the events of a visitor who leaves at once to this path, next to `/df/<version>.js`.
  app.post('/df/v1/batch', async (c) => app.fetch(besideTheTag(c.req.raw), c.env, c.executionCtx));

  app.route('/', tagScript());

  app.get('/oauth/linkedin/callback', (c) => managed(c));
  app.get('/healthz', securityHeaders, async (c) => (c.req.query('deep') ? managed(c) : c.json({ status: 'ok' })));
  app.get('/openapi.json', (c) => managed(c));
  app.use('/demo/outcomes', securityHeaders);
  app.get('/demo/outcomes', (c) => managed(c));

  app.all('*', respondUnknownPath(app));
  return app;
}

/** Answers a request of the console or of the management API, with a module that no collector request loads. */
async function managed(c: Context<{ Bindings: Env }>): Promise<Response> {
  const { management } = await import('./management.ts');
  return management.fetch(c.req.raw, c.env);
}

function besideTheTag(request: Request): Request {
  return new Request(request.url.replace('/df/v1/batch', '/v1/batch'), request);
}
