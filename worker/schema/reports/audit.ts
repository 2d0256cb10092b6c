/** The audit log: who changed what. It contains names of fields, never their values. */
import * as v from 'valibot';

import { ROLES } from '../settings/access-token.ts';

export const AuditEntry = v.object({
  id: v.string(),
  at: v.string(),
  /** `name` is the token's current name, or null when the token no longer exists. */
  actor: v.object({ id: v.string(), name: v.nullable(v.string()), role: v.picklist(ROLES) }),
  /** GET only for a backup or an export, which has everything. */
  method: v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  /** The path below `/v1/admin`. A created object is included by its ID. */
  path: v.string(),
  /** The source that the change is about. Null when it is about none or all. */
  source_id: v.nullable(v.string()),
  /** The fields that were sent, as JSON pointers. */
  fields: v.array(v.string()),
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;
