import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import type { Env } from '../../../worker/env.ts';
import worker from '../../../worker/index.ts';
import { ADMIN_TOKEN, aRequest, ask, problemOf } from '../support/api.ts';
import type { Call } from '../support/api.ts';
import { allRoutes } from '../support/routes.ts';

/** Every route of the management API, with IDs filled in. */
const ROUTES = allRoutes()
  .filter(({ path, method }) => path.startsWith('/v1/admin/') && method !== 'ALL')
  .map(({ method, path }) => ({ method, path: path.replaceAll(/:\w+/g, 'x') }));

async function askWith(bindings: Partial<Env>, path: string, call: Call): Promise<Response> {
  // A request from outside has none of our properties, but the types don't express that.
  const request = new Request<unknown, IncomingRequestCfProperties>(aRequest(path, call));
  return worker.fetch(request, { ...env, ...bindings }, createExecutionContext());
}

describe('the management API', () => {
  it('has routes to guard', () => {
    expect(ROUTES.length).toBeGreaterThan(10);
  });

  it.each(ROUTES)('needs a token: $method $path', async ({ method, path }) => {
    const response = await ask(path, { method });

    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_missing' });
  });

  it.each(ROUTES)("is closed to every token while ADMIN_TOKEN isn't set: $method $path", async ({ method, path }) => {
    const response = await askWith({ ADMIN_TOKEN: '' }, path, { method, headers: { Authorization: 'Bearer ' } });

    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'admin_not_configured' });
  });

  it.each([
    ['token_invalid', 'Bearer wrong'],
    ['token_invalid', `Bearer ${ADMIN_TOKEN}x`],
    ['token_invalid', `Bearer ${ADMIN_TOKEN.slice(0, -1)}`],
    ['token_invalid', `Bearer ${ADMIN_TOKEN.toUpperCase()}`],
    ['token_invalid', `Bearer ${'x'.repeat(100_000)}`],
    ['token_invalid', 'Bearer undefined'],
    ['token_missing', ADMIN_TOKEN],
    ['token_missing', `Basic ${btoa(`${ADMIN_TOKEN}:`)}`],
    ['token_missing', `Bearer ${ADMIN_TOKEN} ${ADMIN_TOKEN}`],
    ['token_missing', `Bearer Bearer ${ADMIN_TOKEN}`],
    ['token_missing', 'Bearer'],
  ])('refuses another token, as %s: %.60s', async (code, header) => {
    const response = await ask('/v1/admin/sources', {
      // Wrong tokens from one address slow each other down.
      headers: { Authorization: header, 'CF-Connecting-IP': crypto.randomUUID() },
    });

    expect(await problemOf(response)).toMatchObject({ status: 401, code });
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('accepts its own token as %s', async (scheme) => {
    const response = await ask('/v1/admin/sources', { headers: { Authorization: `${scheme} ${ADMIN_TOKEN}` } });

    expect(response.status).toBe(200);
  });

  it.each(['/v1/admin', '/v1/admin/', '/v1/admin/nothing', '/v1/admin/sources/', '/v1/admin/sources/x/y/z'])(
    "doesn't reveal to strangers which paths exist: %s",
    async (path) => {
      const response = await ask(path);

      expect(response.status).toBe(401);
    },
  );

  it("can't be called by other sites' pages: it answers no preflight and allows no origin", async () => {
    const response = await ask('/v1/admin/sources', {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'GET' },
    });

    expect(response.status).toBe(401);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('is never cached, and never shown in a frame', async () => {
    const response = await ask('/v1/admin/sources', { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } });

    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });
});
