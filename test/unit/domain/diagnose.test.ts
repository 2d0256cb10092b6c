import { describe, expect, it } from 'vitest';

import { diagnose } from '../../../worker/domain/diagnose.ts';
import type { Facts } from '../../../worker/domain/diagnose.ts';
import { heardIn } from '../../../worker/linkedin/heard-in.ts';

const aRule = (id: string) => ({
  id,
  urn: `urn:lla:llaPartnerConversion:${id}`,
  account_id: '100',
  name: `Rule ${id}`,
  type: 'LEAD',
  enabled: true,
  conversion_method: 'CONVERSIONS_API',
  attribution_type: null,
  post_click_attribution_window_size: null,
  view_through_attribution_window_size: null,
  value_type: null,
  campaign_ids: ['201'],
});

/** An integration to which nothing is wrong, and what is different about it. */
const facts = (over: Partial<Facts> = {}): Facts => ({
  isEncryptionKeySet: true,
  isEnabled: true,
  isTestMode: false,
  accountId: '100',
  consentCategories: ['advertising'],
  unknownConsent: 'by_region',
  mapped: [{ ruleId: '1001', mapping: 'Order Completed' }],
  mappedElsewhere: [],
  hasRefreshToken: true,
  hasClientId: true,
  hasClientSecret: true,
  tokenRefusal: undefined,
  noToken: undefined,
  accessDaysLeft: 40,
  reconnectDaysLeft: 300,
  isRenewable: true,
  version: '202609',
  workingVersion: '202609',
  versionDaysLeft: 298,
  quota: { perMinute: 600, perDay: 500_000, usedToday: 10 },
  accounts: {
    kind: 'ok',
    value: [{ id: '100', name: 'Acme', currency: 'USD', status: 'ACTIVE', role: 'CAMPAIGN_MANAGER', can_send: true }],
  },
  rules: { kind: 'ok', value: [aRule('1001')] },
  skewMs: 900,
  backlog: { held: 0, dead: 0, unconfirmed: 0, holds: [] },
  storageBytes: 1_000_000,
  reach: { fromPages: 100, firstParty: 100 },
  refused: [],
  recent: { events: 100, withClickId: 60, withEmail: 70, unidentified: 10, unconsented: 20 },
  ...over,
});

const refused = (status: number | undefined, message = '', code?: string) =>
  ({
    kind: 'refused',
    refusal: { heard: heardIn(status, { code, raw: message, serviceErrorCode: undefined }), status, code, message },
  }) as const;

const codes = (over: Partial<Facts>) => diagnose(facts(over)).map(({ code }) => code);

