/** Reconciliation: by day, by hour, and by conversion rule. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Ledger, RuleLedger } from '../../../worker/schema/reports/ledger.ts';
import { admin, anIntegrationOf, anOrder, aSource, outcomes, problemOf, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { aLinkedIn, noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const HOUR_MS = 60 * 60 * 1000;

async function ledger<Answer = Ledger>({ id }: MadeSource, query = ''): Promise<Answer> {
  const response = await admin(`/sources/${id}/ledger${query}`);
  expect(response.status).toBe(200);
  return response.json();
}

/** Moves all events into the past, and the last search for old ones. */
async function earlier({ id }: MadeSource, hours: number): Promise<void> {
  const outbox = env.OUTBOX.getByName(id);
  await runInDurableObject(outbox, (_, { storage }) => {
    storage.sql.exec('UPDATE events SET received_at_ms = received_at_ms - ?', hours * HOUR_MS);
    storage.sql.exec('UPDATE cleaned SET at_ms = at_ms - ?', hours * HOUR_MS);
  });
  await evictDurableObject(outbox);
}

describe('the ledger by the hour', () => {
  it('covers the last hours, with duplicates and refused events, and balances', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    await send(source, [anOrder({ messageId: 'old' })]);
    await earlier(source, 24);
    await send(source, [anOrder({ messageId: 'then' })]);
    await earlier(source, 2);
    await send(source, [anOrder({ messageId: 'now' }), anOrder({ messageId: 'now' }), { type: 'track' }]);
    await send(source, [anOrder({ event: 'Other' })]);

    const { data, totals, balanced } = await ledger(source, '?hours=24');

    expect(balanced).toBe(true);
    expect(totals).toMatchObject({
      received: 5,
      pending: 2,
      rejected: 1,
      skipped: { duplicate: 1, no_mapping: 1 },
    });
    expect(new Set(data.map(({ day, hour }) => `${day} ${hour}`)).size).toBe(2);
    expect(data.every(({ hour = -1 }) => hour >= 0 && hour < 24)).toBe(true);
    expect((await ledger(source, '?hours=72')).totals.received).toBe(6);
    expect((await ledger(source, '?hours=1')).totals.received).toBe(4);
  });

  it.each(['0', '73', '1.5', 'x', '-1'])("isn't available for %s hours", async (hours) => {
    const { id } = await aSource();
    const response = await admin(`/sources/${id}/ledger?hours=${hours}`);
    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer: '/hours' });
  });
});

describe('the ledger by rule', () => {
  it('has each delivery under its event and rule, even after the rows are deleted', async () => {
    const linkedin = aLinkedIn();
    const source = await aSource({ retention_days: 1 });
    const one = await anIntegrationOf(source, {
      config: { conversion_rule_id: { 'Order Completed': ['1001', '1002'], Lead: '1002' } },
    });
    const other = await anIntegrationOf(source, { config: { test_mode: true } });
    await send(source, [anOrder({ messageId: 'order-1' }), anOrder({ messageId: 'order-2' })]);
    await send(source, [anOrder({ messageId: 'lead-1', event: 'Lead' }), anOrder({ event: 'Other' })]);
    await linkedin.elementOf(source.id, 'lead-1');
    await expect
      .poll(async () => (await ledger<RuleLedger>(source, '/rules')).totals)
      .toMatchObject({ deliveries: 7, delivered: 5, skipped: { test_mode: 2 } });

    const before = await ledger<RuleLedger>(source, '/rules');

    const day = new Date().toISOString().slice(0, 10);
    const none = { pending: 0, held: 0, dead: 0, expired: 0, erased: 0, unconfirmed: 0 };
    const row = (event: string, integration: { id: string }, rule: string, counts: object) => ({
      day,
      event,
      integration_id: integration.id,
      conversion_rule_id: rule,
      ...none,
      ...counts,
    });
    expect(before.data).toHaveLength(4);
    expect(before.data).toEqual(
      expect.arrayContaining([
        row('Lead', one, '1002', { deliveries: 1, delivered: 1, skipped: {} }),
        row('Order Completed', one, '1001', { deliveries: 2, delivered: 2, skipped: {} }),
        row('Order Completed', one, '1002', { deliveries: 2, delivered: 2, skipped: {} }),
        row('Order Completed', other, '1001', {
          deliveries: 2,
          delivered: 0,

          skipped: { test_mode: 2 },
        }),
      ]),
    );

    await earlier(source, 48);
    await env.OUTBOX.getByName(source.id).wake();
    // The tally, which has the event that no rule asks for, cleans up at its own time.
    expect(await outcomes(source)).toMatchObject([{ event: 'Other' }]);
    expect((await ledger<RuleLedger>(source, '/rules')).totals).toEqual(before.totals);
  });
});

// Case T4.
describe('names that a stranger makes up', () => {
  it('are counted as (other) after the first 500 of a day, and a mapped name keeps its own row', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    for (let request = 0; request < 3; request += 1)
      await send(
        source,
        Array.from({ length: 400 }, (_, index) => ({ type: 'track', event: `Junk ${request} ${index}` })),
      );
    await send(source, [anOrder()]);

    for (const query of ['', '?hours=24']) {
      const { data, totals, balanced } = await ledger(source, query);

      expect(data.length).toBeLessThanOrEqual(502);
      expect(balanced).toBe(true);
      expect(totals).toMatchObject({ received: 1_201, skipped: { no_mapping: 1_200 } });
      expect(data.find(({ event }) => event === 'Order Completed')?.received).toBe(1);
      expect(data.find(({ event }) => event === '(other)')?.received).toBe(700);
    }
  });
});

describe('the days of a report', () => {
  const PATHS = ['/ledger', '/ledger/rules', '/consent', '/lint'];
  const report = async ({ id }: MadeSource, path: string, query = '') => {
    const response = await admin(`/sources/${id}${path}${query}`);
    return { status: response.status, ...(await response.json<{ data: unknown[] }>()) };
  };
  const dayIn = (days: number) => new Date(Date.now() + days * 24 * HOUR_MS).toISOString().slice(0, 10);

  it.each(PATHS)('end today if their last one is in the future: %s', async (path) => {
    const source = await aSource({ unknown_consent: 'granted' });
    await anIntegrationOf(source);
    await send(source, [anOrder({ properties: { email: 'john.doe@example.com', total: 'many' } })]);
    const now = await report(source, path);

    expect(now).toMatchObject({ status: 200, data: [expect.anything()] });
    for (const days of [0, 1, 89, 91, 10_000]) expect(await report(source, path, `?to=${dayIn(days)}`)).toEqual(now);
    expect(await report(source, path, `?from=${dayIn(-1)}&to=${dayIn(400)}`)).toEqual(now);
    expect(await report(source, path, `?to=${dayIn(-1)}`)).toMatchObject({ status: 200, data: [] });
    expect(await report(source, path, `?from=${dayIn(2)}&to=${dayIn(400)}`)).toMatchObject({ status: 200, data: [] });
    expect(await report(source, path, `?from=${dayIn(2)}`)).toMatchObject({ status: 200, data: [] });
  });
});
