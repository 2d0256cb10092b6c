import { describe, expect, it } from 'vitest';

import { Cleanup } from '../../../../worker/objects/outbox/cleanup.ts';
import { IdentityWaits } from '../../../../worker/objects/outbox/intake/identity-waits.ts';
import type { Ports } from '../../../../worker/objects/outbox/ports.ts';
import { ElementWaits } from '../../../../worker/objects/outbox/sending/element-waits.ts';
import { DAY_MS, NOW } from '../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, rowOf } from '../../support/an-outbox.ts';
import type { OutboxTables } from '../../support/an-outbox.ts';
import { aReadableSeal, outboxPorts } from '../../support/outbox-ports.ts';
import type { Said } from '../../support/outbox-ports.ts';

const inACleanup = <Result>(
  over: Partial<Ports>,
  work: (cleanup: Cleanup, tables: OutboxTables, said: Said) => Promise<Result>,
) =>
  inAnOutbox((tables) => {
    const { deliveries, database } = tables;
    const { ports, said } = outboxPorts(tables, {
      retention: async () => ({ eventsMs: 10 * DAY_MS, deadLettersMs: DAY_MS }),
      ...over,
    });
    const waits = new IdentityWaits(database.sql, { states: deliveries.states, remember: () => undefined });
    const cleanup = new Cleanup({
      ports,
      room: { sheddingBytes: 100 },
      deliveries,
      elementWaits: new ElementWaits(database.sql),
      waits,
      isSendingDue: () => false,
    });
    return work(cleanup, tables, said);
  });

const later = (days: number): Partial<Ports> => ({ now: () => NOW + days * DAY_MS });

