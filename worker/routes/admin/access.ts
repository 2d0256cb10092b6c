import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';

import { guessAddress } from '../../domain/access/guess-backoff.ts';
import type { Principal } from '../../domain/access/permission.ts';
import { sha256Hex } from '../../domain/identity/sha256.ts';
import type { Env } from '../../env.ts';
import type { Credential, Entry } from '../../objects/registry/access-tokens.ts';
import { keyedId } from '../http/keyed-id.ts';
import { mustBeOwnPage } from '../http/own-page.ts';
import { Problem } from '../http/problem.ts';
import { accessPrincipal } from './cloudflare-access.ts';
import type { AdminEnv } from './env.ts';

/** The console's session. Below the management API's path only, so that neither pages nor the collector get it. */
export const SESSION_COOKIE = '_df_console';

/**
 * Says who asks, or closes the door. Without `ADMIN_TOKEN` the management API is closed, never open.
 *
 * First found: a Bearer token (`ADMIN_TOKEN`, or one that was made), the console's cookie, Cloudflare Access.
 */
export const adminAccess: MiddlewareHandler<AdminEnv> = async (c, next) => {
  c.set('principal', await principalNow(c));
  await next();
};

/**
 * Says who asks, as of now. What goes on for long asks again and again, since a token is revoked and a session ends in
 * between.
 *
 * @throws Problem for whoever may not come in, or may no longer.
 */
export async function principalNow(c: Context<AdminEnv>): Promise<Principal> {
  const { ADMIN_TOKEN: adminToken } = c.env;
  if (adminToken === undefined || adminToken === '')
    throw new Problem(
      'admin_not_configured',
      'Set the secret ADMIN_TOKEN to a long random text (wrangler secret put ADMIN_TOKEN) and send it as Bearer token.',
    );
  const principal = await principalOf(c, adminToken);
  if (principal.by !== 'token') mustBeOwnPage(c);
  return principal;
}

/** Names the ADMIN_TOKEN of now: sessions that were begun with another one are over. */
export async function adminTokenId(env: Env): Promise<string> {
  return `admin_token:${await keyedId(env, 'session')}`;
}

async function principalOf(c: Context<AdminEnv>, adminToken: string): Promise<Principal> {
  const header = c.req.header('Authorization');
  if (header !== undefined) {
    const given = /^Bearer (\S+)$/i.exec(header)?.[1];
    if (given === undefined) throw missing();
    return entered(await enter(c, await byToken(c, { given, adminToken })));
  }
  const session = getCookie(c, SESSION_COOKIE);
  if (session !== undefined) return entered(await enter(c, { kind: 'session', sha256: await sha256Hex(session) }));
  const principal = await accessPrincipal(c);
  if (principal === undefined) throw missing();
  return principal;
}

async function enter(c: Context<AdminEnv>, credential: Credential): Promise<Entry> {
  return c.env.REGISTRY.getByName('registry').enter(credential, await adminTokenId(c.env));
}

/**
 * Both sides are hashed before they are compared: `timingSafeEqual` wants equal lengths, and the hash tells nothing of the
 * token's. A token that was made is looked up by its hash, which nobody can choose.
 */
async function byToken(
  c: Context<AdminEnv>,
  { given, adminToken }: { given: string; adminToken: string },
): Promise<Credential> {
  const address = guessAddress(c.req.header('CF-Connecting-IP') ?? '');
  return {
    kind: 'token',
    sha256: await sha256Hex(given),
    isAdminToken: crypto.subtle.timingSafeEqual(await sha256(given), await sha256(adminToken)),
    address: await keyedId(c.env, `address:${address}`),
  };
}

function entered(entry: Entry): Principal {
  switch (entry.kind) {
    case 'let_in':
      return entry.principal;
    case 'unknown':
      throw new Problem(
        'token_invalid',
        'The token is neither what ADMIN_TOKEN holds nor one that was made and not revoked; or the session is over',
        { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } },
      );
    case 'expired':
      throw new Problem(
        'token_expired',
        `It ended at ${new Date(entry.atMs).toISOString()}: sign in again, or ask for another`,
        {
          headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
        },
      );
    case 'blocked':
      throw new Problem(
        'too_many_guesses',
        'This token is wrong, and so were too many before it from your address. Check it, and wait before you try another. A valid token is accepted at once.',
        {
          headers: { 'Retry-After': String(Math.ceil(entry.retryAfterMs / 1_000)) },
        },
      );
  }
}

function missing(): Problem {
  return new Problem(
    'token_missing',
    'Expected the header "Authorization: Bearer <token>", or the cookie of a session',
    {
      headers: { 'WWW-Authenticate': 'Bearer' },
    },
  );
}

function sha256(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}
