/** `hold_for_identity_minutes`: a conversion waits for the e-mail that a form gives a moment later. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ConversionEvent } from '../../../worker/schema/events/conversion-event.ts';
import type { DeliveryStory } from '../../../worker/schema/events/event-view.ts';
import type { Ledger } from '../../../worker/schema/reports/ledger.ts';
import { admin, anIntegrationOf, aServerKey, aSource, ask, outcomes, SITE } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { objectsAtRest } from '../support/at-rest.ts';

const MINUTE_MS = 60_000;
const JANE = 'jane@example.com';
const JANES_HASH = '8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d';

let received: ConversionEvent[] = [];

beforeEach(() => {
  received = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const { elements } = await new Request(url, init).json<{ elements: ConversionEvent[] }>();
    received.push(...elements);
    return Response.json({ elements: elements.map(() => ({ status: 201 })) });
  });
});
afterEach(() => vi.useRealTimers());

async function aShop(config: Record<string, unknown> = {}): Promise<{ source: MadeSource; integrationId: string }> {
  const source = await aSource();
  const { id } = await anIntegrationOf(source, { config: { hold_for_identity_minutes: 10, ...config } });
  return { source, integrationId: id };
}

/**
 * Visitor IDs as an SDK makes them. They can't be guessed; a write key finds no waiting events by guessable IDs (T8).
 */
const ANON_1 = '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7';
const ANON_2 = 'e2a94d10-58b3-4c6f-8f17-90d6c3b7a45e';

/** Sends a page's events from a visitor with an SDK's anonymous ID. */
const send = (
  source: MadeSource,
  events: readonly Record<string, unknown>[],
  headers: Record<string, string> = {},
  consent: Record<string, boolean> = { advertising: true },
): Promise<Response> =>
  ask('/v1/batch', {
    body: {
      writeKey: source.write_key,
      batch: events.map((event) => ({ anonymousId: ANON_1, messageId: crypto.randomUUID(), ...event })),
      consent,
    },
    headers: { Origin: SITE, ...headers },
  });

const anOrder = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'track',
  event: 'Order Completed',
  messageId: 'order-1',
  properties: { total: 50, currency: 'EUR' },
  ...over,
});

const identify = (traits: Record<string, unknown>, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'identify',
  traits,
  ...over,
});

/** Lets the waiting time pass, from the outbox's point of view. */
async function afterTheWait({ id }: MadeSource): Promise<void> {
  const outbox = env.OUTBOX.getByName(id);
  await runInDurableObject(outbox, (_, { storage }) =>
    storage.sql.exec(
      `UPDATE deliveries SET waits_until_ms = waits_until_ms - 11 * ${MINUTE_MS} WHERE state = 'waiting'`,
    ),
  );
  await runDurableObjectAlarm(outbox);
}

const order = async (source: MadeSource): Promise<Awaited<ReturnType<typeof outcomes>>[number] | undefined> =>
  (await outcomes(source)).find(({ type }) => type === 'track');

async function ledgerOf(source: MadeSource): Promise<Ledger> {
  return (await admin(`/sources/${source.id}/ledger`)).json<Ledger>();
}

