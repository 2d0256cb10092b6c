import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Cause } from '../../../worker/schema/reports/replay.ts';
import { admin, anIntegrationOf, anOrder, aSource, problemOf, send } from '../support/api.ts';
import { aLinkedIn, noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

async function setUp() {
  const source = await aSource();
  return { source, integration: await anIntegrationOf(source) };
}

describe('the deliveries of an integration', () => {
  it('are listed with their event, in pages, and each has a history', async () => {
    const linkedin = aLinkedIn();
    const { source, integration } = await setUp();
    await send(
      source,
      [1, 2, 3].map((n) => anOrder({ messageId: `order-${n}` })),
    );
    await linkedin.elementOf(source.id, 'order-3');
    const list = async (query: string) => {
      const response = await admin(`/integrations/${integration.id}/deliveries?${query}`);
      return response.json<{ data: { id: string; message_id: string }[]; next_cursor: string | null }>();
    };

    await expect.poll(async () => (await list('state=delivered')).data).toHaveLength(3);
    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${first.next_cursor}`);
    const story = await admin(`/integrations/${integration.id}/deliveries/${first.data[0]?.id}`);

    expect([...first.data, ...second.data].map(({ message_id: id }) => id)).toEqual(['order-3', 'order-2', 'order-1']);
    expect(second.next_cursor).toBeNull();
    expect(await story.json()).toMatchObject({
      message_id: 'order-3',
      state: 'delivered',
      requests: [{ status: 200, outcome: 'accepted' }],
    });
  });

  it.each(['1002', '01002', 'urn:lla:llaPartnerConversion:1002'])(
    'are listed, added up and replayed for one conversion rule: %s',
    async (rule) => {
      const source = await aSource();
      // Without a token, everything is held.
      const integration = await anIntegrationOf(source, {
        config: { access_token: null, conversion_rule_id: { 'Order Completed': ['1001', '1002'] } },
      });
      await send(source, [anOrder({ messageId: 'order-1' })]);
      const filter = { conversion_rule_id: rule };
      const query = new URLSearchParams(filter).toString();
      const dataOf = async (path: string) => {
        const response = await admin(`/integrations/${integration.id}/${path}`);
        return (await response.json<{ data: Record<string, unknown>[] }>()).data;
      };

      await expect.poll(() => dataOf('deliveries?state=held')).toHaveLength(2);
      expect(await dataOf(`deliveries?${query}`)).toMatchObject([{ id: '1002:order-1' }]);
      expect(await dataOf(`causes?${query}`)).toMatchObject([{ state: 'held', deliveries: 1 }]);
      const replay = await admin(`/integrations/${integration.id}/replay`, { body: { filter, preview: true } });
      expect(await replay.json()).toMatchObject({ held: 1 });
    },
  );

  it.each([
    ['/state', 'state=lost'],
    ['/conversion_rule_id', 'conversion_rule_id=Leads'],
    ['/from', 'from=yesterday'],
    ['/reason', 'reason=rule_unknwon'],
    ['/limit', 'limit=0'],
    ['/cursor', 'cursor=x'],
    ['/nonsense', 'nonsense=1'],
  ])("aren't listed with an invalid %s: %s", async (pointer, query) => {
    const { integration } = await setUp();

    const response = await admin(`/integrations/${integration.id}/deliveries?${query}`);

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
  });

  it.each(['x', '1_1', '..', 'order-1'])("don't exist under the ID %s", async (id) => {
    const { integration } = await setUp();

    const response = await admin(`/integrations/${integration.id}/deliveries/${encodeURIComponent(id)}`);

    expect(response.status).toBe(404);
  });
});

describe('the causes of undelivered events', () => {
  it('are each listed once, with their count and value, most frequent first', async () => {
    const { source, integration } = await setUp();
    const other = await anIntegrationOf(source, { config: { access_token: null } });
    const price = (total: number, currency = 'USD') => ({ email: 'john.doe@example.com', total, currency });
    await send(source, [
      anOrder({ messageId: 'a', properties: price(0.1) }),
      anOrder({ messageId: 'b', properties: price(0.2) }),
      anOrder({ messageId: 'c', properties: price(0.2) }),
      anOrder({ messageId: 'd', properties: price(5, 'EUR') }),
      anOrder({ messageId: 'e', properties: { email: 'john.doe@example.com' } }),
    ]);
    await runInDurableObject(env.OUTBOX.getByName(source.id), (_, { storage }) => {
      const fail = (reason: string, ids: string) =>
        storage.sql.exec(
          `UPDATE deliveries SET state = 'dead', reason = ?, done_at_ms = 1
           WHERE instr(?, event_id) AND lane_id IN (SELECT id FROM lanes WHERE integration_id = ?)`,
          reason,
          ids,
          integration.id,
        );
      fail('Index: 0 is wrong', 'abcd');
      fail('Something else', 'e');
    });
    const causes = async ({ id }: { id: string }, query = '') => {
      const response = await admin(`/integrations/${id}/causes${query}`);
      return (await response.json<{ data: Cause[] }>()).data;
    };

    expect(await causes(integration, '?state=dead')).toMatchObject([
      {
        state: 'dead',
        reason: 'Index: 0 is wrong',
        sentence: 'LinkedIn refuses this event: Index: 0 is wrong',
        deliveries: 4,
        value: [
          { currency: 'EUR', amount: '5' },
          { currency: 'USD', amount: '0.5' },
        ],
        first_received_at: expect.any(String),
      },
      { reason: 'Something else', deliveries: 1, value: [] },
    ]);
    expect(await causes(integration, '?reason=else')).toMatchObject([{ reason: 'Something else' }]);
    expect(await causes(integration, '?state=delivered')).toEqual([]);
    await expect
      .poll(() => causes(other, '?state=held'))
      .toMatchObject([{ state: 'held', reason: 'credentials_missing', deliveries: 5 }]);
  });
});

describe('a replay', () => {
  it.each([
    ['', {}],
    ['', { filter: {}, ids: ['x'] }],
    ['/ids', { ids: [] }],
    ['/ids/0', { ids: [7] }],
    ['/filter/state', { filter: { state: 'lost' } }],
    ['/filter/nonsense', { filter: { nonsense: 1 } }],
    ['/preview', { filter: {}, preview: 'yes' }],
  ])('is refused at %s: %j', async (pointer, body) => {
    const { integration } = await setUp();

    const response = await admin(`/integrations/${integration.id}/replay`, { body });

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
  });

  it('sends nothing when there is nothing to send', async () => {
    const { integration } = await setUp();

    const response = await admin(`/integrations/${integration.id}/replay`, { body: { filter: {}, preview: true } });

    expect(await response.json()).toEqual({ id: null, preview: true, dead: 0, held: 0, too_old: 0, value: [] });
  });
});

describe('the status of an integration', () => {
  it('shows the days left of the version and token, and the quota left', async () => {
    // The limiter belongs to the token, so the test uses a fresh one.
    const integration = await anIntegrationOf(await aSource(), { config: { access_token: crypto.randomUUID() } });

    const response = await admin(`/integrations/${integration.id}/status`);

    expect(await response.json()).toMatchObject({
      enabled: true,
      version: {
        configured: '202609',
        in_use: '202609',
        next: null,
        days_left: expect.any(Number),
        newest_known: '202609',
      },
      token: { set: true, renewable: false },
      limiter: {
        used_this_minute: 0,
        quota_per_minute: 600,
        used_today: 0,
        quota_per_day: 500_000,
        paused_until: null,
      },
    });
  });

  it("says that no access token is set when a connection has its app's ID and secret only", async () => {
    const config = { access_token: null, oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' };
    const integration = await anIntegrationOf(await aSource(), { config });

    const response = await admin(`/integrations/${integration.id}/status`);

    expect(await response.json()).toMatchObject({
      token: { set: false, renewable: false, access_days_left: null },
      limiter: null,
    });
  });

  it('counts the sent requests, by the app that made them', async () => {
    const linkedin = aLinkedIn();
    const source = await aSource();
    const config = { oauth_client_id: `app-${source.id}`, access_token: 'tok' };
    const [one, other] = [await anIntegrationOf(source, { config }), await anIntegrationOf(source, { config })];
    await send(source, [anOrder({ messageId: 'order-1' })]);
    await linkedin.elementOf(source.id, 'order-1');

    const used = async ({ id }: { id: string }) => {
      const status = await (await admin(`/integrations/${id}/status`)).json<{ limiter: { used_today: number } }>();
      return status.limiter.used_today;
    };

    await expect.poll(() => used(one)).toBe(2);
    expect(await used(other)).toBe(2);
  });

  it('says that there is no token', async () => {
    const integration = await anIntegrationOf(await aSource(), { config: { access_token: null } });

    const response = await admin(`/integrations/${integration.id}/status`);

    expect(await response.json()).toMatchObject({ limiter: null });
  });
});

describe('the ledger of a source', () => {
  it('balances the received events with their outcomes', async () => {
    const { source } = await setUp();
    const order = anOrder();
    await send(source, [order, order, anOrder({ event: 'Signed Up' }), anOrder({ event: '' }), { type: 'group' }]);

    const response = await admin(`/sources/${source.id}/ledger`);

    expect(await response.json()).toMatchObject({
      balanced: true,
      totals: { received: 5, rejected: 1, skipped: { no_mapping: 1, unsupported_type: 1, duplicate: 1 } },
    });
  });

  it.each([
    ['/from', 'from=yesterday'],
    ['/to', 'to=2026-13-01'],
  ])('refuses an invalid day, %s: %s', async (pointer, query) => {
    const { source } = await setUp();

    const response = await admin(`/sources/${source.id}/ledger?${query}`);

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
  });
});
