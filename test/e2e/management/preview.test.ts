import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from './a-connection.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.sandbox.reset());

const anOrder = (over: Record<string, unknown> = {}) => ({
  type: 'track',
  event: 'Order Completed',
  messageId: 'order-1',
  timestamp: new Date().toISOString(),
  properties: { total: 149.99, currency: 'USD', li_fat_id: 'abc123-def456', email: 'John.Doe@example.com ' },
  traits: { firstName: 'John', lastName: 'Doe' },
  context: { consent: { categoryPreferences: { advertising: true } } },
  ...over,
});

/** Returns the elements of all requests in an answer. */
const elementsOf = (body: Record<string, unknown>): unknown[] =>
  v.parse(Requests, body['requests']).flatMap(({ body: { elements } }) => elements);

const Requests = v.array(v.object({ body: v.object({ elements: v.array(v.unknown()) }) }));

describe('a preview', () => {
  it('shows exactly what is then sent', async () => {
    const { ask, writeKey } = await aConnection(product, {
      config: { conversion_rule_id: { 'Order Completed': ['987654', '987655'] } },
    });
    const event = anOrder();

    const preview = await ask('/preview', { body: event });
    expect(product.sandbox.requests).toEqual([]);
    await product.collect({ batch: [event] }, { writeKey });
    await product.sandbox.waitForEvents(2, 30_000);

    expect(preview).toMatchObject({ status: 200, body: { outcome: 'deliver', reason: null } });
    const sent = product.sandbox.events.map(({ element }) => element);
    expect(elementsOf(bodyOf(preview))).toHaveLength(2);
    expect(new Set(elementsOf(bodyOf(preview)).map((one) => JSON.stringify(one)))).toEqual(
      new Set(sent.map((one) => JSON.stringify(one))),
    );
  });

  it('tries an unsaved mapping alone, and says where it is wrong', async () => {
    const { ask } = await aConnection(product);
    const mapping = {
      trigger: 'type = "track" and properties.total > 100',
      conversion_rule_id: '1001',
      fields: { conversionValue: { amount: { '@literal': 7 }, currencyCode: 'EUR' } },
    };

    const fitting = await ask('/preview', { body: { ...anOrder(), mapping } });
    const other = await ask('/preview', { body: { ...anOrder({ properties: { total: 5 } }), mapping } });
    const wrong = await ask('/preview', { body: { ...anOrder(), mapping: { ...mapping, trigger: 'type = ' } } });

    expect(elementsOf(bodyOf(fitting))).toMatchObject([
      { conversion: 'urn:lla:llaPartnerConversion:1001', conversionValue: { currencyCode: 'EUR', amount: '7.00' } },
    ]);
    expect(other).toMatchObject({ status: 200, body: { outcome: 'skip', reason: 'no_mapping' } });
    expect(wrong).toMatchObject({ status: 400, body: { pointer: '/mapping/trigger' } });
  });

  it('stores nothing', async () => {
    const { ask, sourceId } = await aConnection(product);

    await ask('/preview', { body: anOrder() });

    expect(await product.admin(`/sources/${sourceId}/events`)).toMatchObject({ body: { data: [] } });
    expect(await product.admin(`/sources/${sourceId}/ledger`)).toMatchObject({ status: 200 });
    expect(await ask('/deliveries')).toMatchObject({ body: { data: [] } });
  });

  it('explains every decision, even those after the deciding one', async () => {
    const { ask } = await aConnection(product, { enabled: false });

    const preview = await ask('/preview?country=DE', { body: anOrder({ properties: {}, traits: {}, context: {} }) });

    expect(preview).toMatchObject({
      status: 200,
      body: {
        outcome: 'skip',
        reason: 'integration_disabled',
        requests: [],
        decisions: [
          { decision: 'trigger', passed: true, conversion_rule_ids: ['987654'] },
          { decision: 'integration_enabled', passed: false },
          {
            decision: 'consent',
            passed: false,
            asked: ['advertising'],
            said: { advertising: null },
            unknown_consent: 'by_region',
            country: 'DE',
          },
          { decision: 'sender', passed: true },
          { decision: 'age', passed: true },
          { decision: 'identity', passed: false, click_id: false, email: false, names: false, external_id: false },
        ],
      },
    });
  });

  it.each([
    ['no_mapping', anOrder({ event: 'Something else' })],
    ['unsupported_type', anOrder({ type: 'group' })],
    ['no_consent', anOrder({ context: { consent: { categoryPreferences: { advertising: false } } } })],
    ['no_identity', anOrder({ properties: {}, traits: {} })],
    ['too_old', anOrder({ timestamp: '2026-01-01T00:00:00Z' })],
  ])('says %s', async (reason, event) => {
    const { ask } = await aConnection(product);

    expect(await ask('/preview', { body: event })).toMatchObject({ status: 200, body: { outcome: 'skip', reason } });
  });

  it('refuses what the collector would refuse', async () => {
    const { ask } = await aConnection(product);

    expect(await ask('/preview', { body: { type: 'track' } })).toMatchObject({
      status: 400,
      body: { type: 'urn:directflight:problem:event_invalid', pointer: '/event' },
    });
    expect(await ask('/preview', { body: [] })).toMatchObject({ status: 400 });
  });
});

describe('a test event', () => {
  it("is really sent, returns LinkedIn's answer, and creates no delivery", async () => {
    const { ask, sourceId } = await aConnection(product);

    const answer = await ask('/test-event', { body: anOrder() });

    expect(answer).toMatchObject({
      status: 200,
      body: { sent: true, results: [{ conversion_rule_id: '987654', status: 200, accepted: true, remedy: null }] },
    });
    expect(String(bodyOf(answer)['note'])).toContain('really sent');
    expect(product.sandbox.events.map(({ element }) => element)).toEqual(elementsOf(bodyOf(answer)));
    expect(await product.admin(`/sources/${sourceId}/events`)).toMatchObject({ body: { data: [] } });
  });

  it.each([
    ['1002', 400, /disabled/],
    ['1003', 400, /Insight Tag/],
    ['999', 403, /does not know this conversion rule/],
  ])("explains LinkedIn's refusal of rule %s", async (rule, status, remedy) => {
    const { ask } = await aConnection(product, {
      config: { account_id: '100', conversion_rule_id: { 'Order Completed': rule } },
    });

    expect(await ask('/test-event', { body: anOrder() })).toMatchObject({
      status: 200,
      body: { sent: true, results: [{ status, accepted: false, remedy: expect.stringMatching(remedy) }] },
    });
  });

  it.each([
    ['without consent', anOrder({ context: { consent: { categoryPreferences: { advertising: false } } } }), {}],
    ['in test mode', anOrder(), { test_mode: true }],
  ])("isn't sent %s", async (_what, event, config) => {
    const { ask } = await aConnection(product, { config });

    expect(await ask('/test-event', { body: event })).toMatchObject({
      status: 200,
      body: { sent: false, outcome: 'skip', results: [] },
    });
    expect(product.sandbox.requests).toEqual([]);
  });
});
