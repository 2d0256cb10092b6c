import { describe, expect, it } from 'vitest';

import { Deliveries } from '../../../../worker/objects/outbox/deliveries.ts';
import { NOW } from '../../support/an-event.ts';
import { aDeliveryIn, aQueue, inAnOutbox } from '../../support/an-outbox.ts';
import type { DeliveryRow, OutboxTables } from '../../support/an-outbox.ts';

const ALL = { withoutKeys: [], atMost: 10, maxChars: 1_000_000, nowMs: NOW };
const KEY = '2026-11-21-0123456789abcdef';
const OTHER_KEY = '2026-11-20-0123456789abcdef';

const idsOf = (deliveries: readonly { eventId: string }[]): string[] => deliveries.map(({ eventId }) => eventId);

const pendingOf = (rows: Record<string, DeliveryRow>, how: { withoutKeys?: string[]; maxChars?: number } = {}) =>
  inAnOutbox((tables) => {
    for (const [eventId, row] of Object.entries(rows)) aDeliveryIn(tables, eventId, row);
    return tables.deliveries.pending(tables.queue, { ...ALL, ...how });
  });

describe('the next deliveries of a rule queue', () => {
  it('begin with the oldest event', async () => {
    const pending = await pendingOf({
      second: { happened_at_ms: NOW },
      first: { happened_at_ms: NOW - 1 },
      third: { happened_at_ms: NOW + 1 },
    });

    expect(idsOf(pending)).toEqual(['first', 'second', 'third']);
  });

  it('include none that waits for its person, has ended, or belongs to another rule queue', async () => {
    const pending = await inAnOutbox((tables) => {
      aDeliveryIn(tables, 'waits', { state: 'waiting', waits_until_ms: NOW });
      aDeliveryIn(tables, 'ended', { state: 'dead' });
      aDeliveryIn({ ...tables, queue: aQueue(tables.queues, { ruleId: '1002' }) }, 'elsewhere');
      return tables.deliveries.pending(tables.queue, ALL);
    });

    expect(pending).toEqual([]);
  });

  it('leave out payloads whose key cannot be read', async () => {
    const pending = await pendingOf(
      {
        readable: { payload: `k.${KEY}-0001.box` },
        sealed: { payload: `k.${OTHER_KEY}-0001.box` },
        later: { payload: `k.${KEY}-0001.box`, late: `k.${OTHER_KEY}-0001.box`, waits_until_ms: NOW },
      },
      { withoutKeys: [OTHER_KEY] },
    );

    expect(idsOf(pending)).toEqual(['readable']);
  });

  it('fit within the maximum length, but are at least one', async () => {
    const rows = { a: { payload: 'x'.repeat(100) }, b: { payload: 'x'.repeat(100) }, c: { payload: 'x'.repeat(100) } };

    expect(idsOf(await pendingOf(rows, { maxChars: 250 }))).toEqual(['a', 'b']);
    expect(idsOf(await pendingOf(rows, { maxChars: 10 }))).toEqual(['a']);
  });

  it('count an event’s facts for a third of their length, since they are neither opened nor sent', async () => {
    const pending = await inAnOutbox((tables) => {
      for (const eventId of ['a', 'b', 'c']) aDeliveryIn(tables, eventId, { payload: 'x'.repeat(100) });
      tables.database.sql.exec(`UPDATE events SET facts = json_object('said', 1, 'more', ?)`, 'x'.repeat(300));
      return [325, 420].map((maxChars) => tables.deliveries.pending(tables.queue, { ...ALL, maxChars }));
    });

    expect(pending.map(idsOf)).toEqual([['a'], ['a', 'b']]);
  });

  it('say whether their payload is ready to send, or a conversion that waited for an e-mail', async () => {
    const pending = await pendingOf({
      a: { payload: 'element' },
      b: { payload: 'conversion', waits_until_ms: NOW },
      c: { payload: 'conversion', waits_until_ms: NOW, late: 'late' },
    });

    expect(pending.map(({ payload }) => payload)).toEqual([
      { kind: 'sealed_element', text: 'element' },
      { kind: 'sealed_conversion', text: 'conversion', late: undefined },
      { kind: 'sealed_conversion', text: 'conversion', late: 'late' },
    ]);
  });
});

describe('deliveries that were read earlier', () => {
  it('are checked again, and those that have ended since then are left out', async () => {
    const left = await inAnOutbox((tables) => {
      aDeliveryIn(tables, 'pending');
      aDeliveryIn(tables, 'erased', { state: 'erased', payload: null });
      const read = ['pending', 'erased', 'never there'].map((eventId) => ({ eventId }));
      return tables.deliveries.stillPending(tables.queue.id, read);
    });

    expect(idsOf(left)).toEqual(['pending']);
  });
});

