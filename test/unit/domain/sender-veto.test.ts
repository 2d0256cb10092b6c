import { describe, expect, it } from 'vitest';

import { integrationsIn, isVetoed, type SenderWishes } from '../../../worker/domain/sender-veto.ts';

const wishes = (over: Partial<SenderWishes> = {}): SenderWishes => ({
  ofEvent: [],
  besideBatch: [],
  destinationPreferences: [],
  ...over,
});

const integration = { id: 'int_eu1', name: 'EU leads' };

/** What a sender says of destinations, and whether that leaves us out. */
const TABLE: readonly (readonly [said: unknown, isOut: boolean, isOutAsPreference?: boolean])[] = [
  [undefined, false],
  // What several SDKs send for "none"; as the visitor's own answer it is a no like any null.
  [null, false, true],
  // Values are read like consent, where nothing but a clear yes is one.
  ['', true],
  [[], true],
  [[{ All: true }], true],
  [{ All: {} }, true],
  [{ All: { enabled: false } }, true],
  [{ All: { enabled: true } }, true],
  [{ All: [] }, true],
  [{ '*': false }, true],
  [{ '*': true, All: false }, true],
  [{ '*': false, LinkedIn: true }, false],
  [{ LinkedIn: { enabled: false } }, true],
  [{ LinkedIn: { Enabled: 'off', conversionId: 7 } }, true],
  [{ LinkedIn: { enabled: null } }, true],
  [{ LinkedIn: { enabled: true } }, false, true],
  [{ LinkedIn: { enabled: 'maybe' } }, false, true],
  [{ LinkedIn: {} }, false, true],
  [{ LinkedIn: [] }, true],
  [{ LİNKEDIN: false }, true],
  [{ lınkedın: false }, true],
  [{ ｌｉｎｋｅｄｉｎ: false }, true],
  [{ 'LinkedIn\u200b': false }, true],
  [{ 'Linked\u00adIn': false }, true],
  [{ '\ufeffLinkedIn ': false }, true],
  [{ 'linkedin\u2011ads': false }, true],
  [{ 'linkedin\u2013conversions\u00a0API': false }, true],
  [{ ＡＬＬ: false }, true],
  [{ 'All\u200b': false }, true],
  [{ 'EU\u00a0lEADS': false }, true],
  [{ İNT_EU1: false }, true],
  [{ Lіnkedin: false }, false],
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
  [{ All: false, LinkedIn: {} }, false, true],
  [{ All: false, LinkedIn: { conversionId: 7 } }, false, true],
  [{ All: false, 'EU leads': true }, false],
  [{ All: false, 'LinkedIn Conversions API': false }, true],
  [{ All: true, 'LinkedIn Conversions API': false }, true],
  [{ All: false, Mixpanel: true }, true],
  // Two of our names with two answers: a no wins.
  [{ LinkedIn: true, 'EU leads': false }, true],
];

describe('a sender leaves an integration out', () => {
  it.each(TABLE)('with integrations %j: %s', (said, isOut, isOutAsPreference = isOut) => {
    const list = integrationsIn({ integrations: said });
    const preferences = said === undefined ? [] : [said];

    expect(isVetoed(wishes({ ofEvent: list }), integration)).toBe(isOut);
    expect(isVetoed(wishes({ besideBatch: list }), integration)).toBe(isOut);
    expect(isVetoed(wishes({ destinationPreferences: preferences }), integration)).toBe(isOutAsPreference);
  });

  it.each([
    [{ ofEvent: [{ 'LinkedIn Conversions API': true }], besideBatch: [{ All: false }] }, false],
    [{ ofEvent: [{ Mixpanel: true }], besideBatch: [{ All: false }] }, true],
    [{ ofEvent: [{ LinkedIn: true }, { LinkedIn: false }] }, true],
    // A yes to everybody takes back no "no" to us.
    [{ ofEvent: [{ All: true }], besideBatch: [{ LinkedIn: false }] }, true],
    [{ ofEvent: [true], besideBatch: [{ LinkedIn: { enabled: false } }] }, true],
    [{ ofEvent: [{ All: true }, { LinkedIn: false }] }, true],
    [{ ofEvent: [{ LinkedIn: true }], besideBatch: [{ LinkedIn: false }] }, false],
    [{ ofEvent: [{ All: true }], besideBatch: [{ All: false }] }, false],
    [{ ofEvent: [{ All: false }], besideBatch: [{ LinkedIn: true }] }, true],
    // The visitor's own answer about us is no matter of what the sender wants.
    [{ ofEvent: [{ LinkedIn: true }], destinationPreferences: [{ LinkedIn: false }] }, true],
  ])('in an event before its batch: %j is %s', (said, isOut) => {
    expect(isVetoed(wishes(said), integration)).toBe(isOut);
  });

  it('needs no name, which older published configurations do not have', () => {
    expect(isVetoed(wishes({ ofEvent: [{ '': false }] }), { id: 'int_1' })).toBe(false);
  });
});
