import { describe, expect, it } from 'vitest';

import { consentSourceOf, isConsented } from '../../../worker/domain/consent/consent.ts';
import type { ConsentFacts } from '../../../worker/domain/consent/consent.ts';

const facts = (over: Partial<ConsentFacts> = {}): ConsentFacts => ({
  categories: {},
  policy: 'by_region',
  country: 'US',
  ...over,
});

const CONSENT_REGION =
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB CH'.split(' ');

describe('unknown consent', () => {
  it.each(CONSENT_REGION)('is a no in %s under the regional policy', (country) => {
    expect(isConsented(['advertising'], facts({ country }))).toBe(false);
  });

  it.each(['T1', 'XX'])(
    'is a no in %s, which is Tor or unknown to Cloudflare, under the regional policy',
    (country) => {
      expect(isConsented(['advertising'], facts({ country }))).toBe(false);
    },
  );

  it.each(['US', 'BR', 'JP', undefined])('is a yes in %s under the regional policy', (country) => {
    expect(isConsented(['advertising'], facts({ country }))).toBe(true);
  });

  it.each([
    ['granted', 'DE', true],
    ['denied', 'US', false],
  ] as const)('follows the source\'s policy "%s" in every country', (policy, country, expected) => {
    expect(isConsented(['advertising'], facts({ policy, country }))).toBe(expected);
  });

  it('is decided for each category separately', () => {
    const said = { categories: { advertising: true }, policy: 'denied' } as const;

    expect(isConsented(['advertising'], facts(said))).toBe(true);
    expect(isConsented(['advertising', 'analytics'], facts(said))).toBe(false);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'is unaffected by property names that every JavaScript object has: %s',
    (category) => {
      expect(isConsented([category], facts({ policy: 'denied' }))).toBe(false);
    },
  );
});

describe('stated consent', () => {
  it.each(['by_region', 'granted', 'denied'] as const)(
    'counts under every policy for unknown consent: %s',
    (policy) => {
      expect(isConsented(['advertising'], facts({ policy, country: 'DE', categories: { advertising: true } }))).toBe(
        true,
      );
      expect(isConsented(['advertising'], facts({ policy, country: 'US', categories: { advertising: false } }))).toBe(
        false,
      );
    },
  );

  it("doesn't matter to an integration without consent categories", () => {
    expect(isConsented([], facts({ policy: 'denied', categories: { advertising: false } }))).toBe(true);
  });

  it('for all categories applies to each one without an answer of its own', () => {
    const said = { categories: { '*': false, analytics: true }, policy: 'granted', country: 'US' } as const;

    expect(isConsented(['advertising'], facts(said))).toBe(false);
    expect(isConsented(['analytics'], facts(said))).toBe(true);
  });

  it.each([
    [{ source: 'onetrust' }, { source: 'tcf' }, 'onetrust'],
    [{}, { source: 'tcf', advertising: true }, 'tcf'],
    [{ source: true }, { source: '<script>' }, undefined],
    [{ source: 'x'.repeat(41) }, {}, undefined],
    // RudderStack's name for it.
    [{ provider: 'oneTrust' }, {}, 'oneTrust'],
  ])('names its source from the event, else from the batch, as one plain word: %j, %j', (consent, beside, expected) => {
    expect(consentSourceOf([consent, beside])).toBe(expected);
  });
});
