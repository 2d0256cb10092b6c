import type { ConsentCategories } from '../schema/event.ts';
import { fieldsIn, isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';

/** Where no answer is a no: the EEA, the United Kingdom and Switzerland. ISO 3166-1 alpha-2. */
const CONSENT_REGION: ReadonlySet<string> = new Set(
  (
    'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE ' + // the European Union
    'IS LI NO ' + // the rest of the EEA
    'GB CH'
  ).split(' '),
);

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
  // Own keys only: a category may be called "constructor".
  return asked.every((category) =>
    Object.hasOwn(facts.categories, category) ? facts.categories[category] === true : isUnknownAYes(facts),
  );
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
 * Reads the categories that an event carries in Segment's field `context.consent.categoryPreferences`; what it says
 * counts before what was said beside its batch.
 */
export function consentCategoriesOf(context: Fields, ofBatch: ConsentCategories | undefined): ConsentCategories {
  const preferences = fieldsIn(context, 'consent')['categoryPreferences'];
  return { ...ofBatch, ...consentCategoriesIn(preferences) };
}

/**
 * Reads which consent platform answered, from the text `source` among the categories: an event's own before its batch's.
 * A category of that name is not in its way, being true or false.
 */
export function consentSourceOf(context: Fields, besideBatch: unknown): string | undefined {
  return [fieldsIn(context, 'consent'), besideBatch]
    .map((said) => (isFields(said) ? said['source'] : undefined))
    .find((source): source is string => typeof source === 'string' && SOURCE_NAME.test(source));
}

/** Reads categories where each counts by itself: one that is neither true nor false takes no refusal down with it. */
export function consentCategoriesIn(value: unknown): ConsentCategories {
  if (!isFields(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
  );
}
