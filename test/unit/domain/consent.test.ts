import { describe, expect, it } from 'vitest';

import { consentCategoriesOf, consentSourceOf, isConsented } from '../../../worker/domain/consent.ts';
import type { ConsentFacts } from '../../../worker/domain/consent.ts';

const facts = (over: Partial<ConsentFacts> = {}): ConsentFacts => ({
  categories: {},
  policy: 'by_region',
  country: 'US',
  ...over,
});

const CONSENT_REGION =
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB CH'.split(' ');

describe('what was not said about consent', () => {
  it.each(CONSENT_REGION)('is a no in %s, by region', (country) => {
    expect(isConsented(['advertising'], facts({ country }))).toBe(false);
  });

  it.each(['US', 'BR', 'JP', 'T1', 'XX', undefined])('is a yes in %s, by region', (country) => {
    expect(isConsented(['advertising'], facts({ country }))).toBe(true);
  });

  it.each([
    ['granted', 'DE', true],
    ['denied', 'US', false],
  ] as const)('is what a source says that wants "%s", in every country', (policy, country, expected) => {
    expect(isConsented(['advertising'], facts({ policy, country }))).toBe(expected);
  });

  it('is asked for each category by itself', () => {
    const said = { categories: { advertising: true }, policy: 'denied' } as const;

    expect(isConsented(['advertising'], facts(said))).toBe(true);
    expect(isConsented(['advertising', 'analytics'], facts(said))).toBe(false);
  });

  it.each(['constructor', 'toString', '__proto__'])('is not found in what every object has: %s', (category) => {
    expect(isConsented([category], facts({ policy: 'denied' }))).toBe(false);
  });
});

describe('what was said about consent', () => {
  it.each(['by_region', 'granted', 'denied'] as const)(
    'counts whatever the source wants for the unsaid: %s',
    (policy) => {
      expect(isConsented(['advertising'], facts({ policy, country: 'DE', categories: { advertising: true } }))).toBe(
        true,
      );
      expect(isConsented(['advertising'], facts({ policy, country: 'US', categories: { advertising: false } }))).toBe(
        false,
      );
    },
  );

  it('does not matter to an integration that asks for nothing', () => {
    expect(isConsented([], facts({ policy: 'denied', categories: { advertising: false } }))).toBe(true);
  });

  it('is read from the event first and from beside its batch second', () => {
    const context = { consent: { categoryPreferences: { advertising: false } } };

    const categories = consentCategoriesOf(context, { advertising: true, analytics: true });

    expect(categories).toEqual({ advertising: false, analytics: true });
  });

  it.each([
    [{}],
    [{ consent: null }],
    [{ consent: 'yes' }],
    [{ consent: { categoryPreferences: null } }],
    [{ consent: { categoryPreferences: ['advertising'] } }],
    [{ consent: { categoryPreferences: { advertising: 'true', analytics: 1, other: null } } }],
  ])('is only ever a true or a false: %j', (context) => {
    expect(consentCategoriesOf(context, undefined)).toEqual({});
  });

  it.each([
    [{ source: 'onetrust' }, { source: 'tcf' }, 'onetrust'],
    [{}, { source: 'tcf', advertising: true }, 'tcf'],
    [{ source: true }, { source: '<script>' }, undefined],
    [{ source: 'x'.repeat(41) }, undefined, undefined],
  ])('was said by whom the event names, else its batch, in a plain word: %j, %j', (consent, beside, expected) => {
    expect(consentSourceOf({ consent }, beside)).toBe(expected);
  });
});
