/** Who may use the management API: roles, and the tokens that carry them. */
import * as v from 'valibot';

import { SourceId } from '../ids.ts';

/** From the least to the most. A viewer looks, an editor changes, an owner also says who may. */
export const ROLES = ['viewer', 'editor', 'owner'] as const;
export type Role = (typeof ROLES)[number];

const Instant = v.pipe(
  v.string(),
  v.isoTimestamp('expected a time such as "2027-01-31T00:00:00Z"'),
  v.transform((text) => new Date(text).toISOString()),
);

/** `POST /v1/admin/tokens` */
export const AccessTokenCreate = v.strictObject({
  name: v.pipe(
    v.string('expected a name, to recognise the token by'),
    v.trim(),
    v.nonEmpty('expected a name, to recognise the token by'),
    v.maxLength(200, 'expected at most 200 characters'),
  ),
  role: v.picklist(ROLES, 'expected "owner", "editor" or "viewer"'),
  /** What an editor or viewer may see. An owner sees everything, so it names none. */
  source_ids: v.exactOptional(
    v.pipe(
      v.array(SourceId),
      v.minLength(1, 'expected at least one source'),
      v.maxLength(200, 'expected at most 200 sources'),
    ),
  ),
  /** Left out or null, it has no end. */
  expires_at: v.exactOptional(v.nullable(Instant)),
});
export type AccessTokenCreate = v.InferOutput<typeof AccessTokenCreate>;

/** A token as the API shows it: never the token, but enough to recognise it by. */
export const AccessTokenView = v.object({
  id: v.string(),
  name: v.string(),
  role: v.picklist(ROLES),
  /** Null: all of them. */
  source_ids: v.nullable(v.array(v.string())),
  last4: v.string(),
  created_at: v.string(),
  expires_at: v.nullable(v.string()),
  /** To the hour; null when it was never used. */
  last_used_at: v.nullable(v.string()),
});
export type AccessTokenView = v.InferOutput<typeof AccessTokenView>;

/** The answer to its making: the only time that the token is shown. */
export const MadeAccessToken = v.object({ ...AccessTokenView.entries, token: v.string() });

/** `/v1/admin/session`: who is asking, and what they may do. */
export const SessionView = v.object({
  /** `admin_token`, a token's id, or `access:` and who it is at Cloudflare Access. */
  id: v.string(),
  name: v.string(),
  role: v.picklist(ROLES),
  source_ids: v.nullable(v.array(v.string())),
  /** How they are known: by a Bearer token, by the console's cookie, or by Cloudflare Access. */
  by: v.picklist(['token', 'cookie', 'access']),
  /** When the cookie or the token ends; null when it does not. */
  expires_at: v.nullable(v.string()),
  /** What has to stand among the redirect URLs of a LinkedIn app; null until `PUBLIC_URL` is set. */
  oauth_redirect_uri: v.nullable(v.string()),
});
export type SessionView = v.InferOutput<typeof SessionView>;
