import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ArrivalOrder } from '../../../../../worker/objects/event-store/arrival-order.ts';
import { Deliveries } from '../../../../../worker/objects/outbox/deliveries.ts';
import { FreshDeliveries, freshFrom } from '../../../../../worker/objects/outbox/sending/fresh-deliveries.ts';
import { NOW } from '../../../support/an-event.ts';
import { inAnOutbox } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const CHECK_EVERY = 3;

/** An outbox that stores one event after the other, and may start again. */
class Storing {
  readonly #tables: OutboxTables;
  readonly #checkEvery: number;
  /** The positions of all events, as far apart as those of real events. */
  readonly places: number[] = [];
  readonly #order = new ArrivalOrder('outbox', 0);
  fresh: FreshDeliveries;
  deliveries: Deliveries;

  constructor(tables: OutboxTables, checkEvery = CHECK_EVERY) {
    this.#tables = tables;
    this.#checkEvery = checkEvery;
    this.fresh = new FreshDeliveries(tables.database.sql, checkEvery);
    this.deliveries = new Deliveries(tables.database.sql, this.fresh);
  }

  restart(): void {
    this.fresh = new FreshDeliveries(this.#tables.database.sql, this.#checkEvery);
    this.deliveries = new Deliveries(this.#tables.database.sql, this.fresh);
  }

  /** Stores an event with a delivery. */
  store(): void {
    const count = this.places.length + 1;
    const seq = this.#order.next(NOW + count);
    this.places.push(seq);
    const { database, queue } = this.#tables;
    const eventId = `event-${count}`;
    database.transaction(() => {
      database.sql.exec(
        `INSERT INTO events (seq, message_id, type, name, happened_at_ms, received_at_ms, facts, deliveries)
         VALUES (?, ?, 'track', 'Lead', ?, ?, '{}', ?)`,
        seq,
        eventId,
        NOW,
        NOW,
        JSON.stringify([[queue.id, eventId]]),
      );
      this.deliveries.states.begin({
        queueId: queue.id,
        eventId,
        eventSeq: seq,
        happenedAtMs: NOW + (count % 5),
        enqueuedAtMs: NOW,
        waitsUntilMs: undefined,
        payload: { kind: 'sealed', text: 'sealed' },
        value: undefined,
        person: '',
        shape: null,
      });
      this.fresh.settleOvertaken({ seq, events: 1 });
    });
  }

  /** Ends a pending delivery, or only tries to. */
  end(which: number, { fails }: { fails: boolean }): void {
    const one = this.pendingByRow()[which];
    if (one === undefined) return;
    const delivery = { queueId: this.#tables.queue.id, eventId: one };
    const work = (): void => {
      this.deliveries.states.skip([delivery], { reason: 'test_mode', atMs: NOW });
      this.fresh.list();
      if (fails) throw new Error('the transaction fails');
    };
    try {
      this.#tables.database.transaction(work);
    } catch {
      this.fresh.reread();
    }
  }

  settle(which: number): void {
    const one = this.fresh.list()[which];
    if (one !== undefined) this.fresh.settle([one]);
  }

  /** The number of events that a start does not read. */
  passed(): number {
    return this.places.filter((place) => place <= freshFrom(this.#tables.database.sql)).length;
  }

  pendingByRow(): string[] {
    return this.#tables.database.sql
      .exec<{ event_id: string }>(
        `SELECT event_id FROM deliveries WHERE state = 'pending' ORDER BY happened_at_ms, event_id`,
      )
      .toArray()
      .map((row) => row.event_id);
  }

  /** Returns the deliveries that the dispatcher would send. */
  pending(): string[] {
    const all = { withoutKeys: [], atMost: 1_000, maxChars: 1_000_000, nowMs: NOW };
    return this.deliveries.pending(this.#tables.queue, all).map(({ eventId }) => eventId);
  }
}

const anAct = record({
  act: constantFrom('store', 'store', 'store', 'end', 'fail', 'settle', 'restart'),
  which: nat(9),
});

describe('a delivery of the latest events', () => {
  it('is found whatever happened, in the order of its time', async () => {
    await assert(
      asyncProperty(array(anAct, { maxLength: 40 }), (acts) =>
        inAnOutbox((tables) => {
          const storing = new Storing(tables);
          for (const { act, which } of acts) {
            if (act === 'store') storing.store();
            if (act === 'end') storing.end(which, { fails: false });
            if (act === 'fail') storing.end(which, { fails: true });
            if (act === 'settle') storing.settle(which);
            if (act === 'restart') storing.restart();

            expect(storing.pending()).toEqual(storing.pendingByRow());
            expect(storing.deliveries.oldestPendingMs() !== undefined).toBe(storing.pending().length > 0);
            expect(tables.queues.ready(NOW, storing.fresh.queues())).toHaveLength(storing.pending().length > 0 ? 1 : 0);
          }
        }),
      ),
      { numRuns: 30 },
    );
  }, 60_000);

  it('gets its entry in the index when later events have overtaken it', async () => {
    const marks = await inAnOutbox((tables) => {
      const storing = new Storing(tables);
      for (let count = 0; count < 2 * CHECK_EVERY; count += 1) storing.store();
      return {
        fresh: storing.fresh.list().map(({ eventId }) => eventId),
        passed: storing.passed(),
      };
    });

    expect(marks).toEqual({ fresh: ['event-4', 'event-5', 'event-6'], passed: CHECK_EVERY });
  });

  it('is not read again by a start after it has ended, however few events came since', async () => {
    const passed = await inAnOutbox((tables) => {
      const storing = new Storing(tables, 100);
      for (let count = 0; count < 25; count += 1) {
        storing.store();
        storing.end(0, { fails: false });
        storing.restart();
      }
      return storing.passed();
    });

    // The position moves on by ten events. At that time, the delivery of the newest one has not ended.
    expect(passed).toBe(20);
  });

  it('is not read again by a start after a large request was sent, although nothing came after it', async () => {
    const passed = await inAnOutbox((tables) => {
      const storing = new Storing(tables, 100);
      for (let count = 0; count < 25; count += 1) storing.store();
      for (let count = 0; count < 25; count += 1) storing.end(0, { fails: false });
      storing.fresh.moveOn();
      return storing.passed();
    });

    expect(passed).toBe(25);
  });
});