describe("an outbox's cleanup", () => {
  it('deletes the payloads of failed deliveries after their retention, and their events later', async () => {
    const rowAfter = (days: number) =>
      inACleanup(later(days), async (cleanup, tables) => {
        aDeliveryIn(tables, 'dead', { state: 'dead', reason: 'wrong', done_at_ms: NOW });
        await cleanup.run();
        return rowOf(tables.database, 'dead');
      });

    expect(await rowAfter(0.5)).toMatchObject({ payload: '{}' });
    expect(await rowAfter(2)).toMatchObject({ payload: null, reason: 'wrong' });
    expect(await rowAfter(11)).toBeUndefined();
  });

  it('runs once an hour, also when its object was evicted in between', async () => {
    const asked = await inAnOutbox(async (tables) => {
      let count = 0;
      const { deliveries, database } = tables;
      const visit = async (atMs: number): Promise<void> => {
        const { ports } = outboxPorts(tables, {
          now: () => atMs,
          retention: async () => {
            count += 1;
            return { eventsMs: DAY_MS, deadLettersMs: DAY_MS };
          },
        });
        const waits = new IdentityWaits(database.sql, { states: deliveries.states, remember: () => undefined });
        const elementWaits = new ElementWaits(database.sql);
        await new Cleanup({
          ports,
          room: { sheddingBytes: 100 },
          deliveries,
          elementWaits,
          waits,
          isSendingDue: () => false,
        }).run();
      };
      for (const minute of [0, 5, 30, 59, 61]) await visit(NOW + minute * 60_000);
      return count;
    });

    expect(asked).toBe(2);
  });

  it('deletes nothing that is still pending', async () => {
    const state = await inACleanup(later(40), async (cleanup, tables) => {
      aDeliveryIn(tables, 'pending');
      await cleanup.run();
      return rowOf(tables.database, 'pending')?.state;
    });

    expect(state).toBe('pending');
  });

  it('counts deleted events in the ledger', async () => {
    const counts = await inACleanup(later(11), async (cleanup, tables) => {
      aDeliveryIn(tables, 'delivered', { state: 'delivered', payload: null, done_at_ms: NOW });
      await cleanup.run();
      return tables.database.sql.exec('SELECT name, outcome, events FROM counts').toArray();
    });

    expect(counts).toEqual([{ name: 'Lead', outcome: 'delivered', events: 1 }]);
  });

  it('searches for old events at most once an hour', async () => {
    let asked = 0;
    const retention = async () => {
      asked += 1;
      return { eventsMs: DAY_MS, deadLettersMs: DAY_MS };
    };

    await inACleanup({ retention }, async (cleanup) => {
      await cleanup.run();
      await cleanup.run();
    });

    expect(asked).toBe(1);
  });

  it('never throws, because sending must not depend on it', async () => {
    const logged = await inACleanup(
      { retention: () => Promise.reject(new Error('The registry is unreachable')) },
      async (cleanup, _, said) => {
        await cleanup.run();
        return said.logged;
      },
    );

    expect(logged).toEqual(['outbox.purge']);
  });

  it('deletes old events even while no key can be deleted', async () => {
    const payloads: Ports['payloads'] = {
      ...aReadableSeal,
      throwAwayAtMs: () => NOW,
      throwAway: () => Promise.reject(new Error('KV is away')),
    };
    const seen = await inACleanup({ ...later(11), payloads }, async (cleanup, tables, said) => {
      aDeliveryIn(tables, 'delivered', { state: 'delivered', payload: null, done_at_ms: NOW });
      await cleanup.run();
      return { row: rowOf(tables.database, 'delivered'), logged: said.logged };
    });

    expect(seen).toEqual({ row: undefined, logged: ['outbox.keys'] });
  });

  it('continues at its next visit, and not an hour later, when it left old requests or payloads', async () => {
    const left = await inACleanup(later(5), async (cleanup, tables) => {
      const { sql } = tables.database;
      const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)';
      sql.exec(
        `${numbers} INSERT INTO attempts (lane_id, ended_at_ms, id, started_at_ms, events, outcome,
           first_happened_at_ms, first_event_id, last_happened_at_ms, last_event_id)
         SELECT ?2, ?3, i, ?3, 1, 'accepted', ?3, 'a', ?3, 'a' FROM n`,
        1_001,
        tables.queue.id,
        NOW - 30 * DAY_MS,
      );
      sql.exec(
        `${numbers} INSERT INTO deliveries (lane_id, event_id, event_seq, happened_at_ms, enqueued_at_ms, state, payload,
           done_at_ms)
         SELECT ?2, 'failed-' || i, i, ?3, ?3, 'dead', '{}', ?3 FROM n`,
        2_001,
        tables.queue.id,
        NOW,
      );
      const rows = () =>
        sql
          .exec(
            `SELECT (SELECT count(*) FROM attempts) AS requests,
               (SELECT count(*) FROM deliveries WHERE payload IS NOT NULL) AS payloads`,
          )
          .toArray()[0];
      await cleanup.run();
      const first = rows();
      await cleanup.run();
      return [first, rows()];
    });

    expect(left).toEqual([
      { requests: 1, payloads: 1 },
      { requests: 0, payloads: 0 },
    ]);
  });

  it('deletes old events behind many that wait', async () => {
    const left = await inACleanup(later(11), async (cleanup, tables) => {
      for (let held = 0; held < 1_000; held += 1) aDeliveryIn(tables, `held-${held}`);
      aDeliveryIn(tables, 'ended', { state: 'delivered', payload: null, done_at_ms: NOW });
      await cleanup.run();
      return tables.database.sql.exec<{ events: number }>('SELECT count(*) AS events FROM events').toArray();
    });

    expect(left).toEqual([{ events: 1_000 }]);
  });
});

describe('a source that fills', () => {
  const ENDS = ['pending', 'waiting', 'dead', 'delivered', 'skipped', 'expired', 'erased'] as const;

  /** What is left of an event with each state, after this many days. */
  const leftOf = (bytes: number, days: number) =>
    inACleanup(
      {
        ...later(days),
        databaseBytes: () => bytes,
        retention: async () => ({ eventsMs: 90 * DAY_MS, deadLettersMs: 90 * DAY_MS }),
      },
      async (cleanup, tables, said) => {
        for (const state of ENDS)
          aDeliveryIn(tables, state, { state, reason: state === 'delivered' ? null : 'any', done_at_ms: NOW });
        await cleanup.run();
        expect(said.logged).toEqual([]);
        const { sql } = tables.database;
        return {
          left: ENDS.filter((state) => rowOf(tables.database, state) !== undefined),
          counted: sql.exec('SELECT outcome FROM counts ORDER BY outcome').toArray(),
        };
      },
    );

  it('deletes what ended well a week after it came, and counts it', async () => {
    expect(await leftOf(101, 8)).toEqual({
      left: ['pending', 'waiting', 'dead'],
      counted: ['delivered', 'erased', 'expired', 'skipped'].map((outcome) => ({
        outcome: expect.stringContaining(outcome),
      })),
    });
  });

  it.each([
    ['it is not that full', 100, 8],
    ['the events are of this week', 101, 6],
  ])('deletes nothing before its retention when %s', async (_, bytes, days) => {
    expect(await leftOf(bytes, days)).toEqual({ left: ENDS, counted: [] });
  });
});
