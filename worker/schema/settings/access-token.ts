/** Access to the management API: roles, and tokens with a role. */
import * as v from 'valibot';

import { Instant } from '../day.ts';
import { SourceId } from '../ids.ts';

/** The roles from least to most powerful. A viewer reads, an editor changes, and an owner also manages access. */
export const ROLES = ['viewer', 'editor', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** `POST /v1/admin/tokens` */
export const AccessTokenCreate = v.strictObject({
  name: v.pipe(
    v.string('expected a name by which you recognise the token'),
    v.trim(),
    v.nonEmpty('expected a name by which you recognise the token'),
    v.maxLength(200, 'expected at most 200 characters'),
  ),
  role: v.picklist(ROLES, 'expected "owner", "editor" or "viewer"'),
  /** The sources that an editor or viewer may see. An owner sees all, so it must be absent. */
  source_ids: v.exactOptional(
    v.pipe(
      v.array(SourceId),
      v.minLength(1, 'expected at least one source'),
      v.maxLength(200, 'expected at most 200 sources'),
    ),
  ),
  /** Absent or null means no end. */
  expires_at: v.exactOptional(v.nullable(Instant)),
});
export type AccessTokenCreate = v.InferOutput<typeof AccessTokenCreate>;

/** A token as the API shows it: enough to recognise it, never the token itself. */
export const AccessTokenView = v.object({
  id: v.string(),
  name: v.string(),
  role: v.picklist(ROLES),
  /** Null means all sources. */
  source_ids: v.nullable(v.array(v.string())),
  last4: v.string(),
  created_at: v.string(),
  expires_at: v.nullable(v.string()),
  /** Rounded to the hour. Null when it was never used. */
  last_used_at: v.nullable(v.string()),
});
export type AccessTokenView = v.InferOutput<typeof AccessTokenView>;

/** The answer when a token is created. The token is shown only here. */
export const MadeAccessToken = v.object({ ...AccessTokenView.entries, token: v.string() });

/** `/v1/admin/session`: the caller's identity and permissions. */
export const SessionView = v.object({
  /** `admin_token`, a token's ID, or `access:` and the user's identity at Cloudflare Access. */
  id: v.string(),
  name: v.string(),
  role: v.picklist(ROLES),
  source_ids: v.nullable(v.array(v.string())),
  /** How the caller was identified: by a Bearer token, the console's cookie, or Cloudflare Access. */
  by: v.picklist(['token', 'cookie', 'access']),
  /** When the cookie or token ends. Null when it has no end. */
  expires_at: v.nullable(v.string()),
  /** The URL to add to the redirect URLs of the LinkedIn app. Null until `PUBLIC_URL` is set. */
  oauth_redirect_uri: v.nullable(v.string()),
  /** Whether conversions go to the local run's LinkedIn sandbox. The console then offers its token and its app. */
  linkedin_sandbox: v.boolean(),
});
export type SessionView = v.InferOutput<typeof SessionView>;
