import { describe, expect, it } from 'vitest';

import { DeliveryHistory } from '../../../../../worker/objects/outbox/reports/delivery-history.ts';
import { EventHistory } from '../../../../../worker/objects/outbox/reports/event-history.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION } from '../../../support/an-outbox.ts';
import type { DeliveryRow, OutboxTables } from '../../../support/an-outbox.ts';

const viewOf = (row: DeliveryRow, work: (tables: OutboxTables) => void = () => undefined) =>
  inAnOutbox((tables) => {
    aDeliveryIn(tables, 'event', row);
    work(tables);
    return new DeliveryHistory(tables.database.sql).whole(INTEGRATION, '1001:event');
  });

describe("a delivery's story", () => {
  it.each<[string, DeliveryRow, { state: string; reason: string | null }]>([
    ['waits for an e-mail', { state: 'waiting' }, { state: 'pending', reason: 'waiting_for_identity' }],
    ['is on its way', {}, { state: 'pending', reason: null }],
    ['failed', { state: 'dead', reason: 'wrong' }, { state: 'dead', reason: 'wrong' }],
    [
      'was skipped',
      { state: 'skipped', reason: 'no_consent', done_at_ms: NOW },
      { state: 'skipped', reason: 'no_consent' },
    ],
  ])('says that it %s', async (_, row, expected) => {
    expect(await viewOf(row)).toMatchObject(expected);
  });

  it('says that it is held when its rule queue is, but not while it waits for an e-mail', async () => {
    const hold = ({ queues, queue }: OutboxTables): void =>
      queues.holdRule(queue, { reason: 'rule_unknown', nowMs: NOW, probeAfterMs: 1_000 });

    expect(await viewOf({}, hold)).toMatchObject({ state: 'held', reason: 'rule_unknown' });
    expect(await viewOf({ state: 'waiting' }, hold)).toMatchObject({ state: 'pending' });
  });

  it('has its earlier results, and when it was delivered', async () => {
    const earlier = JSON.stringify([{ reason: 'wrong', done_at_ms: NOW, attempt_id: 1 }]);

    expect(await viewOf({ state: 'delivered', done_at_ms: NOW, earlier })).toMatchObject({
      delivered_at: new Date(NOW).toISOString(),
      earlier: [{ reason: 'wrong', at: new Date(NOW).toISOString() }],
    });
  });

  it('shows the sent payload with personal data masked', async () => {
    const shape = JSON.stringify({ at: NOW, ids: ['SHA256_EMAIL'], info: ['firstName'] });

    const story = await viewOf({ state: 'delivered', shape, currency: 'EUR', amount: '10.00' });

    expect(story?.payload).toMatchObject({ conversionValue: { currencyCode: 'EUR', amount: '10.00' } });
    expect(JSON.stringify(story?.payload)).toContain('SHA256_EMAIL');
  });

  it('is undefined for a malformed or unknown ID', async () => {
    const found = await inAnOutbox(({ database }) =>
      ['', '1001:never', 'rule:event'].map((id) => new DeliveryHistory(database.sql).whole(INTEGRATION, id)),
    );

    expect(found).toEqual([undefined, undefined, undefined]);
  });
});

describe('the list of deliveries', () => {
  it('continues where the previous page ended, newest event first, without gaps', async () => {
    const pages = await inAnOutbox((tables) => {
      for (const name of ['a', 'b', 'c']) aDeliveryIn(tables, name);
      const history = new DeliveryHistory(tables.database.sql);
      const first = history.ofIntegration(INTEGRATION, { limit: 2, before: undefined, filter: {} });
      const second = history.ofIntegration(INTEGRATION, { limit: 2, before: first.next, filter: {} });
      return [first, second].map(({ data }) => data.map(({ event_id: eventId }) => eventId));
    });

    expect(pages).toEqual([['c', 'b'], ['a']]);
  });
});

describe('the list of events', () => {
  const inAHistory = <Result>(work: (history: EventHistory) => Result) =>
    inAnOutbox((tables) => {
      for (const name of ['a', 'b', 'c']) aDeliveryIn(tables, name, { state: 'delivered', done_at_ms: NOW });
      return work(new EventHistory(tables.database.sql));
    });
  const idsOf = (events: readonly { seq: number }[]): number[] => events.map(({ seq }) => seq);

  it('has the latest events, newest first, page by page', async () => {
    const pages = await inAHistory((history) => {
      const first = history.latest({ limit: 2, beforeSeq: undefined });
      return [first, history.latest({ limit: 2, beforeSeq: first.nextSeq })].map(({ data }) => idsOf(data));
    });

    expect(pages).toEqual([[3, 2], [1]]);
  });

  it('has the events after a place in the order of arrival, oldest first', async () => {
    expect(await inAHistory((history) => idsOf(history.after({ seq: 1, limit: 5 })))).toEqual([2, 3]);
  });

  it('has the events at given places', async () => {
    expect(await inAHistory((history) => idsOf(history.at([3, 9, 1])))).toEqual([1, 3]);
  });
});
