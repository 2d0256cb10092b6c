import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { FINDINGS, isFindingCode } from '../../../worker/schema/reports/finding.ts';
import type { LocalProduct, Reply } from '../../support/local-product.ts';
import { startLocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from './a-connection.ts';

const DAY_MS = 86_400_000;

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.sandbox.reset());

type Connection = Awaited<ReturnType<typeof aConnection>>;

const examine = ({ ask }: Connection) => ask('/doctor', { method: 'POST' });

const codesOf = (reply: Reply): string[] => {
  const { findings } = bodyOf(reply);
  return Array.isArray(findings)
    ? findings.map((finding: unknown) => String(Reflect.get(Object(finding), 'code')))
    : [];
};

/** A token from Campaign Manager. Its requests have their own limiter, so that an outage only affects its test. */
const direct = (token: string) => ({
  access_token: token,
  refresh_token: null,
  oauth_client_id: null,
  oauth_client_secret: null,
});

const anEvent = (index: number, over: Record<string, unknown> = {}) => ({
  type: 'track',
  event: 'Order Completed',
  messageId: `event-${index}`,
  properties: { li_fat_id: 'abc123', email: `person${index}@example.com` },
  context: { consent: { categoryPreferences: { advertising: true } } },
  ...over,
});

/** Sends 30 page views from another site's pages. */
async function fromElsewhere({ writeKey }: Connection): Promise<void> {
  const batch = Array.from({ length: 30 }, () => ({ type: 'page' }));
  const response = await fetch(`${product.url}/v1/batch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: 'https://www.example.com' },
    body: JSON.stringify({ writeKey, batch }),
  });
  expect(response.status).toBe(200);
}

/** Sends 30 events and waits until each is finished. */
async function withEvents(connection: Connection, over: Record<string, unknown>): Promise<void> {
  const batch = Array.from({ length: 30 }, (_, index) => anEvent(index, over));
  await product.collect({ batch }, { writeKey: connection.writeKey });
  await expect
    .poll(async () => bodyOf(await connection.ask('/status'))['backlog'], { timeout: 20_000 })
    .toMatchObject({ pending: 0 });
}

type Setting = { config?: object; source?: object } & Record<string, unknown>;
type Fault = [code: string, setting: Setting, seed?: (connection: Connection) => unknown];

/** What is wrong, and the first finding. */
const FAULTS: Fault[] = [
  ['integration_disabled', { enabled: false }],
  ['credentials_missing', { config: { access_token: null, refresh_token: null } }],
  ['linkedin_unreachable', { config: direct('tok-direct') }, () => product.sandbox.fault({ status: 503, times: 9 })],
  [
    'linkedin_unreachable',
    { config: direct('tok-other-app') },
    () => product.sandbox.fault({ kind: 'reset', times: 9 }),
  ],
  ['linkedin_unreachable', { config: direct('tok-html') }, () => product.sandbox.fault({ kind: 'html', times: 9 })],
  ['version_retired', { config: { linkedin_version: '202511' } }],
  ['version_retired', {}, () => product.sandbox.setState({ sunset: ['202609'] })],
  ['token_refused', { config: direct('tok-revoked') }],
  ['token_refused', { config: direct('tok-expired') }],
  ['token_refused', { config: direct('garbage-token') }],
  [
    'token_refused',
    { config: { access_token: 'tok-expired' } },
    () => product.sandbox.setState({ refresh_tokens: { 'ref-ok': { revoked: true } } }),
  ],
  ['scope_conversions_missing', { config: { access_token: 'tok-noscope', refresh_token: null } }],
  [
    'scope_ads_missing',
    { config: { access_token: 'tok-no-ads', refresh_token: null } },
    () => product.sandbox.setState({ tokens: { 'tok-no-ads': { scopes: ['rw_conversions'], member: 'manager' } } }),
  ],
  ['account_unknown', { config: { account_id: '555' } }],
  ['role_too_small', { config: { access_token: 'tok-viewer', refresh_token: null } }],
  ['role_too_small', { config: { account_id: '300', conversion_rule_id: { Order: '3001' } } }],
  ['account_inactive', {}, () => product.sandbox.setState({ accounts: { '123456789': { status: 'CANCELED' } } })],
  ['no_mappings', { config: { conversion_rule_id: {} } }],
  ['rule_unknown', { config: { conversion_rule_id: { 'Order Completed': '987654', Typo: '987000' } } }],
  ['rule_disabled', {}, () => product.sandbox.setState({ rules: { '987655': { enabled: false } } })],
  [
    'rule_wrong_method',
    {},
    () => product.sandbox.setState({ rules: { '987655': { conversionMethod: 'INSIGHT_TAG_JAVASCRIPT_EVENT' } } }),
  ],
  ['rule_without_campaigns', { config: { conversion_rule_id: { 'Signed Up': '987656' } } }],
  ['rule_shared', { config: { conversion_rule_id: { Order: '987654', 'Order Completed': '987654' } } }],
  [
    'rule_shared',
    {
      config: { mappings: [{ name: 'Large orders', trigger: 'properties.total > 100', conversion_rule_id: '987654' }] },
    },
  ],
  [
    'rule_shared',
    {},
    ({ sourceId }) =>
      product.admin('/integrations', {
        body: {
          source_id: sourceId,
          config: { account_id: '123456789', conversion_rule_id: { 'Order Completed': '987654' } },
        },
      }),
  ],
  ['event_name_missed', {}, (connection) => withEvents(connection, { event: 'order completed ' })],
  ['throttled', { config: direct('tok-direct') }, () => product.sandbox.setState({ rate_limit_per_minute: 0 })],
  ['test_mode', { config: { test_mode: true } }],
  ['renewal_incomplete', { config: { oauth_client_secret: null } }],
  ['version_ending', { config: { linkedin_version: '202601' } }],
  ['consent_not_asked', { consent_categories: [] }],
  ['unknown_consent_granted', { source: { unknown_consent: 'granted' } }],
  ['quota_above_linkedins', { config: { quota_per_minute: 1_800 } }],
  [
    'quota_nearly_used',
    { config: { ...direct('tok-direct-2'), quota_per_day: 3 } },
    () => product.sandbox.setState({ tokens: { 'tok-direct-2': { member: 'manager', client_id: null } } }),
  ],
  [
    'clock_skewed',
    {},
    () =>
      product.sandbox.fault({
        status: 200,
        path: '/rest/conversions',
        headers: { Date: new Date(Date.now() - 10 * 60_000).toUTCString() },
        body: {
          elements: [987654, 987655].map((id) => ({
            id,
            name: 'Fine',
            conversionMethod: 'CONVERSIONS_API',
            campaigns: ['urn:li:sponsoredCampaign:401'],
          })),
        },
      }),
  ],
  [
    'deliveries_held',
    { config: { conversion_rule_id: { 'Order Completed': '987655' } } },
    async (connection) => {
      product.sandbox.setState({ rules: { '987655': { enabled: false } } });
      await withEvents(connection, {});
      product.sandbox.setState({ rules: { '987655': { enabled: true } } });
    },
  ],
  [
    'dead_letters',
    {},
    async (connection) => {
      product.sandbox.fault({
        status: 400,
        body: { status: 400, message: 'Conversion time should be within 90 days, indices [0] (0-indexed)' },
        path: '/rest/conversionEvents',
      });
      await withEvents(connection, {});
    },
  ],
  ['collector_elsewhere', {}, fromElsewhere],
  ['few_identified', {}, (connection) => withEvents(connection, { properties: {} })],
  [
    'few_consented',
    {},
    (connection) => withEvents(connection, { context: { consent: { categoryPreferences: { advertising: false } } } }),
  ],
  ['few_click_ids', {}, (connection) => withEvents(connection, { properties: { email: 'john.doe@example.com' } })],
  ['few_emails', {}, (connection) => withEvents(connection, { properties: { li_fat_id: 'abc123' } })],
];

/** Findings whose remedy names what is missing here. */
const OWN_REMEDY: Partial<Record<string, { remedy: unknown }>> = {
  renewal_incomplete: { remedy: expect.stringContaining('Enter the client secret (oauth_client_secret)') },
};

describe('the doctor', () => {
  it('finds nothing in a good set-up', async () => {
    const connection = await aConnection(product);

    expect(await examine(connection)).toMatchObject({ status: 200, body: { healthy: true, findings: [] } });
  });

  it('finds nothing when events arrive as they should', async () => {
    const connection = await aConnection(product);
    await withEvents(connection, {});

    expect(await examine(connection)).toMatchObject({
      body: { healthy: true, findings: [], last_day: { events: 30, click_id_share: 1, email_share: 1 } },
    });
  });

  it.each(FAULTS.map(([code, setting, seed], index) => ({ number: index + 1, code, setting, seed })))(
    'reports $code first ($number)',
    async ({ code, setting, seed }) => {
      const connection = await aConnection(product, setting);
      await seed?.(connection);

      const reply = await examine(connection);

      expect(codesOf(reply)[0]).toBe(code);
      const expected = isFindingCode(code) ? { ...FINDINGS[code], ...OWN_REMEDY[code] } : undefined;
      expect(reply).toMatchObject({ status: 200, body: { healthy: false, findings: [expected] } });
      expect(JSON.stringify(reply.body)).not.toMatch(/tok-|ref-ok|secret-1|example\.com/);
    },
  );

  it('names the most severe finding first, and each faulty rule', async () => {
    const connection = await aConnection(product, {
      config: { account_id: '100', conversion_rule_id: { A: '1003', B: '1002', C: '1001', D: '777' }, test_mode: true },
      consent_categories: [],
    });

    const reply = await examine(connection);

    expect(codesOf(reply)).toEqual([
      'rule_unknown',
      'rule_disabled',
      'rule_wrong_method',
      'test_mode',
      'rule_without_campaigns',
      'consent_not_asked',
    ]);
    expect(bodyOf(reply)['findings']).toMatchObject([
      { conversion_rule_id: '777', detail: expect.stringContaining('“D”') },
      { conversion_rule_id: '1002' },
      { conversion_rule_id: '1003' },
      {},
      { conversion_rule_id: '1001' },
      {},
    ]);
  });

  it('renews a token before it reports that there is none', async () => {
    const connection = await aConnection(product, { config: { access_token: 'tok-expired' } });

    expect(await examine(connection)).toMatchObject({ body: { healthy: true } });
  });

  it('reports that a connection will soon expire', async () => {
    const connection = await aConnection(product, { config: { access_token: 'tok-expired' } });
    product.sandbox.setState({ refresh_tokens: { 'ref-ok': { issued_at: Date.now() - 330 * DAY_MS } } });

    expect(codesOf(await examine(connection))).toEqual(['reconnect_due']);
  });
});