describe("a person's deliveries", () => {
  const ofJane = (work: (tables: OutboxTables) => void) =>
    inAnOutbox((tables) => {
      work(tables);
      return tables.deliveries.ofPerson(['jane'], [{ keyId: KEY, bucket: 1 }]);
    });

  it('are found in each state in which personal data is stored, and in no other', async () => {
    const found = await ofJane((tables) => {
      const own = { payload: `k.${KEY}-0001.box`, person: 'her-browser jane' };
      aDeliveryIn(tables, 'pending', own);
      aDeliveryIn(tables, 'dead', { ...own, state: 'dead' });
      aDeliveryIn(tables, 'waiting', { ...own, state: 'waiting' });
      aDeliveryIn(tables, 'delivered', { ...own, state: 'delivered', payload: null });
      aDeliveryIn(tables, 'of joe', { ...own, person: 'joe' });
      aDeliveryIn(tables, 'of janet', { ...own, person: 'janet' });
      aDeliveryIn(tables, 'in another bucket', { ...own, payload: `k.${KEY}-0002.box` });
    });

    expect(idsOf(found).toSorted()).toEqual(['dead', 'pending', 'waiting']);
  });

  it('are found under a whole key that an older version made', async () => {
    const found = await inAnOutbox((tables) => {
      aDeliveryIn(tables, 'event', { payload: `k.${KEY}-00ff.box`, person: 'jane' });
      return tables.deliveries.ofPerson(['jane'], [{ keyId: KEY, bucket: undefined }]);
    });

    expect(idsOf(found)).toEqual(['event']);
  });
});

const ALL_OLD = { afterSeq: 0, receivedBeforeMs: NOW + 1, except: ['pending', 'waiting'], atMost: 10 } as const;

describe('an event past its retention', () => {
  it('stays while one of its deliveries is pending', async () => {
    const old = await inAnOutbox((tables) => {
      aDeliveryIn(tables, 'pending');
      aDeliveryIn(tables, 'waiting', { state: 'waiting' });
      aDeliveryIn(tables, 'ended', { state: 'delivered', payload: null });
      return tables.deliveries.old(ALL_OLD);
    });

    expect(old.due.map(({ deliveries }) => deliveries)).toEqual([expect.stringContaining('ended')]);
  });

  it('is deleted with its deliveries', async () => {
    const left = await inAnOutbox((tables) => {
      aDeliveryIn(tables, 'ended', { state: 'delivered' });
      tables.deliveries.remove(tables.deliveries.old(ALL_OLD).due);
      return tables.database.sql.exec('SELECT event_id FROM deliveries UNION SELECT message_id FROM events').toArray();
    });

    expect(left).toEqual([]);
  });
});

describe('an attempt', () => {
  it('is stored with the first and last delivery of its batch, and deleted by age', async () => {
    const seen = await inAnOutbox((tables) => {
      const one = aDeliveryIn(tables, 'a');
      const [first] = tables.deliveries.pending(tables.queue, ALL);
      if (first === undefined) throw new Error('One is pending');
      const batch = ['a', 'b'].map((eventId, index) => ({
        ...one,
        eventId,
        happenedAtMs: NOW + index,
        consent: first.consent,
        payload: { kind: 'element', element: '{}', isRebuilt: false } as const,
      }));
      const attempt = {
        queueId: one.queueId,
        startedAtMs: NOW,
        endedAtMs: NOW + 5,
        status: 201,
        outcome: 'accepted',
        code: undefined,
        message: undefined,
        batch,
        consentAsked: ['advertising'],
      };
      const numbers = [
        tables.deliveries.record(attempt),
        // After a restart, the numbers continue.
        new Deliveries(tables.database.sql).record({ ...attempt, endedAtMs: NOW + 4 }),
      ];
      const rows = tables.database.sql
        .exec('SELECT events, first_event_id, last_event_id, consent_asked FROM attempts WHERE id = 1')
        .toArray();
      tables.deliveries.removeAttempts({ endedBeforeMs: NOW + 6 });
      return { rows, numbers, left: tables.database.sql.exec('SELECT 1 FROM attempts').toArray().length };
    });

    expect(seen).toEqual({
      rows: [{ events: 2, first_event_id: 'a', last_event_id: 'b', consent_asked: '["advertising"]' }],
      numbers: [1, 2],
      left: 0,
    });
  });
});