describe('a conversion without an e-mail', () => {
  it('waits and says so, and the ledger balances meanwhile', async () => {
    const { source, integrationId } = await aShop();

    await send(source, [anOrder({ properties: { li_fat_id: 'click-1' } })]);
    await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));

    expect(await order(source)).toMatchObject({
      state: 'pending',
      reason: 'waiting_for_identity',
      email: false,
      click_id: true,
      deliveries: [{ state: 'pending', reason: 'waiting_for_identity', attempts: 0 }],
    });
    expect(await ledgerOf(source)).toMatchObject({ totals: { received: 1, pending: 1 }, balanced: true });
    const status = await admin(`/integrations/${integrationId}/status`);
    expect(await status.json()).toMatchObject({ backlog: { pending: 1, waiting_for_identity: 1 } });
    const listed = await admin(`/integrations/${integrationId}/deliveries?state=pending&reason=waiting_for_identity`);
    expect(await listed.json()).toMatchObject({ data: [{ event_id: 'order-1' }] });
    expect(received).toEqual([]);
  });

  it('is sent with the e-mail as soon as the same visitor gives it', async () => {
    const { source } = await aShop();
    await send(source, [anOrder({ properties: { li_fat_id: 'click-1', total: 50, currency: 'EUR' } })]);

    await send(source, [identify({ email: JANE, firstName: 'Jane', lastName: 'Doe', companyName: 'Acme' })]);
    await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));

    await expect.poll(() => received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      eventId: 'order-1',
      conversionValue: { currencyCode: 'EUR', amount: '50.00' },
      user: {
        userIds: [
          { idType: 'SHA256_EMAIL', idValue: JANES_HASH },
          { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'click-1' },
        ],
        userInfo: { firstName: 'Jane', lastName: 'Doe', companyName: 'Acme' },
      },
    });
    await expect
      .poll(() => order(source))
      .toMatchObject({ state: 'delivered', email: true, names: true, deliveries: [{ attempts: 1 }] });
  });

  it('is sent without it when the time is over, and the ledger balances', async () => {
    const { source } = await aShop();
    await send(source, [anOrder({ properties: { li_fat_id: 'click-1' } })]);

    await afterTheWait(source);

    await expect.poll(() => order(source)).toMatchObject({ state: 'delivered', email: false });
    expect(received.map(({ user }) => user.userIds)).toEqual([
      [{ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'click-1' }],
    ]);
    expect(await ledgerOf(source)).toMatchObject({ totals: { received: 1, delivered: 1 }, balanced: true });
  });

  it('also waits when nothing identifies the person, and is sent when something does', async () => {
    const { source } = await aShop();
    await send(source, [anOrder()]);

    await send(source, [identify({ email: JANE })]);

    await expect.poll(() => received).toMatchObject([{ user: { userIds: [{ idValue: JANES_HASH }] } }]);
  });

  it('is skipped as no_identity when nothing identifies the person in time', async () => {
    const { source } = await aShop();
    await send(source, [anOrder()]);

    await afterTheWait(source);

    await expect.poll(() => order(source)).toMatchObject({ state: 'skipped', reason: 'no_identity' });
    expect(received).toEqual([]);
    expect(await ledgerOf(source)).toMatchObject({
      totals: { received: 1, skipped: { no_identity: 1 } },
      balanced: true,
    });
  });

  it('is sent with names that came first, when no e-mail followed', async () => {
    const { source } = await aShop();
    await send(source, [anOrder(), identify({ firstName: 'Jane', lastName: 'Doe' })]);
    expect(await order(source)).toMatchObject({ state: 'pending', names: true });

    await afterTheWait(source);

    await expect.poll(() => received).toMatchObject([{ user: { userIds: [], userInfo: { lastName: 'Doe' } } }]);
  });

  it.each([
    ['in one batch', (source: MadeSource) => send(source, [anOrder(), identify({ email: JANE })])],
    [
      'when the identify arrives first',
      async (source: MadeSource) => {
        await send(source, [identify({ email: JANE })]);
        await send(source, [anOrder()]);
      },
    ],
    [
      "by the collector's own cookie",
      async (source: MadeSource) => {
        const answer = await send(source, [anOrder({ anonymousId: undefined })]);
        const cookies = answer.headers.getSetCookie().map((text) => text.split(';')[0]);
        await send(source, [identify({ email: JANE }, { anonymousId: undefined })], { Cookie: cookies.join('; ') });
      },
    ],
  ])('is completed %s', async (_how, act) => {
    const { source } = await aShop();

    await act(source);

    await expect.poll(() => received).toMatchObject([{ user: { userIds: [{ idValue: JANES_HASH }] } }]);
  });

  it('is completed by a server too, which has no cookies', async () => {
    const { source } = await aShop();
    const key = await aServerKey(source);
    const post = (event: Record<string, unknown>): Promise<Response> =>
      ask('/v1/batch', { body: { batch: [event] }, headers: { Authorization: `Bearer ${key}` } });

    await post(anOrder({ userId: 'u-1' }));
    await post(identify({ email: JANE }, { userId: 'u-1' }));

    await expect.poll(() => received).toMatchObject([{ user: { userIds: [{ idValue: JANES_HASH }] } }]);
  });

  // Case T8.
  it('takes no e-mail from a stranger who names the same user ID, with or without an anonymous ID of their own', async () => {
    const { source } = await aShop();
    const headers = { Authorization: `Bearer ${await aServerKey(source)}` };
    await ask('/v1/batch', { body: { batch: [anOrder({ userId: 'u-1', anonymousId: 'anon-1' })] }, headers });

    for (const anonymousId of [undefined, 'anon-1', ANON_2])
      await send(source, [identify({ email: JANE }, { userId: 'u-1', anonymousId })]);

    await afterTheWait(source);
    await expect.poll(() => order(source)).toMatchObject({ state: 'skipped', reason: 'no_identity' });
    expect(received).toEqual([]);
  });

  it("takes nothing from another person, or without the integration's consent", async () => {
    const { source } = await aShop();
    await send(source, [anOrder({ userId: 'u-1' })]);

    await send(source, [identify({ email: JANE }, { anonymousId: ANON_2 })]);
    await send(source, [identify({ email: JANE })], { 'Sec-GPC': '1' }, {});
    await send(source, [identify({ email: JANE }, { userId: 'u-2' })]);

    await afterTheWait(source);
    await expect.poll(() => order(source)).toMatchObject({ state: 'skipped', reason: 'no_identity' });
    expect(received).toEqual([]);
  });

  it.each([
    ['it has an e-mail already', {}, anOrder({ traits: { email: JANE } })],
    [
      "the integration doesn't ask for it",
      { hold_for_identity_minutes: 0 },
      anOrder({ properties: { li_fat_id: 'c' } }),
    ],
    [
      'its mapping takes the e-mail from elsewhere',
      {
        mappings: [
          {
            trigger: 'event = "Order Completed"',
            conversion_rule_id: '1001',
            fields: { email: { '@path': '$.properties.mail' } },
          },
        ],
      },
      anOrder({ properties: { li_fat_id: 'c' } }),
    ],
  ])("doesn't wait when %s", async (_when, config, event) => {
    const { source } = await aShop(config);

    await send(source, [event]);

    await expect.poll(() => received).toHaveLength(1);
  });

  it('is erased on request while it waits, and leaves no tag', async () => {
    const { source } = await aShop();
    const anonymousId = 'd04b6e93-1f7a-4852-b3c9-6e5d20a8f71b';
    await send(source, [
      anOrder({ anonymousId }),
      identify({ firstName: 'Zyxjane', lastName: 'Zyxdoe' }, { anonymousId }),
    ]);

    const answer = await admin('/people/erase', { body: { anonymous_id: anonymousId } });
    await send(source, [identify({ email: JANE }, { anonymousId })]);
    await afterTheWait(source);

    expect(await answer.json()).toMatchObject({ erased: 1 });
    expect(await order(source)).toMatchObject({ state: 'erased', reason: 'erased_on_request' });
    expect(received).toEqual([]);
    const rows = await runInDurableObject(env.OUTBOX.getByName(source.id), (_, { storage }) =>
      storage.sql.exec('SELECT count(*) AS waits FROM identity_waits').one(),
    );
    expect(rows).toEqual({ waits: 0 });
  });

  it('is stored only encrypted while it waits', async () => {
    const { source } = await aShop();
    await send(source, [
      anOrder({ properties: { li_fat_id: 'click-zyx' } }),
      identify({ firstName: 'Zyxjane', lastName: 'Zyxdoe' }),
    ]);

    const atRest = await objectsAtRest();

    expect(['Zyxjane', 'Zyxdoe', 'click-zyx', ANON_1].filter((text) => atRest.includes(text))).toEqual([]);
  });
});

