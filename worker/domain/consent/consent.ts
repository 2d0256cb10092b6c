import type { ConsentCategories } from '../../schema/events/event.ts';
import type { Fields } from '../../schema/fields.ts';
import { consentTo } from './read-consent.ts';

/**
 * The countries where a missing answer counts as a no: the EEA, the United Kingdom and Switzerland. ISO 3166-1 alpha-2,
 * and Cloudflare's codes for unknown ones.
 */
const CONSENT_REGION: ReadonlySet<string> = new Set(
  (
    'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE ' + // the European Union
    'IS LI NO ' + // the rest of the EEA
    'GB CH ' +
    // The codes for Tor and for an unknown country. Such a visitor may be in any of these countries.
    'T1 XX'
  ).split(' '),
);

/**
 * The platforms that `df-consent.js` and RudderStack's SDKs name. Names that a sender made up must not replace them in
 * reports.
 */
export const CONSENT_PLATFORMS = [
  'tcf',
  'google',
  'onetrust',
  'cookiebot',
  'didomi',
  'usercentrics',
  'osano',
  'custom',
  'oneTrust',
  'ketch',
  'iubenda',
] as const;

const SOURCE_NAME = /^[\w.-]{1,40}$/;

/**
 * How a missing answer is read. `gpc`: the visitor's browser refuses sale and sharing of their data (Global Privacy
 * Control).
 */
export type UnknownConsentPolicy = 'by_region' | 'granted' | 'denied' | 'gpc';

/** The consent answers and the policy applied. Stored with the event, so that the decision can be explained later. */
export type ConsentFacts = {
  categories: ConsentCategories;
  policy: UnknownConsentPolicy;
  /** The country of the request, as the edge determined it. */
  country: string | undefined;
  /** The consent platform, such as `onetrust`. Undefined when the page or server sent the answers without one. */
  source?: string | undefined;
  /** When the visitor answered, as ISO 8601, if the sender says so. */
  said_at?: string | undefined;
};

/**
 * Decides whether the visitor agreed to every category that an integration requires.
 *
 * For a category without an answer, the source's policy decides. `by_region` is a no where the law requires consent, or
 * may require it. It is a yes elsewhere, and when the request did not come through an edge, which would know its
 * country.
 */
export function isConsented(asked: readonly string[], facts: ConsentFacts): boolean {
  return asked.every((category) => consentTo(category, facts.categories) ?? isUnknownAYes(facts));
}

function isUnknownAYes({ policy, country }: ConsentFacts): boolean {
  switch (policy) {
    case 'granted':
      return true;
    case 'denied':
    case 'gpc':
      return false;
    case 'by_region':
      return country === undefined || !CONSENT_REGION.has(country);
  }
}

/**
 * Reads the consent platform's name from a text `source` among the categories, or from RudderStack's `provider`. The
 * event's own comes before its batch's. A category named `source` is a boolean, so it can't be mistaken for a platform.
 */
export function consentSourceOf(places: readonly Fields[]): string | undefined {
  return places
    .flatMap(({ source, provider }) => [source, provider])
    .find((source): source is string => typeof source === 'string' && SOURCE_NAME.test(source));
}
