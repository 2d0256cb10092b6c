import * as v from 'valibot';

import { AdAccountRef, IntegrationId } from '../ids.ts';
import { Secret } from '../settings/integration-schema.ts';
import { AdAccount } from '../settings/linkedin-objects.ts';
import { Finding } from './finding.ts';

/** A token that is checked before it is stored, and the ad account that it is for, if one is picked. */
export const TokenToCheck = v.strictObject({
  access_token: Secret,
  account_id: v.exactOptional(AdAccountRef),
  /** Renews the access token, if LinkedIn refuses it. It needs the ID and the secret of its app. */
  refresh_token: v.exactOptional(Secret),
  oauth_client_id: v.exactOptional(Secret),
  oauth_client_secret: v.exactOptional(Secret),
  /** An integration of the source, whose stored app is used for what is not given. */
  integration_id: v.exactOptional(IntegrationId),
});
export type TokenToCheck = v.InferOutput<typeof TokenToCheck>;

/** What an access token can do. */
export const CheckedToken = v.object({
  /** What it can't do, the worst first. Empty when it can send conversions. */
  findings: v.array(Finding),
  /** The ad accounts of its member; null when they couldn't be listed. */
  ad_accounts: v.nullable(v.array(AdAccount)),
  /** The access token is refused, but the refresh token gives a new one. Everything else here is about the new one. */
  renewed: v.boolean(),
});
export type CheckedToken = v.InferOutput<typeof CheckedToken>;
