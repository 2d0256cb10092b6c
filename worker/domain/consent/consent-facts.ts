import type { Source } from '../../schema/settings/source.ts';
import { consentTimeOf } from './consent-time.ts';
import { consentSourceOf } from './consent.ts';
import type { ConsentFacts, UnknownConsentPolicy } from './consent.ts';
import { joined } from './read-consent.ts';
import type { SaidConsent } from './read-consent.ts';

/** What counts for all events of a request: what stands beside them, and what decides where nothing is said. */
export type RequestConsent = {
  beside: SaidConsent;
  policy: UnknownConsentPolicy;
  /** Where the request is from, as the edge knows it; undefined for a server's. */
  country: string | undefined;
};

/** What is known about the visitor's consent, from an event, its batch, the source's policy and the edge. */
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
 * A browser with Global Privacy Control has said no, unless the visitor says yes to this site in words.
 *
 * https://www.w3.org/TR/gpc/ (read 2026-11)
 */
export function pagePolicy(asked: Source['unknown_consent'], { hasGpc }: { hasGpc: boolean }): UnknownConsentPolicy {
  return hasGpc ? 'gpc' : asked;
}

/** A server that has events to send has asked before; only a source that wants every yes in words takes nothing for granted. */
export function serverPolicy(asked: Source['unknown_consent']): UnknownConsentPolicy {
  return asked === 'denied' ? 'denied' : 'granted';
}
