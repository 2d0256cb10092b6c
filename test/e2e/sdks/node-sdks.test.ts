/** Segment's and RudderStack's Node SDKs from npm, unchanged, and pointed here. */
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { type SdkSite, startSdkSite } from '../../support/sdk-site.ts';
import { ELEMENT } from './the-lead.ts';

const WRITE_KEY = 'wk_demo';
const ARRIVES_WITHIN_MS = 30_000;

let product: LocalProduct;
let site: SdkSite;
beforeAll(async () => {
  product = await startLocalProduct();
  site = await startSdkSite(product.url);
});
afterAll(() => Promise.all([site.close(), product.stop()]));
afterEach(async () => {
  product.sandbox.clear();
  site.seen.length = 0;
});

const lead = {
  userId: 'user-1',
  event: 'Lead Generated',
  properties: { value: 500, currency: 'USD', li_fat_id: 'abc123-def456-ghi789' },
  context: { traits: { email: 'john.doe@example.com', firstName: 'John', lastName: 'Doe' } },
};

async function elements(count: number): Promise<unknown[]> {
  const events = await product.sandbox.waitForEvents(count, ARRIVES_WITHIN_MS);
  return events.map(({ element }) => element);
}

const posts = () => site.seen.filter(({ path }) => path === '/v1/batch');

describe('@segment/analytics-node', () => {
  it('sends a lead to LinkedIn, and every kind of call is accepted', async () => {
    const analytics = new Analytics({ writeKey: WRITE_KEY, host: site.url });

    analytics.identify({ userId: 'user-1', traits: { email: 'john.doe@example.com' } });
    analytics.page({ userId: 'user-1', name: 'Pricing' });
    analytics.group({ userId: 'user-1', groupId: 'acme' });
    analytics.alias({ userId: 'user-1', previousId: 'anonymous-1' });
    analytics.screen({ userId: 'user-1', name: 'Home' });
    analytics.track(lead);
    await analytics.closeAndFlush();

    expect(await elements(1)).toEqual([ELEMENT]);
    expect(posts()).toEqual([{ path: '/v1/batch', encoding: undefined, status: 200 }]);
  });

  it('sends its batches, and each event arrives once', async () => {
    const analytics = new Analytics({ writeKey: WRITE_KEY, host: site.url, flushAt: 15 });

    for (let index = 0; index < 40; index += 1) analytics.track({ ...lead, messageId: `segment-${index}` });
    await analytics.closeAndFlush();

    const ids = (await elements(40)).map((element) => Object(element).eventId);
    expect(new Set(ids).size).toBe(40);
    expect(posts().map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('retries temporary refusals with the same ID', async () => {
    site.fail(2);
    const analytics = new Analytics({ writeKey: WRITE_KEY, host: site.url, maxRetries: 5 });

    analytics.track({ ...lead, messageId: 'segment-again' });
    await analytics.closeAndFlush();

    expect(await elements(1)).toMatchObject([{ eventId: 'segment-again' }]);
    expect(posts().map(({ status }) => status)).toEqual([503, 503, 200]);
  });
});

describe('@rudderstack/rudder-sdk-node', () => {
  const aClient = (options: object = {}) =>
    new RudderAnalytics(WRITE_KEY, { dataPlaneUrl: site.url, flushInterval: 50, logLevel: 'error', ...options });

  it('sends a lead to LinkedIn as gzip, and every kind of call is accepted', async () => {
    const client = aClient();

    client.identify({ userId: 'user-1', traits: { email: 'john.doe@example.com' } });
    client.page({ userId: 'user-1', name: 'Pricing' });
    client.group({ userId: 'user-1', groupId: 'acme' });
    client.alias({ userId: 'user-1', previousId: 'anonymous-1' });
    client.screen({ userId: 'user-1', name: 'Home' });
    client.track(lead);
    await client.flush();

    expect(await elements(1)).toEqual([ELEMENT]);
    expect(posts()).toContainEqual({ path: '/v1/batch', encoding: 'gzip', status: 200 });
    expect(posts().every(({ status }) => status === 200)).toBe(true);
  });

  it('sends its batches, and each event arrives once', async () => {
    const client = aClient({ flushAt: 20, gzip: false });

    for (let index = 0; index < 40; index += 1) client.track({ ...lead, properties: { ...lead.properties, index } });
    await client.flush();

    const ids = (await elements(40)).map((element) => Object(element).eventId);
    expect(new Set(ids).size).toBe(40);
    expect(posts().length).toBeLessThan(10);
  });

  it('retries temporary refusals with the same ID', async () => {
    site.fail(2);
    const client = aClient();

    client.track(lead);
    await client.flush();

    expect(await elements(1)).toEqual([ELEMENT]);
    expect(posts().filter(({ status }) => status === 503)).toHaveLength(2);
  });
});
