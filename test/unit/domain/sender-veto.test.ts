import { describe, expect, it } from 'vitest';

import { isVetoed, type SenderWishes } from '../../../worker/domain/sender-veto.ts';

const wishes = (over: Partial<SenderWishes> = {}): SenderWishes => ({
  ofEvent: [],
  besideBatch: [],
  destinationPreferences: [],
  ...over,
});

const integration = { id: 'int_eu1', name: 'EU leads' };

/** What a sender says of destinations, and whether that leaves us out. */
const TABLE: readonly (readonly [said: unknown, isOut: boolean])[] = [
  [undefined, false],
  [null, false],
  ['', false],
  [[], false],
  [{}, false],
  [{ All: true }, false],
  [{ All: false }, true],
  [{ all: 'false' }, true],
  [{ ALL: 0 }, true],
  [{ All: null }, true],
  [false, true],
  ['denied', true],
  [true, false],
  [{ Mixpanel: false }, false],
  [{ 'LinkedIn Insight Tag': false }, false],
  [{ 'LinkedIn Conversions API': false }, true],
  [{ LinkedIn: 'off' }, true],
  [{ 'LinkedIn Ads': 0 }, true],
  [{ LINKEDIN_ADS: false }, true],
  [{ 'linkedin-conversions-api': 'no' }, true],
  [{ LinkedIn: null }, true],
  [{ LinkedIn: 'maybe' }, true],
  [{ 'eu LEADS': false }, true],
  [{ INT_EU1: false }, true],
  [{ 'US leads': false }, false],
  [{ All: false, 'LinkedIn Conversions API': true }, false],
  [{ All: false, 'LinkedIn Conversions API': 'true' }, false],
  [{ All: false, LinkedIn: {} }, false],
  [{ All: false, LinkedIn: { conversionId: 7 } }, false],
  [{ All: false, 'EU leads': true }, false],
  [{ All: false, 'LinkedIn Conversions API': false }, true],
  [{ All: true, 'LinkedIn Conversions API': false }, true],
  [{ All: false, Mixpanel: true }, true],
  // Two of our names with two answers: a no wins.
  [{ LinkedIn: true, 'EU leads': false }, true],
];

describe('a sender leaves an integration out', () => {
  it.each(TABLE)('with integrations %j: %s', (said, isOut) => {
    const list = said === undefined ? [] : [said];

    expect(isVetoed(wishes({ ofEvent: list }), integration)).toBe(isOut);
    expect(isVetoed(wishes({ besideBatch: list }), integration)).toBe(isOut);
    expect(isVetoed(wishes({ destinationPreferences: list }), integration)).toBe(isOut);
  });

  it.each([
    [{ ofEvent: [{ 'LinkedIn Conversions API': true }], besideBatch: [{ All: false }] }, false],
    [{ ofEvent: [{ Mixpanel: true }], besideBatch: [{ All: false }] }, true],
    [{ ofEvent: [{ LinkedIn: true }, { LinkedIn: false }] }, true],
    // The visitor's own answer about us is no matter of what the sender wants.
    [{ ofEvent: [{ LinkedIn: true }], destinationPreferences: [{ LinkedIn: false }] }, true],
  ])('in an event before its batch: %j is %s', (said, isOut) => {
    expect(isVetoed(wishes(said), integration)).toBe(isOut);
  });

  it('needs no name, which older published configurations do not have', () => {
    expect(isVetoed(wishes({ ofEvent: [{ '': false }] }), { id: 'int_1' })).toBe(false);
  });
});
