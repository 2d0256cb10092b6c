import * as v from 'valibot';

import { UnknownConsent } from '../schema/settings/unknown-consent.ts';

type Policy = v.InferOutput<typeof UnknownConsent>;

/** The KV key of the list of policies for missing consent answers, over all sources of this installation. */
export const CONSENT_POLICIES_KEY = 'consent-policies';

/** How long a copy is used, the same as for source configs. */
const FRESH_MS = 30_000;

/** The default policy of a new source. */
const USUAL: readonly Policy[] = ['by_region'];

const Policies = v.fallback(v.array(UnknownConsent), [...USUAL]);

let known: { policies: readonly Policy[]; readAtMs: number } | undefined;

/**
 * Reads the list of policies through a copy in memory. While KV can't be read, returns the last copy or the default.
 */
export async function readConsentPolicies(kv: KVNamespace, nowMs: number): Promise<readonly Policy[]> {
  if (known !== undefined && Math.abs(nowMs - known.readAtMs) < FRESH_MS) return known.policies;
  try {
    known = { policies: v.parse(Policies, await kv.get(CONSENT_POLICIES_KEY, 'json')), readAtMs: nowMs };
  } catch {
    // Don't fail: a page is waiting for its tag.
    return known?.policies ?? USUAL;
  }
  return known.policies;
}

export function forgetConsentPolicies(): void {
  known = undefined;
}
