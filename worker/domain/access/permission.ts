import { ROLES } from '../../schema/settings/access-token.ts';
import type { Role } from '../../schema/settings/access-token.ts';

/** Somebody who may use the management API. */
export type Principal = {
  /** `admin_token`, a token's id, or `access:` and who it is at Cloudflare Access. */
  id: string;
  name: string;
  role: Role;
  /** Undefined: all of them. */
  sourceIds: readonly string[] | undefined;
  by: 'token' | 'cookie' | 'access';
  expiresAtMs: number | undefined;
};

/** Whether a role is enough for what another is asked for. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Whether somebody may know that a source exists. */
export function seesSource({ sourceIds }: Pick<Principal, 'sourceIds'>, sourceId: string): boolean {
  return sourceIds === undefined || sourceIds.includes(sourceId);
}
