import type { ConsentCategories } from '../../schema/events/event.ts';
import type { Fields } from '../../schema/fields.ts';
import { answerTo } from './read-consent.ts';

/** Where no answer is a no: the EEA, the United Kingdom and Switzerland. ISO 3166-1 alpha-2. */
const CONSENT_REGION: ReadonlySet<string> = new Set(
  (
    'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE ' + // the European Union
    'IS LI NO ' + // the rest of the EEA
    'GB CH'
  ).split(' '),
);

/** Platforms that `df-consent.js` and RudderStack's SDKs name: in reports nobody's made-up name takes their place. */
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

/** `gpc`: the visitor's browser says no to being sold and shared, by Global Privacy Control. */
export type UnknownConsentPolicy = 'by_region' | 'granted' | 'denied' | 'gpc';

/** What was said about consent and under which rule it was read: kept with the event, so that it can be shown later. */
export type ConsentFacts = {
  categories: ConsentCategories;
  policy: UnknownConsentPolicy;
  /** Of the request, as the edge knows it. */
  country: string | undefined;
  /** The consent platform that was asked, such as `onetrust`; undefined where the page or the server spoke for itself. */
  source?: string | undefined;
  /** When it was said, ISO 8601, where the sender tells. */
  said_at?: string | undefined;
};

/**
 * Decides whether the visitor agreed to every category that an integration asks for.
 *
 * Nothing said is *unknown*, and the source's policy decides: by region, a no where consent is required by law and a yes
 * elsewhere and where no country is known.
 */
export function isConsented(asked: readonly string[], facts: ConsentFacts): boolean {
  return asked.every((category) => answerTo(category, facts.categories) ?? isUnknownAYes(facts));
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
 * Reads which consent platform answered, from the text `source` among the categories, or RudderStack's `provider`: an
 * event's own before its batch's. A category of that name is not in its way, being true or false.
 */
export function consentSourceOf(places: readonly Fields[]): string | undefined {
  return places
    .flatMap(({ source, provider }) => [source, provider])
    .find((source): source is string => typeof source === 'string' && SOURCE_NAME.test(source));
}
