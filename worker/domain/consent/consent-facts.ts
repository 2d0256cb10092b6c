import type { Source } from '../../schema/settings/source.ts';
import { consentTimeOf } from './consent-time.ts';
import { consentSourceOf } from './consent.ts';
import type { ConsentFacts, UnknownConsentPolicy } from './consent.ts';
import { joined } from './read-consent.ts';
import type { SaidConsent } from './read-consent.ts';

/** The consent facts of all events of a request: the answers of the batch, and the policy for missing answers. */
export type RequestConsent = {
  beside: SaidConsent;
  policy: UnknownConsentPolicy;
  /** The country of the request, as the edge determined it. Undefined for a server. */
  country: string | undefined;
};

/** Combines the visitor's consent from an event, its batch, the source's policy and the edge. */
export function consentFacts(ofEvent: SaidConsent, { beside, policy, country }: RequestConsent): ConsentFacts {
  const places = [...ofEvent.places, ...beside.places];
  return {
    categories: joined(ofEvent.categories, beside.categories),
    policy,
    country,
    source: consentSourceOf(places),
    said_at: consentTimeOf(places),
  };
}

/**
 * Returns the policy for a page's request. Global Privacy Control counts as a no, unless the visitor explicitly agreed
 * on this site.
 *
 * https://www.w3.org/TR/gpc/ (read 2026-11)
 */
export function pagePolicy(asked: Source['unknown_consent'], { hasGpc }: { hasGpc: boolean }): UnknownConsentPolicy {
  return hasGpc ? 'gpc' : asked;
}

/**
 * Returns the policy for a server's request. A server is expected to send only events with consent, unless the source
 * requires an explicit yes.
 */
export function serverPolicy(asked: Source['unknown_consent']): UnknownConsentPolicy {
  return asked === 'denied' ? 'denied' : 'granted';
}
