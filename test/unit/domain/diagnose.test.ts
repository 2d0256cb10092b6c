import { describe, expect, it } from 'vitest';

import { diagnose } from '../../../worker/domain/diagnose.ts';
import type { Facts } from '../../../worker/domain/diagnose.ts';
import { readResponseKind } from '../../../worker/linkedin/read-response-kind.ts';

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

/** Facts about a healthy integration, with the given differences. */
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
  isVersionPinned: true,
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
  missedNames: [],
  reach: { fromPages: 100, firstParty: 100 },
  refused: [],
  tagAnswer: undefined,
  recent: { events: 100, withClickId: 60, withEmail: 70, unidentified: 10, unconsented: 20 },
  ...over,
});

const refused = (status: number | undefined, message = '', code?: string) =>
  ({
    kind: 'refused',
    error: {
      responseKind: readResponseKind(status, { code, raw: message, serviceErrorCode: undefined }),
      status,
      code,
      message,
    },
  }) as const;

/** The tag's script as the Worker answers it, with the given differences. */
const tagAnswer = (over: Partial<Exclude<Facts['tagAnswer'], undefined>>) => ({
  tagAnswer: {
    status: 200,
    contentType: 'text/javascript; charset=utf-8',
    cacheControl: 'private, max-age=300, stale-while-revalidate=86400',
    mitigated: null,
    cacheStatus: 'DYNAMIC',
    ...over,
  },
});

/** A mapping that uses the rule 1001. */
const using = (spelling?: string) => ({ ruleId: '1001', mapping: spelling ?? 'All', spelling });

const codes = (over: Partial<Facts>) => diagnose(facts(over)).map(({ code }) => code);

