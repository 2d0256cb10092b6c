import * as v from 'valibot';

import { SourceView } from '../schema/settings/source.ts';

type Policy = SourceView['unknown_consent'];

/** The KV value that says what the sources of this installation want of an unanswered question about consent. */
export const CONSENT_POLICIES_KEY = 'consent-policies';

/** As the copies of the sources' configs. */
const FRESH_MS = 30_000;

/** What a source is made with. */
const USUAL: readonly Policy[] = ['by_region'];

const Policies = v.fallback(v.array(SourceView.entries.unknown_consent), [...USUAL]);

let known: { policies: readonly Policy[]; readAtMs: number } | undefined;

/** Reads the different policies that there are, through a copy in memory; the usual one while KV cannot be read. */
export async function readConsentPolicies(kv: KVNamespace, nowMs: number): Promise<readonly Policy[]> {
  if (known !== undefined && Math.abs(nowMs - known.readAtMs) < FRESH_MS) return known.policies;
  try {
    known = { policies: v.parse(Policies, await kv.get(CONSENT_POLICIES_KEY, 'json')), readAtMs: nowMs };
  } catch {
    // Late is better than never: a page waits for its tag.
    return known?.policies ?? USUAL;
  }
  return known.policies;
}

export function forgetConsentPolicies(): void {
  known = undefined;
}
