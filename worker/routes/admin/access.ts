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

/**
 * The cookie of the console's session. Its path is the management API's, so neither pages nor the collector receive it.
 */
export const SESSION_COOKIE = '_df_console';

/**
 * Identifies the caller or refuses the request. Without `ADMIN_TOKEN` the management API is closed, never open.
 *
 * Uses the first of these: a Bearer token (`ADMIN_TOKEN` or a generated one), the console's cookie, Cloudflare Access.
 */
export const adminAccess: MiddlewareHandler<AdminEnv> = async (c, next) => {
  c.set('principal', await principalNow(c));
  await next();
};

/**
 * Identifies the caller as of now. Long-running requests call it again and again, because a token may be revoked or a
 * session may end in the meantime.
 *
 * @throws Problem if the caller may not enter, or no longer.
 */
export async function principalNow(c: Context<AdminEnv>): Promise<Principal> {
  const { ADMIN_TOKEN: adminToken } = c.env;
  if (adminToken === undefined || adminToken === '')
    throw new Problem(
      'admin_not_configured',
      'Set the secret ADMIN_TOKEN to a long random text (npm run wrangler -- secret put ADMIN_TOKEN) and send it as Bearer token.',
    );
  const principal = await principalOf(c, adminToken);
  if (principal.by !== 'token') mustBeOwnPage(c);
  return principal;
}

/** Returns an ID of the current ADMIN_TOKEN. Sessions that were begun with another one have ended. */
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
 * Hashes both sides before comparing them: `timingSafeEqual` needs equal lengths, and a hash does not reveal the
 * token's length.
 *
 * Generated tokens are looked up by their hash, which no attacker can choose.
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
        'The token is neither the ADMIN_TOKEN nor a token that was created and not revoked, or the session has ended',
        { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } },
      );
    case 'expired':
      throw new Problem(
        'token_expired',
        `It ended at ${new Date(entry.atMs).toISOString()}: sign in again, or ask for a new one`,
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
