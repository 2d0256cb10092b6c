import type { Context } from 'hono';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

import type { Principal } from '../../domain/access/permission.ts';
import { sha256Hex } from '../../domain/identity/sha256.ts';
import type { SessionView } from '../../schema/settings/access-token.ts';
import { newSessionSecret } from '../http/new-id.ts';
import { Problem } from '../http/problem.ts';
import { SESSION_COOKIE, adminTokenId } from './access.ts';
import { redirectUri } from './connection/redirect-uri.ts';
import type { AdminEnv } from './env.ts';

/** `/v1/admin/session`: the caller, and signing in to and out of the console. */
export function adminSession(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', (c) => c.json(view(c, c.get('principal'))));

  routes.post('/', async (c) => {
    const principal = c.get('principal');
    // Otherwise a session could extend itself without end.
    if (principal.by !== 'token') throw new Problem('forbidden', 'Start a session with a Bearer token');
    const secret = newSessionSecret();
    const expiresAtMs = await c.env.REGISTRY.getByName('registry').beginSession(
      await sha256Hex(secret),
      principal,
      await adminTokenId(c.env),
    );
    keepCookie(c, { value: secret, maxAgeSeconds: Math.floor((expiresAtMs - Date.now()) / 1_000) });
    return c.json(view(c, { ...principal, by: 'cookie', expiresAtMs }), 201);
  });

  routes.delete('/', async (c) => {
    const secret = getCookie(c, SESSION_COOKIE);
    if (secret !== undefined) await c.env.REGISTRY.getByName('registry').endSession(await sha256Hex(secret));
    keepCookie(c, { value: '', maxAgeSeconds: 0 });
    return c.body(null, 204);
  });

  return routes;
}

/**
 * Sets the cookie for two paths: the API is served with and without `BASE_PATH`, and a browser sends a cookie only
 * below its path.
 */
function keepCookie(c: Context<AdminEnv>, { value, maxAgeSeconds }: { value: string; maxAgeSeconds: number }): void {
  for (const prefix of new Set(['', c.env.BASE_PATH.replace(/\/+$/, '')])) {
    setCookie(c, SESSION_COOKIE, value, {
      path: `${prefix}/v1/admin`,
      httpOnly: true,
      sameSite: 'Strict',
      secure: new URL(c.req.url).protocol === 'https:',
      maxAge: maxAgeSeconds,
    });
  }
}

/** Only the local run has a sandbox, on this machine. */
function isSandbox({ DEMO, LINKEDIN_API_URL }: AdminEnv['Bindings']): boolean {
  return DEMO === 'true' && /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::|\/|$)/.test(LINKEDIN_API_URL);
}

function view(c: Context<AdminEnv>, { id, name, role, sourceIds, by, expiresAtMs }: Principal): SessionView {
  return {
    id,
    name,
    role,
    source_ids: sourceIds === undefined ? null : [...sourceIds],
    by,
    expires_at: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
    oauth_redirect_uri: redirectUri(c) ?? null,
    linkedin_sandbox: isSandbox(c.env),
  };
}
