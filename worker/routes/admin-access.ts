import type { MiddlewareHandler } from 'hono';

import type { Env } from '../env.ts';
import { Problem } from './problem.ts';

/**
 * Lets the owner in and nobody else. Without `ADMIN_TOKEN` the management API is closed, never open.
 *
 * Both sides are hashed before they are compared: `timingSafeEqual` wants equal lengths, and the hash tells nothing of the
 * token's.
 */
export const adminAccess: MiddlewareHandler<{ Bindings: Env }> = async (c, next) => {
  const { ADMIN_TOKEN: expected } = c.env;
  if (expected === undefined || expected === '')
    throw new Problem(
      'admin_not_configured',
      'Set the secret ADMIN_TOKEN to a long random text (wrangler secret put ADMIN_TOKEN) and send it as Bearer token.',
    );
  const given = /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  if (given === undefined)
    throw new Problem('token_missing', 'Expected the header "Authorization: Bearer <ADMIN_TOKEN>"', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  if (!crypto.subtle.timingSafeEqual(await sha256(given), await sha256(expected)))
    throw new Problem('token_invalid', 'The token is not the one that ADMIN_TOKEN holds', {
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
  await next();
};

function sha256(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}
