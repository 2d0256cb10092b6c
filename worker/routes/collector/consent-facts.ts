import type { Context } from 'hono';

import { consentTimeOf } from '../../domain/consent/consent-time.ts';
import { consentSourceOf } from '../../domain/consent/consent.ts';
import type { ConsentFacts, UnknownConsentPolicy } from '../../domain/consent/consent.ts';
import { joined } from '../../domain/consent/read-consent.ts';
import type { SaidConsent } from '../../domain/consent/read-consent.ts';
import type { Env } from '../../env.ts';
import type { Envelope } from './envelope.ts';
import type { Sender } from './source-key.ts';

/** What is known about the visitor's consent, from an event, its batch, the source's policy and the edge. */
export function consentFacts(
  c: Context<{ Bindings: Env }>,
  ofEvent: SaidConsent,
  envelope: Envelope,
  sender: Sender,
): ConsentFacts {
  const places = [...ofEvent.places, ...envelope.consent.places];
  return {
    categories: joined(ofEvent.categories, envelope.consent.categories),
    policy: sender.isServer ? serverPolicy(sender) : pagePolicy(c.req.raw, sender),
    country: sender.isServer ? undefined : countryOf(c.req.raw),
    source: consentSourceOf(places),
    said_at: consentTimeOf(places),
  };
}

/** Where the request is from, as the edge knows it. */
export function countryOf(request: Request): string | undefined {
  const country = request.cf?.country;
  return typeof country === 'string' ? country : undefined;
}

/**
 * A browser with Global Privacy Control has said no, unless the visitor says yes to this site in words.
 *
 * https://www.w3.org/TR/gpc/ (read 2026-11)
 */
function pagePolicy(request: Request, { config }: Sender): UnknownConsentPolicy {
  return request.headers.get('Sec-GPC') === '1' ? 'gpc' : config.source.unknown_consent;
}

/** A server that has events to send has asked before; only a source that wants every yes in words takes nothing for granted. */
function serverPolicy({ config }: Sender): 'granted' | 'denied' {
  return config.source.unknown_consent === 'denied' ? 'denied' : 'granted';
}
