import * as v from 'valibot';

import { AdAccountRef } from '../ids.ts';
import { Secret } from '../settings/integration-schema.ts';
import { AdAccount } from '../settings/linkedin-objects.ts';
import { Finding } from './finding.ts';

/** A token that is checked before it is stored, and the ad account that it is for, if one is picked. */
export const TokenToCheck = v.strictObject({
  access_token: Secret,
  account_id: v.exactOptional(AdAccountRef),
});

/** What an access token can do. */
export const CheckedToken = v.object({
  /** What it can't do, the worst first. Empty when it can send conversions. */
  findings: v.array(Finding),
  /** The ad accounts of its member; null when they couldn't be listed. */
  ad_accounts: v.nullable(v.array(AdAccount)),
});
export type CheckedToken = v.InferOutput<typeof CheckedToken>;
