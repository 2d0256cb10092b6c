import { runDurableObjectAlarm } from 'cloudflare:test';
/** T9: only a delivery blocks a delivery. Identity is (integration, rule, event ID), and a skipped event has none. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { EventStory } from '../../../worker/schema/events/event-view.ts';
import type { Ledger } from '../../../worker/schema/reports/ledger.ts';
import { admin, anIntegrationOf, anOrder, ask, aServerKey, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

/** `rule/event ID` of each element that LinkedIn got, in order. */
let sent: string[] = [];

beforeEach(() => {
  sent = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const { elements } = await new Request(url, init).json<{ elements: { conversion: string; eventId: string }[] }>();
    sent.push(...elements.map(({ conversion, eventId }) => `${conversion.split(':').at(-1) ?? ''}/${eventId}`));
    return Response.json({ elements: elements.map(() => ({ status: 201 })) });
  });
});
afterEach(() => vi.restoreAllMocks());

async function sendAsServer(source: MadeSource, key: string, events: readonly unknown[]): Promise<Response> {
  return ask('/v1/batch', { body: { batch: events }, headers: { Authorization: `Bearer ${key}`, 'X-Of': source.id } });
}

/** Lets the outbox send, and returns everything that LinkedIn got. */
async function delivered({ id }: MadeSource, wanted = 1): Promise<string[]> {
  await runDurableObjectAlarm(env.OUTBOX.getByName(id));
  await vi.waitUntil(() => sent.length >= wanted, { timeout: 5_000, interval: 20 }).catch(() => undefined);
  return sent.toSorted();
}

async function storyOf({ id }: MadeSource, messageId: string): Promise<EventStory> {
  const response = await admin(`/sources/${id}/events/${encodeURIComponent(messageId)}`);
  expect(response.status).toBe(200);
  return response.json();
}

async function totalsOf({ id }: MadeSource): Promise<Ledger['totals']> {
  const response = await admin(`/sources/${id}/ledger`);
  return (await response.json<Ledger>()).totals;
}

const NO_CONSENT = { context: { consent: { categoryPreferences: { advertising: false } } } };
const NOBODY = { properties: { total: 10, currency: 'USD' } };

describe('an event with the ID of an earlier, skipped event', () => {
  it.each([
    ['without consent', anOrder({ messageId: 'order-1', ...NO_CONSENT }), 'no_consent'],
    ['that matches no mapping', { type: 'track', event: 'Junk', messageId: 'order-1' }, 'no_mapping'],
    ['without any identity', anOrder({ messageId: 'order-1', ...NOBODY }), 'no_identity'],
    ['with an unsupported type', { type: 'group', messageId: 'order-1' }, 'unsupported_type'],
    [
      'that is too old',
      anOrder({ messageId: 'order-1', timestamp: new Date(Date.now() - 100 * 86_400_000).toISOString() }),
      'too_old',
    ],
  ])('is delivered: the page had sent an event %s before', async (_, skipped, reason) => {
    const source = await aSource();
    await anIntegrationOf(source);
    const key = await aServerKey(source);
    await send(source, [skipped]);

    await sendAsServer(source, key, [anOrder({ messageId: 'order-1' })]);

    expect(await delivered(source)).toEqual(['1001/order-1']);
    const story = await storyOf(source, 'order-1');
    expect(story).toMatchObject({
      message_id: 'order-1',
      deliveries: [{ event_id: 'order-1', conversion_rule_id: '1001' }],
      same_id: [{ message_id: 'order-1', state: 'skipped', reason }],
    });
    expect(await totalsOf(source)).toMatchObject({ received: 2, skipped: { [reason]: 1 } });
  });

  it('is delivered however much junk a stranger sent under its ID', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    const junk = Array.from({ length: 40 }, (_, index) => ({
      type: 'track',
      event: `Junk ${index}`,
      messageId: 'order-1002',
    }));
    await send(source, junk);

    await send(source, [anOrder({ messageId: 'order-1002' })]);

    expect(await delivered(source)).toEqual(['1001/order-1002']);
    // Up to four different skipped events with one ID are stored; the others are counted.
    expect(await outcomes(source)).toHaveLength(5);
    expect(await totalsOf(source)).toMatchObject({ received: 41, skipped: { no_mapping: 4, duplicate: 36 } });
  });

  it('is delivered under an ID that its mapping takes from a field', async () => {
    const source = await aSource();
    await anIntegrationOf(source, {
      config: {
        conversion_rule_id: {},
        mappings: [
          {
            name: 'Orders',
            trigger: 'event = "Order Completed"',
            conversion_rule_id: '1001',
            fields: { eventId: { '@path': '$.properties.order_id' } },
          },
        ],
      },
    });
    const order = { messageId: 'm-2', properties: { email: 'john.doe@example.com', order_id: '77' } };
    await send(source, [
      { type: 'track', event: 'Junk', messageId: '77', properties: { order_id: '77' } },
      anOrder({ messageId: 'm-1', properties: { order_id: '77' } }),
      { type: 'track', event: 'Junk', messageId: 'm-2' },
    ]);

    await send(source, [anOrder(order)]);
    expect(await delivered(source)).toEqual(['1001/77']);

    await send(source, [anOrder(order)]);
    await send(source, [anOrder({ ...order, messageId: 'm-3' })]);
    expect(await delivered(source)).toEqual(['1001/77']);
    expect(await totalsOf(source)).toMatchObject({
      received: 6,
      skipped: { no_mapping: 2, no_identity: 1, duplicate: 2 },
    });
  });
});

