/** The audit log: who changed what. It contains the values of settings that are neither secret nor personal. */
import * as v from 'valibot';

import { ROLES } from '../settings/access-token.ts';

const Scalar = v.nullable(v.union([v.string(), v.number(), v.boolean()]));

/** A field that a change set, as a JSON pointer. An element of a list is named by its ID. */
export const AuditedChange = v.union([
  /** A value, or null when there is none. An object is its JSON. */
  v.object({ field: v.string(), from: Scalar, to: Scalar }),
  /** A list of texts. */
  v.object({ field: v.string(), removed: v.array(v.string()), added: v.array(v.string()) }),
  /** A secret, or a value that may be personal. */
  v.object({ field: v.string(), is_hidden: v.literal(true) }),
]);
export type AuditedChange = v.InferOutput<typeof AuditedChange>;

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
  /** What was changed. Null for a change of no settings, and for entries of releases that did not record it. */
  changes: v.nullable(v.array(AuditedChange)),
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;
