import type { Context } from 'hono';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';

import type { Principal } from '../../domain/access/permission.ts';
import { ROLES } from '../../schema/settings/access-token.ts';
import { Problem } from '../http/problem.ts';
import type { AdminEnv } from './env.ts';

/** Cloudflare Access's current signing keys. jose fetches them again when a key is missing. */
const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/**
 * Identifies the caller by Cloudflare Access, if it is set up.
 *
 * The header alone proves nothing, because the same Worker may be reachable on a host that Access does not guard. So
 * the signature, the issuer, the audience and the times are checked.
 *
 * https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
 *
 * @returns Undefined when Access is not set up, or sent nothing.
 * @throws Problem token_invalid.
 */
export async function accessPrincipal(c: Context<AdminEnv>): Promise<Principal | undefined> {
  const { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: audience, ACCESS_ROLE: role } = c.env;
  const assertion = c.req.header('Cf-Access-Jwt-Assertion');
  if (isUnset(team) || isUnset(audience) || assertion === undefined) return undefined;
  const issuer = `https://${team.replace(/^https:\/\/|\/+$/g, '')}`;
  const { sub, common_name: service, exp } = await verified(assertion, { issuer, audience });
  const who = [sub, service].find((name): name is string => typeof name === 'string' && name !== '');
  if (who === undefined) throw refused('it names nobody');
  return {
    id: `access:${who}`,
    name: 'Cloudflare Access',
    role: ROLES.find((known) => known === role) ?? 'viewer',
    sourceIds: undefined,
    by: 'access',
    expiresAtMs: exp === undefined ? undefined : exp * 1_000,
  };
}

async function verified(
  assertion: string,
  { issuer, audience }: { issuer: string; audience: string },
): Promise<JWTPayload> {
  const known = keySets.get(issuer);
  const keySet = known ?? createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`));
  keySets.set(issuer, keySet);
  try {
    const { payload } = await jwtVerify(assertion, keySet, {
      issuer,
      audience,
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
    });
    return payload;
  } catch (error) {
    // On any other error, too, nobody is admitted.
    throw refused(error instanceof errors.JOSEError ? error.code : 'its keys cannot be read');
  }
}

function refused(why: string): Problem {
  return new Problem('token_invalid', `Cannot accept the sign-in by Cloudflare Access: ${why}`, {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
}

function isUnset(value: string | undefined): value is undefined | '' {
  return value === undefined || value === '';
}
