import { describe, expect, it } from 'vitest';

import { readDestinations } from '../../../worker/domain/consent/destinations.ts';
import { integrationsIn, isVetoed, type SenderWishes } from '../../../worker/domain/consent/sender-veto.ts';

const wishes = (said: Partial<Record<keyof SenderWishes, readonly unknown[]>> = {}): SenderWishes => ({
  ofEvent: (said.ofEvent ?? []).map(readDestinations),
  besideBatch: (said.besideBatch ?? []).map(readDestinations),
  destinationPreferences: (said.destinationPreferences ?? []).map(readDestinations),
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
  // B7: names of LinkedIn as Segment, RudderStack, mParticle, Tealium and Adobe spell them.
  ...[
    'LinkedIn Conversions',
    'LinkedIn Conversion API',
    'LinkedIn CAPI',
    'linkedin_capi',
    'LINKEDIN_CAPI',
    'Linkedin Ads',
    'LinkedInAds',
    'LINKEDIN-ADS',
    'linkedin_conversions_api',
    'LinkedIn Ads Conversions API',
    'actions-linkedin-conversions',
    'Actions LinkedIn Conversions API',
    'LinkedIn Conversions API (Actions)',
    'LinkedIn (Server-Side)',
    'LinkedIn Offline Conversions',
    'LinkedIn Conversions API – Cloud',
    'linkedin.ads',
  ].flatMap((name) => [
    [{ [name]: false }, true] as const,
    [{ All: true, [name]: 'no' }, true] as const,
    [{ All: false, [name]: true }, false] as const,
  ]),
  // A no to another product of LinkedIn is one to LinkedIn; a yes to it is none to us.
  ...[
    'LinkedIn Insight Tag',
    'LINKEDIN_INSIGHT_TAG',
    'linkedin-insight',
    'actions-linkedin-insight-tag',
    'LinkedIn Audiences',
    'LinkedIn Matched Audiences',
    'LinkedIn Marketing Solutions',
    'LinkedIn Pixel',
  ].flatMap((name) => [
    [{ [name]: false }, true] as const,
    [{ All: false, [name]: true }, true] as const,
    [{ All: true, [name]: true }, false] as const,
    // Whoever names us means us.
    [{ [name]: false, 'LinkedIn Conversions API': true }, false] as const,
    [{ [name]: false, 'EU leads': true }, false] as const,
  ]),
  // Another integration of the same source may be called so.
  [{ 'LinkedIn US': false }, false],
  // What an object under our name says of itself.
  ...[
    { disabled: true },
    { isDisabled: 1 },
    { DISABLE: 'yes' },
    { optOut: true },
    { opted_out: 'true' },
    { blocked: true },
    { denied: 'maybe' },
    { allowed: 'no' },
    { allow: false },
    { isEnabled: 0 },
    { active: 'off' },
    { consent: 'denied' },
    { consented: false },
    { granted: null },
    { status: 'disabled' },
    { state: 'Opted out' },
    { send: false },
    { value: false },
    { 'en​abled': false },
    {
      enabled: true,
      disabled: true,
    },
  ].map((settings) => [{ LinkedIn: settings }, true] as const),
  ...[
    { disabled: false },
    { blocked: 'no' },
    { allowed: 'yes' },
    { status: 'active' },
    {
      conversionId: 7,
      on: true,
    },
    { disabled: null },
    { excludeFields: ['email'] },
  ].map((settings) => [{ All: false, LinkedIn: settings }, false, true] as const),
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

    expect(isVetoed({ ...wishes(), ofEvent: list }, integration)).toBe(isOut);
    expect(isVetoed({ ...wishes(), besideBatch: list }, integration)).toBe(isOut);
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
