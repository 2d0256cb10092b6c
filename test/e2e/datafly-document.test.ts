import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

/** The body of the Datafly document's "Management API Setup", unchanged. */
const SETUP = `{
    "source_id": "src_abc123",
    "vendor": "linkedin",
    "name": "LinkedIn Conversions",
    "enabled": true,
    "config": {
      "account_id": "123456789",
      "access_token": "your_oauth_access_token",
      "refresh_token": "your_refresh_token",
      "oauth_client_id": "your_client_id",
      "oauth_client_secret": "your_client_secret",
      "conversion_rule_id": {
        "Order Completed": "urn:lla:llaPartnerConversion:987654",
        "Lead Generated": "urn:lla:llaPartnerConversion:987655",
        "Signed Up": "urn:lla:llaPartnerConversion:987656"
      }
    },
    "consent_categories": ["advertising"]
  }`;

const WRITE_KEY = 'wk_datafly';

let product: LocalProduct;
let integrationId: string;

beforeAll(async () => {
  product = await startLocalProduct();
  // Here the document's placeholder is a valid token.
  product.sandbox.setState({ tokens: { your_oauth_access_token: { client_id: null } } });
  await product.admin('/sources', { body: { id: 'src_abc123', write_key: WRITE_KEY } });
});
afterAll(() => product.stop());

const send = async (event: object): Promise<number> => {
  const { status } = await product.collect({ batch: [{ ...event, context: A_CLICK }] }, { writeKey: WRITE_KEY });
  return status;
};
const A_CLICK = { page: { url: 'https://example.com/landing?li_fat_id=abc123-def456-ghi789' } };

describe('the Datafly document', () => {
  it('has a curl call that creates an integration here, with host and token changed', async () => {
    const response = await fetch(`${product.url}/v1/admin/integrations`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${product.adminToken}`, 'Content-Type': 'application/json' },
      body: SETUP,
    });
    const integration: unknown = await response.json();

    expect(response.status).toBe(201);
    expect(integration).toMatchObject({
      id: expect.stringMatching(/^int_/),
      source_id: 'src_abc123',
      config: { account_id: '123456789', access_token: { set: true }, refresh_token: { set: true } },
    });
    expect(JSON.stringify(integration)).not.toMatch(/your_(oauth_access_token|refresh_token|client_secret)/);
    integrationId = String(new Map(Object.entries(Object(integration))).get('id'));
  });

  it('has three events that reach their three rules', async () => {
    const statuses = [
      await send({ type: 'track', event: 'Order Completed', messageId: 'order-1' }),
      await send({ type: 'track', event: 'Lead Generated', messageId: 'lead-1' }),
      await send({ type: 'track', event: 'Signed Up', messageId: 'signup-1' }),
    ];
    await product.sandbox.waitForEvents(3, 30_000);

    expect(statuses).toEqual([200, 200, 200]);
    expect(rulesReached()).toEqual({
      'order-1': 'urn:lla:llaPartnerConversion:987654',
      'lead-1': 'urn:lla:llaPartnerConversion:987655',
      'signup-1': 'urn:lla:llaPartnerConversion:987656',
    });
  });

  it('silently drops an event without a rule; here it gets a 200 and is shown as skipped', async () => {
    const status = await send({ type: 'track', event: 'Video Watched', messageId: 'video-1' });

    expect(status).toBe(200);
    expect(await product.admin('/sources/src_abc123/events?limit=1')).toMatchObject({
      status: 200,
      body: { data: [{ message_id: 'video-1', state: 'skipped', reason: 'no_mapping', deliveries: [] }] },
    });
  });

  it('has a key for page views, which leads to its rule', async () => {
    await product.admin(`/integrations/${integrationId}`, {
      method: 'PATCH',
      body: { config: { conversion_rule_id: { page: 'urn:lla:llaPartnerConversion:987657' } } },
    });
    // The config is published through KV, and the collector's copy may be half a minute old.
    await expect
      .poll(
        async () => {
          await send({ type: 'page', name: 'Pricing', messageId: `page-${crypto.randomUUID()}` });
          return Object.values(rulesReached());
        },
        { timeout: 45_000, interval: 1_000 },
      )
      .toContain('urn:lla:llaPartnerConversion:987657');
  });
});

function rulesReached(): Record<string, unknown> {
  return Object.fromEntries(
    product.sandbox.events.map(({ element }) => [String(element['eventId']), element['conversion']]),
  );
}