describe('two events with one ID', () => {
  it('are both delivered when they match different rules, each once', async () => {
    const source = await aSource();
    await anIntegrationOf(source, {
      config: { conversion_rule_id: { 'Order Completed': '1001', 'Account Made': '1002' } },
    });
    const both = [anOrder({ messageId: 'order-1' }), anOrder({ messageId: 'order-1', event: 'Account Made' })];

    await send(source, both);
    await send(source, both);

    expect(await delivered(source, 2)).toEqual(['1001/order-1', '1002/order-1']);
    expect(await outcomes(source)).toHaveLength(2);
    expect(await totalsOf(source)).toMatchObject({ received: 4, skipped: { duplicate: 2 } });
  });

  it('have separate addresses, so that each history can be read', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    await send(source, [{ type: 'track', event: 'Junk', messageId: 'order-1' }, anOrder({ messageId: 'order-1' })]);
    const junk = (await outcomes(source)).find(({ event }) => event === 'Junk');

    const response = await admin(`/sources/${source.id}/events/order-1?seq=${junk?.seq ?? 0}`);

    expect(await response.json()).toMatchObject({ event: 'Junk', same_id: [{ event: 'Order Completed' }] });
    expect((await admin(`/sources/${source.id}/events/order-1?seq=x`)).status).toBe(400);
  });
});

describe('a retry', () => {
  it.each([
    ['a delivered event', anOrder({ messageId: 'order-1' }), 1],
    ['a skipped event', { type: 'track', event: 'Junk', messageId: 'order-1' }, 0],
  ])('of %s is a duplicate: it is counted, without a row', async (_, event, elements) => {
    const source = await aSource();
    await anIntegrationOf(source);
    for (let tries = 0; tries < 3; tries += 1) await send(source, [event]);

    expect(await delivered(source, elements)).toHaveLength(elements);
    expect(await outcomes(source)).toHaveLength(1);
    expect(await totalsOf(source)).toMatchObject({ received: 3, skipped: { duplicate: 2 } });
  });
});

describe('a delivery that was never sent', () => {
  it('gives its identity to an event that can be sent', async () => {
    const source = await aSource();
    const integration = await anIntegrationOf(source, { config: { test_mode: true } });
    await send(source, [anOrder({ messageId: 'order-1' })]);
    await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));
    await expect.poll(() => outcomes(source)).toMatchObject([{ reason: 'test_mode' }]);
    await send(source, [anOrder({ messageId: 'order-1' })]);
    expect(await outcomes(source)).toHaveLength(1);

    await admin(`/integrations/${integration.id}`, { method: 'PATCH', body: { config: { test_mode: false } } });
    await send(source, [anOrder({ messageId: 'order-1' })]);

    expect(await delivered(source)).toEqual(['1001/order-1']);
    expect(await totalsOf(source)).toMatchObject({ received: 3, skipped: { test_mode: 1, duplicate: 1 } });
  });

  it('gives it to a server’s event while it waits for an e-mail, and never to a page’s', async () => {
    noLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source, { config: { hold_for_identity_minutes: 5 } });
    const key = await aServerKey(source);
    await send(source, [anOrder({ messageId: 'order-1', ...NOBODY })]);
    await sendAsServer(source, key, [anOrder({ messageId: 'order-2', ...NOBODY })]);

    await sendAsServer(source, key, [anOrder({ messageId: 'order-1' })]);
    await send(source, [anOrder({ messageId: 'order-2', properties: { email: 'stranger@example.com' } })]);

    const [first, , replaced] = await outcomes(source);
    expect(first).toMatchObject({ message_id: 'order-1', state: 'pending', email: true });
    expect(replaced).toMatchObject({ message_id: 'order-1', state: 'skipped', reason: 'replaced' });
    expect(await totalsOf(source)).toMatchObject({ received: 4, pending: 2, skipped: { replaced: 1, duplicate: 1 } });
  });
});

describe('an order ID that a stranger used first and then refused', () => {
  it('still works for the server, even for 30 orders in one request', async () => {
    noLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source);
    const key = await aServerKey(source);
    const ids = Array.from({ length: 30 }, (_, index) => `ord-${1_000 + index}`);
    const anonymousId = crypto.randomUUID();
    const claimed = ids.map((messageId) => anOrder({ messageId, anonymousId, properties: { li_fat_id: 'x' } }));

    await send(source, [...claimed, { type: 'track', event: 'x', anonymousId, consent: false }]);
    expect(new Set((await outcomes(source)).map(({ state }) => state))).toEqual(new Set(['erased', 'skipped']));
    await sendAsServer(
      source,
      key,
      ids.map((messageId) => anOrder({ messageId })),
    );

    const waiting = (await outcomes(source)).filter(({ state }) => state === 'pending' || state === 'held');
    expect(waiting.map(({ message_id: id }) => id).toSorted()).toEqual(ids);
  });

  it('stays erased for callers with the write key, even with consent', async () => {
    noLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source);
    const anonymousId = crypto.randomUUID();
    const own = anOrder({ messageId: 'ord-1', anonymousId });

    await send(source, [own, { type: 'track', event: 'x', anonymousId, consent: false }]);
    await send(source, [own]);

    expect((await outcomes(source)).filter(({ message_id: id }) => id === 'ord-1')).toMatchObject([
      { state: 'erased' },
    ]);
  });
});