describe('the doctor', () => {
  it('finds nothing in a healthy integration', () => {
    expect(diagnose(facts())).toEqual([]);
  });

  it.each<[string, Partial<Facts>, string[]]>([
    ['a zone that changes nothing', tagAnswer({}), []],
    ['a zone that challenges', tagAnswer({ status: 403, mitigated: 'challenge' }), ['collector_challenged']],
    ['a zone whose cache has the tag', tagAnswer({ cacheStatus: 'HIT' }), ['tag_cached']],
    ['a cache that was asked in vain', tagAnswer({ cacheStatus: 'MISS' }), []],
    ['a zone with a longer TTL', tagAnswer({ cacheControl: 'max-age=14400' }), ['tag_cached_longer']],
    ['a website that answers there', tagAnswer({ contentType: 'text/html', cacheStatus: 'HIT' }), []],
    ['a website without such a file', tagAnswer({ status: 404, cacheControl: 'max-age=14400' }), []],
    ['storage that is half full', { storageBytes: 4_000_000_001 }, ['storage_filling']],
    ['storage for conversions only', { storageBytes: 5_600_000_001 }, ['storage_for_conversions_only']],
    ['storage that is almost half full', { storageBytes: 4_000_000_000 }, []],
    ['a rule for two names', { mapped: [using('order'), using('lead')] }, ['rule_shared']],
    ['a rule for two spellings of a name', { mapped: [using('order'), using('order')] }, []],
    ['a rule for a name and for all events', { mapped: [using('order'), using()] }, ['rule_shared']],
    ['a rule for all events, twice', { mapped: [using(), using()] }, ['rule_shared']],
    [
      'a rule that another connection uses for the same name',
      { mapped: [using('order')], mappedElsewhere: [using('order')] },
      ['rule_shared'],
    ],
    ['no key to seal tokens with', { isEncryptionKeySet: false }, ['encryption_key_missing']],
    [
      'a changed encryption key',
      { noToken: 'encryption_key_missing', accounts: undefined, rules: undefined },
      ['encryption_key_other'],
    ],
    ['no token available', { noToken: 'unavailable', accounts: undefined, rules: undefined }, ['linkedin_unreachable']],
    ['one cause for two refusals', { accounts: refused(401), rules: refused(401) }, ['token_refused']],
    [
      'an outage, whatever else LinkedIn says',
      { accounts: refused(undefined), rules: refused(429) },
      ['linkedin_unreachable'],
    ],
    ['a missing version', { accounts: refused(400, '', 'VERSION_MISSING') }, ['version_retired']],
    ['that no ad account is picked', { accountId: '0' }, ['account_missing']],
    ["LinkedIn's message for a missing account", { rules: refused(403, 'No ad accounts found') }, ['account_unknown']],
    [
      'both scopes missing',
      { accounts: refused(403), rules: refused(403) },
      ['scope_conversions_missing', 'scope_ads_missing'],
    ],
    [
      "a role that couldn't be looked up",
      { accounts: refused(403), rules: refused(403, '', 'USER_NOT_AUTHORIZED') },
      ['role_too_small', 'scope_ads_missing'],
    ],
    ['an unknown answer', { rules: refused(418, 'short and stout') }, ['answer_unexpected']],
    ['a version that deliveries no longer use', { workingVersion: '202612' }, ['version_retired']],
    ['a version that was left by itself', { workingVersion: '202612', isVersionPinned: false }, []],
    [
      'a version that deliveries no longer use, reported once',
      { versionDaysLeft: -3, workingVersion: '202612', rules: refused(403) },
      ['version_retired', 'scope_conversions_missing'],
    ],
    [
      'an unreachable LinkedIn, whatever the status',
      { accounts: refused(408), rules: refused(599) },
      ['linkedin_unreachable'],
    ],
    [
      'a token that LinkedIn refuses with an error code',
      { rules: refused(403, '', 'REVOKED_ACCESS_TOKEN') },
      ['token_refused'],
    ],
    [
      'too many requests, according to the message',
      { rules: refused(403, 'Resource level throttle limit') },
      ['throttled'],
    ],
    ['a version that has ended but still works', { versionDaysLeft: -3 }, ['version_retired']],
    [
      'a version that LinkedIn refuses',
      { versionDaysLeft: -3, accounts: refused(426), rules: refused(426) },
      ['version_retired'],
    ],
    [
      "a token that expires and can't be renewed",
      { isRenewable: false, hasRefreshToken: false, accessDaysLeft: 3 },
      ['token_expiring'],
    ],
    ['a token that expires and is renewed automatically', { accessDaysLeft: 3 }, []],
    ['an expired connection', { reconnectDaysLeft: -1 }, ['reconnect_overdue']],
    ['a clock that is ahead', { skewMs: -121_000 }, ['clock_skewed']],
    ['an unknown clock of LinkedIn', { skewMs: undefined }, []],
    ['a version that this release does not know', { versionDaysLeft: undefined }, []],
    [
      'too few events to say anything',
      { recent: { events: 19, withClickId: 0, withEmail: 0, unidentified: 19, unconsented: 0 } },
      [],
    ],
    [
      'a role that is too low, reported once',
      {
        rules: refused(403, '', 'USER_NOT_AUTHORIZED'),
        accounts: {
          kind: 'ok',
          value: [{ id: '100', name: 'Acme', currency: null, status: null, role: 'VIEWER', can_send: false }],
        },
      },
      ['role_too_small'],
    ],
  ])('reports %s', (_what, over, expected) => {
    expect(codes(over)).toEqual(expected);
  });

  it('reports the most severe finding first', () => {
    const found = diagnose(facts({ isTestMode: true, mapped: [], consentCategories: [], skewMs: 999_999 }));

    expect(found.map(({ code }) => code)).toEqual(['no_mappings', 'test_mode', 'consent_not_asked', 'clock_skewed']);
    expect(found.map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning', 'warning']);
  });
});

describe('the share of first-party events', () => {
  it.each([
    [100, 49, ['collector_elsewhere']],
    [100, 50, []],
    // Too few events for a finding.
    [19, 0, []],
    [0, 0, []],
  ])(
    'leads to the right finding: %i events from pages, %i on their own site: %j',
    (fromPages, firstParty, expected) => {
      expect(codes({ reach: { fromPages, firstParty } })).toEqual(expected);
    },
  );
});

// Case L6.
describe("the doctor's findings about a connection", () => {
  it.each([
    [
      { hasClientSecret: false },
      'Missing: the client secret (oauth_client_secret).',
      'Enter the client secret (oauth_client_secret) of your LinkedIn app.',
    ],
    [
      { hasClientId: false },
      'Missing: the client ID (oauth_client_id).',
      'Enter the client ID (oauth_client_id) of your LinkedIn app.',
    ],
    [
      { hasClientId: false, hasClientSecret: false },
      'Missing: the client ID (oauth_client_id) and the client secret (oauth_client_secret).',
      'Enter the client ID (oauth_client_id) and the client secret (oauth_client_secret) of your LinkedIn app.',
    ],
  ])('name only the settings that are missing: %j', (over, detail, remedy) => {
    const [found] = diagnose(facts({ ...over, isRenewable: false }));

    expect(found).toMatchObject({ code: 'renewal_incomplete', detail });
    expect(found?.remedy.startsWith(remedy)).toBe(true);
  });

  it.each<[string, Partial<Facts>, string | null]>([
    [
      "from the doctor's own request",
      { accounts: refused(401, 'The token was revoked') },
      'LinkedIn: 401 The token was revoked',
    ],
    ['from earlier deliveries', { tokenRefusal: '401 Expired' }, 'LinkedIn: 401 Expired'],
    ['nowhere', {}, null],
  ])("quote LinkedIn's message for a refused token: %s", (_where, over, detail) => {
    const found = diagnose(facts({ noToken: 'token_refused', accounts: undefined, rules: undefined, ...over }));

    expect(found).toMatchObject([{ code: 'token_refused', detail }]);
  });

  // Case L3.
  it('count events whose confirmation from LinkedIn could not be read', () => {
    expect(codes({ backlog: { held: 0, dead: 0, unconfirmed: 3, holds: [] } })).toEqual(['answers_unconfirmed']);
  });
});
