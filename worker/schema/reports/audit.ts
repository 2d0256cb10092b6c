/** The audit log: who changed what. It holds names of fields and never their values. */
import * as v from 'valibot';

import { ROLES } from '../settings/access-token.ts';

export const AuditEntry = v.object({
  id: v.string(),
  at: v.string(),
  /** `name` is the token's of today; null when nobody remembers. */
  actor: v.object({ id: v.string(), name: v.nullable(v.string()), role: v.picklist(ROLES) }),
  method: v.picklist(['POST', 'PUT', 'PATCH', 'DELETE']),
  /** Below `/v1/admin`; what was made is named by its id. */
  path: v.string(),
  /** Whose website it is about; null when it is about none, or about all. */
  source_id: v.nullable(v.string()),
  /** The fields that were given, as JSON pointers. */
  fields: v.array(v.string()),
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;
