import type { Account, Campaign, Rule, State, Token } from './state.ts';

const DAY_MS = 86_400_000;
const BOTH_SCOPES = ['r_ads', 'rw_conversions'];

const token = (now: number, over: Partial<Token> = {}): Token => ({
  client_id: 'app-1',
  member: 'manager',
  scopes: [...BOTH_SCOPES],
  issued_at: now,
  expires_at: null,
  revoked: false,
  ...over,
});

const account = (name: string, roles: Account['roles']): Account => ({
  name,
  currency: 'USD',
  status: 'ACTIVE',
  roles,
});

const campaign = (name: string, over: Partial<Campaign> = {}): Campaign => ({
  name,
  account: '100',
  status: 'ACTIVE',
  objective: 'WEBSITE_CONVERSION',
  ...over,
});

/** A rule with LinkedIn's own defaults. */
export const aRule = (now: number, over: Partial<Rule>): Rule => ({
  name: 'CAPI rule',
  account: '100',
  conversionMethod: 'CONVERSIONS_API',
  type: 'LEAD',
  enabled: true,
  postClickAttributionWindowSize: 30,
  viewThroughAttributionWindowSize: 7,
  attributionType: 'LAST_TOUCH_BY_CAMPAIGN',
  valueType: 'DYNAMIC',
  created: now,
  lastModified: now,
  ...over,
});

/** Sunset table of https://learn.microsoft.com/linkedin/marketing/versioning (read 2026-11); 202512 never existed. */
const VERSIONS = {
  '202509': '2026-09-15',
  '202510': '2026-10-15',
  '202511': '2026-11-16',
  '202601': '2027-01-15',
  '202602': '2027-02-15',
  '202603': '2027-03-16',
  '202604': '2027-04-15',
  '202605': '2027-05-15',
  '202606': '2027-06-15',
  '202607': '2027-07-15',
  '202608': '2027-08-17',
  '202609': '2027-09-15',
};

const manager = { manager: 'CAMPAIGN_MANAGER', viewer: 'VIEWER' };

/** Returns the state of a fresh sandbox. `POST /_sandbox/reset` restores it. */
export function seedState(now: number): State {
  return {
    clock_offset_ms: 0,
    frozen_at_ms: null,
    versions: { ...VERSIONS },
    sunset: [],
    clients: {
      'app-1': {
        secret: 'secret-1',
        redirect_uris: [],
        scopes: [...BOTH_SCOPES, 'r_liteprofile', 'r_basicprofile', 'rw_ads'],
      },
    },
    tokens: {
      'tok-ok': token(now),
      'tok-expired': token(now - 61 * DAY_MS, { expires_at: now - DAY_MS }),
      'tok-revoked': token(now, { revoked: true }),
      'tok-viewer': token(now, { member: 'viewer' }),
      'tok-noscope': token(now, { scopes: ['r_ads'] }),
      // LinkedIn's token inspection knows neither another app's tokens nor those from Campaign Manager.
      'tok-other-app': token(now, { client_id: 'app-2' }),
      'tok-direct': token(now, { client_id: null }),
    },
    refresh_tokens: {
      'ref-ok': { client_id: 'app-1', member: 'manager', scopes: [...BOTH_SCOPES], issued_at: now, revoked: false },
    },
    accounts: {
      '100': account('Acme', { ...manager }),
      '300': account('Acme, read only', { manager: 'VIEWER', viewer: 'VIEWER' }),
      '123456789': account('The account of the documentation', { ...manager }),
    },
    campaigns: {
      '201': campaign('Spring, prospecting'),
      '202': campaign('Spring, retargeting', { status: 'DRAFT', objective: 'LEAD_GENERATION' }),
      '301': campaign('Not ours to change', { account: '300' }),
      '401': campaign('Order Completed', { account: '123456789' }),
      '402': campaign('Lead Generated', { account: '123456789', objective: 'LEAD_GENERATION' }),
      '403': campaign('Last year', { account: '123456789', status: 'ARCHIVED' }),
    },
    rules: {
      '1001': aRule(now, { name: 'CAPI Purchase', type: 'PURCHASE' }),
      '1002': aRule(now, { name: 'CAPI Lead (disabled)', enabled: false }),
      '1003': aRule(now, {
        name: 'Insight Tag Sign-up',
        type: 'SIGN_UP',
        conversionMethod: 'INSIGHT_TAG_JAVASCRIPT_EVENT',
      }),
      '3001': aRule(now, { name: 'CAPI rule of a read-only account', account: '300' }),
      '987654': aRule(now, { name: 'Order Completed', account: '123456789', type: 'PURCHASE' }),
      '987655': aRule(now, { name: 'Lead Generated', account: '123456789' }),
      '987656': aRule(now, { name: 'Signed Up', account: '123456789', type: 'SIGN_UP' }),
      '987657': aRule(now, { name: 'Page View', account: '123456789', type: 'KEY_PAGE_VIEW' }),
    },
    associations: [
      { campaign: '401', conversion: '987654' },
      { campaign: '402', conversion: '987655' },
      { campaign: '402', conversion: '987657' },
    ],
    any_long_id: true,
    refused_id_types: ['ORACLE_MOAT_ID'],
    max_elements: 5_000,
    rate_limit_per_minute: 600,
    rate_limit_per_day: 500_000,
    insight_tag_event_ids: [],
    next_rule_id: 14_488_340,
  };
}