describe('the receipt of a sent conversion', () => {
  it('shows the consent with its source, and its checks at arrival and before sending', async () => {
    const { source, integrationId } = await aShop({ hold_for_identity_minutes: 0 });
    await ask('/v1/batch', {
      body: {
        writeKey: source.write_key,
        batch: [anOrder({ traits: { email: JANE } })],
        consent: { advertising: true, source: 'onetrust', at: '2026-11-20T10:00:00Z' },
      },
      headers: { Origin: SITE },
      country: 'DE',
    });
    await expect.poll(() => order(source), { timeout: 10_000 }).toMatchObject({ state: 'delivered' });

    const listed = await admin(`/integrations/${integrationId}/deliveries`);
    const { data } = await listed.json<{ data: { id: string }[] }>();
    const story = await admin(`/integrations/${integrationId}/deliveries/${encodeURIComponent(data[0]?.id ?? '')}`);

    expect((await story.json<DeliveryStory>()).consent).toMatchObject({
      categories: { advertising: true },
      policy: 'by_region',
      country: 'DE',
      source: 'onetrust',
      said_at: '2026-11-20T10:00:00.000Z',
      checks: [
        { when: 'received', asked: ['advertising'], granted: true },
        { when: 'sending', asked: ['advertising'], granted: true },
      ],
    });
  });
});
