import { ROLES } from '../../schema/settings/access-token.ts';
import type { Role } from '../../schema/settings/access-token.ts';

/** A user of the management API. */
export type Principal = {
  /** `admin_token`, a token's ID, or `access:` and the user's identity at Cloudflare Access. */
  id: string;
  name: string;
  role: Role;
  /** Undefined means all sources. */
  sourceIds: readonly string[] | undefined;
  by: 'token' | 'cookie' | 'access';
  expiresAtMs: number | undefined;
};

/** Checks whether a role includes the needed one. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Checks whether a user may know that a source exists. */
export function seesSource({ sourceIds }: Pick<Principal, 'sourceIds'>, sourceId: string): boolean {
  return sourceIds === undefined || sourceIds.includes(sourceId);
}