describe('the doctor', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(diagnose(facts())).toEqual([]);
  });

  it.each<[string, Partial<Facts>, string[]]>([
    ['a storage that is half full', { storageBytes: 4_000_000_001 }, ['storage_for_conversions_only']],
    ['a storage that is nearly half full', { storageBytes: 4_000_000_000 }, []],
    ['no key to seal tokens with', { isEncryptionKeySet: false }, ['encryption_key_missing']],
    [
      'another key',
      { noToken: 'encryption_key_missing', accounts: undefined, rules: undefined },
      ['encryption_key_other'],
    ],
    ['no token to be had', { noToken: 'unavailable', accounts: undefined, rules: undefined }, ['linkedin_unreachable']],
    ['one cause of two refusals', { accounts: refused(401), rules: refused(401) }, ['token_refused']],
    [
      'an outage, whatever else is said then',
      { accounts: refused(undefined), rules: refused(429) },
      ['linkedin_unreachable'],
    ],
    ['a missing version', { accounts: refused(400, '', 'VERSION_MISSING') }, ['version_retired']],
    ["LinkedIn's words for a missing account", { rules: refused(403, 'No ad accounts found') }, ['account_unknown']],
    [
      'both scopes missing',
      { accounts: refused(403), rules: refused(403) },
      ['scope_conversions_missing', 'scope_ads_missing'],
    ],
    [
      'a role that nobody could look up',
      { accounts: refused(403), rules: refused(403, '', 'USER_NOT_AUTHORIZED') },
      ['role_too_small', 'scope_ads_missing'],
    ],
    ['something new', { rules: refused(418, 'short and stout') }, ['answer_unexpected']],
    ['a version that deliveries no longer use', { workingVersion: '202612' }, ['version_retired']],
    [
      'a version that deliveries no longer use, once',
      { versionDaysLeft: -3, workingVersion: '202612', rules: refused(403) },
      ['version_retired', 'scope_conversions_missing'],
    ],
    [
      'LinkedIn out of reach, whatever status says so',
      { accounts: refused(408), rules: refused(599) },
      ['linkedin_unreachable'],
    ],
    [
      'a token that LinkedIn refuses by its code',
      { rules: refused(403, '', 'REVOKED_ACCESS_TOKEN') },
      ['token_refused'],
    ],
    ['too many requests, in words', { rules: refused(403, 'Resource level throttle limit') }, ['throttled']],
    ['a version that ended, though LinkedIn still takes it', { versionDaysLeft: -3 }, ['version_retired']],
    [
      'a version that LinkedIn no longer takes',
      { versionDaysLeft: -3, accounts: refused(426), rules: refused(426) },
      ['version_retired'],
    ],
    [
      'a token that ends and cannot be renewed',
      { isRenewable: false, hasRefreshToken: false, accessDaysLeft: 3 },
      ['token_expiring'],
    ],
    ['a token that ends and renews itself', { accessDaysLeft: 3 }, []],
    ['a connection that is over', { reconnectDaysLeft: -1 }, ['reconnect_overdue']],
    ['a clock that is ahead', { skewMs: -121_000 }, ['clock_skewed']],
    ['a clock of LinkedIn that nobody saw', { skewMs: undefined }, []],
    ['a version that this release does not know', { versionDaysLeft: undefined }, []],
    [
      'too few events to say anything',
      { recent: { events: 19, withClickId: 0, withEmail: 0, unidentified: 19, unconsented: 0 } },
      [],
    ],
    [
      'a role that is too small, said once',
      {
        rules: refused(403, '', 'USER_NOT_AUTHORIZED'),
        accounts: {
          kind: 'ok',
          value: [{ id: '100', name: 'Acme', currency: null, status: null, role: 'VIEWER', can_send: false }],
        },
      },
      ['role_too_small'],
    ],
  ])('of %s', (_what, over, expected) => {
    expect(codes(over)).toEqual(expected);
  });

  it('says the worst first', () => {
    const found = diagnose(facts({ isTestMode: true, mapped: [], consentCategories: [], skewMs: 999_999 }));

    expect(found.map(({ code }) => code)).toEqual(['no_mappings', 'test_mode', 'consent_not_asked', 'clock_skewed']);
    expect(found.map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning', 'warning']);
  });
});

describe('the reach of the collector', () => {
  it.each([
    [100, 49, ['collector_elsewhere']],
    [100, 50, []],
    // Too few to say anything.
    [19, 0, []],
    [0, 0, []],
  ])('of %i events from pages, with %i on its own site: %j', (fromPages, firstParty, expected) => {
    expect(codes({ reach: { fromPages, firstParty } })).toEqual(expected);
  });
});

// L6
describe('what the doctor says of a connection', () => {
  it.each([
    [{ hasClientSecret: false }, 'oauth_client_secret is missing.', 'Set oauth_client_secret;'],
    [{ hasClientId: false }, 'oauth_client_id is missing.', 'Set oauth_client_id;'],
    [
      { hasClientId: false, hasClientSecret: false },
      'oauth_client_id and oauth_client_secret are missing.',
      'Set oauth_client_id and oauth_client_secret;',
    ],
  ])('names what is missing, and nothing that is there: %j', (over, detail, remedy) => {
    const [found] = diagnose(facts({ ...over, isRenewable: false }));

    expect(found).toMatchObject({ code: 'renewal_incomplete', detail });
    expect(found?.remedy.startsWith(remedy)).toBe(true);
  });

  it.each<[string, Partial<Facts>, string | null]>([
    [
      'to what was just asked',
      { accounts: refused(401, 'The token was revoked') },
      'LinkedIn: 401 The token was revoked',
    ],
    ['to the deliveries before', { tokenRefusal: '401 Expired' }, 'LinkedIn: 401 Expired'],
    ['nowhere', {}, null],
  ])("has LinkedIn's own words for a token that it refused: %s", (_where, over, detail) => {
    const found = diagnose(facts({ noToken: 'token_refused', accounts: undefined, rules: undefined, ...over }));

    expect(found).toMatchObject([{ code: 'token_refused', detail }]);
  });

  // L3
  it('counts what LinkedIn accepted by an answer that could not be read', () => {
    expect(codes({ backlog: { held: 0, dead: 0, unconfirmed: 3, holds: [] } })).toEqual(['answers_unconfirmed']);
  });
});
