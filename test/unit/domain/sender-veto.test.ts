import { describe, expect, it } from 'vitest';

import { readDestinations } from '../../../worker/domain/consent/destinations.ts';
import { integrationsIn, isVetoed, type SenderWishes } from '../../../worker/domain/consent/sender-veto.ts';

const wishes = (said: Partial<Record<keyof SenderWishes, readonly unknown[]>> = {}): SenderWishes => ({
  ofEvent: (said.ofEvent ?? []).map(readDestinations),
  besideBatch: (said.besideBatch ?? []).map(readDestinations),
  destinationPreferences: (said.destinationPreferences ?? []).map(readDestinations),
});

const integration = { id: 'int_eu1', name: 'EU leads' };

/** A sender's setting for destinations, and whether it excludes us. */
const TABLE: readonly (readonly [said: unknown, isOut: boolean, isOutAsPreference?: boolean])[] = [
  [undefined, false],
  // Several SDKs send null for "none". As the visitor's own answer it is a no, like any null.
  [null, false, true],
  // Values are read like consent: only a clear yes is a yes.
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
  // B7: LinkedIn's names as Segment, RudderStack, mParticle, Tealium and Adobe spell them.
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
  // A no to another LinkedIn product is a no to LinkedIn. A yes to it isn't a yes to us.
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
    // A setting under our exact name wins.
    [{ [name]: false, 'LinkedIn Conversions API': true }, false] as const,
    [{ [name]: false, 'EU leads': true }, false] as const,
  ]),
  // The same source may have another integration with this name.
  [{ 'LinkedIn US': false }, false],
  // Fields of an object under our name.
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
  // Two of our names with two answers: the no wins.
  [{ LinkedIn: true, 'EU leads': false }, true],
];

describe("a sender's veto of an integration", () => {
  it.each(TABLE)('with integrations %j excludes us: %s', (said, isOut, isOutAsPreference = isOut) => {
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
    // A yes to all destinations doesn't cancel a no to us.
    [{ ofEvent: [{ All: true }], besideBatch: [{ LinkedIn: false }] }, true],
    [{ ofEvent: [true], besideBatch: [{ LinkedIn: { enabled: false } }] }, true],
    [{ ofEvent: [{ All: true }, { LinkedIn: false }] }, true],
    [{ ofEvent: [{ LinkedIn: true }], besideBatch: [{ LinkedIn: false }] }, false],
    [{ ofEvent: [{ All: true }], besideBatch: [{ All: false }] }, false],
    [{ ofEvent: [{ All: false }], besideBatch: [{ LinkedIn: true }] }, true],
    // The visitor's own answer about us is separate from the sender's setting.
    [{ ofEvent: [{ LinkedIn: true }], destinationPreferences: [{ LinkedIn: false }] }, true],
  ])('in an event wins over its batch: with %j we are excluded: %s', (said, isOut) => {
    expect(isVetoed(wishes(said), integration)).toBe(isOut);
  });

  it("works without the integration's name, which older published configurations don't have", () => {
    expect(isVetoed(wishes({ ofEvent: [{ '': false }] }), { id: 'int_1' })).toBe(false);
  });
});
