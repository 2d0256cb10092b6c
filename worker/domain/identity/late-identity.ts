import { EVERY_CATEGORY } from '../../schema/events/event.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import type { ConversionFacts } from '../collect/conversion-element.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import type { Identity } from './identity.ts';

/** The fields that a later `identify` may add to a conversion. */
export type Fillable = 'email' | 'userInfo' | 'externalIds';

/**
 * A conversion that waits for the e-mail of a form submitted a moment later. After the wait, the request to LinkedIn is
 * built from it.
 */
export type WaitingConversion = {
  ruleId: string;
  facts: ConversionFacts;
  hashNames: boolean;
  /** Whether to hash the IP address. Missing in rows from before this setting existed. */
  hashIp?: boolean;
  /** The fields that the mapping doesn't set, so a later `identify` may fill them. */
  fillable: readonly Fillable[];
};

/** The identity that a visitor revealed later, and their consent at that time. */
export type LateIdentity = { identity: Identity; consent: ConsentFacts };

/**
 * Returns what to store for a conversion that must wait for its e-mail. Returns undefined when it can be sent now: the
 * e-mail is known, or the mapping takes it from another field that no `identify` changes.
 */
export function waitingConversion(
  { ruleId, mapping }: { ruleId: string; mapping: Pick<Mapping, 'fields'> | undefined },
  facts: ConversionFacts,
  { hashNames, hashIp, sendsUserId }: { hashNames: boolean; hashIp: boolean; sendsUserId: boolean },
): WaitingConversion | undefined {
  const isMapped = (name: Fillable): boolean => mapping !== undefined && Object.hasOwn(mapping.fields, name);
  if (facts.identity.emailSha256 !== undefined || isMapped('email')) return undefined;
  const fillable: Fillable[] = ['email'];
  if (!isMapped('userInfo')) fillable.push('userInfo');
  if (sendsUserId && !isMapped('externalIds')) fillable.push('externalIds');
  return { ruleId, facts, hashNames, ...(hashIp && { hashIp }), fillable };
}

/**
 * The limit for stored category names. Each waiting conversion has a copy, so a sender's long list is not stored in
 * full.
 */
const MAX_LATE_CONSENT_CHARS = 1_000;

/**
 * Shortens a visitor's consent answers for storage with each waiting conversion. Categories that integrations ask for
 * are always included. When others are left out, a missing category counts as refused.
 */
export function consentForLater(consent: ConsentFacts, asked: ReadonlySet<string>): ConsentFacts {
  const entries = Object.entries(consent.categories).toSorted(
    ([one], [other]) => Number(asked.has(other)) - Number(asked.has(one)),
  );
  let chars = 0;
  const kept = entries.filter(([name]) => asked.has(name) || (chars += name.length) <= MAX_LATE_CONSENT_CHARS);
  if (kept.length === entries.length) return consent;
  // A yes to all categories must not override a no that was left out.
  const safe = kept.filter(([name, isGiven]) => name !== EVERY_CATEGORY || !isGiven);
  return { ...consent, categories: Object.fromEntries(safe), policy: 'denied' };
}
