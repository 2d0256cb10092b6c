import { describe, expect, it } from 'vitest';

import type { Progress } from '../../../../../worker/domain/metrics/progress.ts';
import { ProgressReader } from '../../../../../worker/objects/outbox/reports/progress-reader.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const MINUTE_MS = 60_000;

const anAttempt = ({ database, queue }: OutboxTables, id: number, endedAtMs: number, outcome = 'accepted') =>
  database.sql.exec(
    `INSERT INTO attempts (id, lane_id, started_at_ms, ended_at_ms, events, outcome, first_happened_at_ms,
       first_event_id, last_happened_at_ms, last_event_id) VALUES (?, ?, 0, ?, 7, ?, 0, '', 0, '')`,
    id,
    queue.id,
    endedAtMs,
    outcome,
  );

/** Begins to count, and then reads what `work` has added. */
const added = (work: (tables: OutboxTables) => void, nowMs = NOW + 20 * MINUTE_MS): Promise<Progress> =>
  inAnOutbox((tables) => {
    const reader = new ProgressReader(tables.database.sql);
    aDeliveryIn(tables, 'before', { state: 'delivered', done_at_ms: NOW });
    const { places } = reader.read(undefined, NOW);
    work(tables);
    return reader.read(places, nowMs);
  });

describe('the progress of an outbox', () => {
  it('has nothing of what was there when counting began', async () => {
    expect(await added(() => {})).toMatchObject({ events: [], attempts: [], deliveries: [], isComplete: true });
  });

  it('has the new events by outcome, and the conversions with the time that LinkedIn took', async () => {
    const { deliveries, events } = await added((tables) => {
      aDeliveryIn(tables, 'fast', { state: 'delivered', done_at_ms: NOW + 800 });
      aDeliveryIn(tables, 'slow', { state: 'delivered', done_at_ms: NOW + 9_000 });
      aDeliveryIn(tables, 'unread', { state: 'delivered', reason: 'unconfirmed', done_at_ms: NOW + 500 });
      aDeliveryIn(tables, 'refused', { state: 'dead', reason: 'jane@example.com is not allowed', done_at_ms: NOW });
      aDeliveryIn(tables, 'held');
      tables.database.sql.exec(`UPDATE events SET skip_reason = 'no_consent' WHERE message_id = 'held'`);
    });

    expect(events).toEqual([
      { outcome: 'for_conversion', events: 4 },
      { outcome: 'skipped:no_consent', events: 1 },
    ]);
    expect(deliveries).toEqual([
      { integrationId: INTEGRATION, outcome: 'accepted', bucket: 0, deliveries: 1 },
      { integrationId: INTEGRATION, outcome: 'accepted', bucket: 3, deliveries: 1 },
      { integrationId: INTEGRATION, outcome: 'failed', bucket: null, deliveries: 1 },
      { integrationId: INTEGRATION, outcome: 'unconfirmed', bucket: 0, deliveries: 1 },
      { integrationId: INTEGRATION, outcome: 'waiting', bucket: 10, deliveries: 1 },
    ]);
  });

  it('counts a conversion once, when its event is 15 minutes old', () =>
    inAnOutbox((tables) => {
      const { sql } = tables.database;
      const reader = new ProgressReader(sql);
      const { places } = reader.read(undefined, NOW);
      aDeliveryIn(tables, 'one', { state: 'delivered', done_at_ms: NOW + 1 });
      // Numbered by its arrival, as the outbox does.
      sql.exec('UPDATE events SET seq = ?', NOW * 2_048);
      sql.exec('UPDATE deliveries SET event_seq = ?', NOW * 2_048);

      const early = reader.read(places, NOW + 14 * MINUTE_MS);
      const then = reader.read(early.places, NOW + 16 * MINUTE_MS);
      const after = reader.read(then.places, NOW + 17 * MINUTE_MS);

      expect([early, then, after].map(({ deliveries }) => deliveries.length)).toEqual([0, 1, 0]);
      expect([early, then, after].map(({ events }) => events.length)).toEqual([1, 0, 0]);
    }));

  it('has each request once, also two of the same moment', () =>
    inAnOutbox((tables) => {
      const reader = new ProgressReader(tables.database.sql);
      anAttempt(tables, 1, NOW - 1);
      const { places } = reader.read(undefined, NOW);
      anAttempt(tables, 2, NOW + 5);
      const first = reader.read(places, NOW + 10);
      anAttempt(tables, 3, NOW + 5, 'throttled');
      const second = reader.read(first.places, NOW + 10);

      expect(first.attempts).toEqual([{ integrationId: INTEGRATION, outcome: 'accepted', events: 7 }]);
      expect(second.attempts).toEqual([{ integrationId: INTEGRATION, outcome: 'throttled', events: 7 }]);
      expect(reader.read(second.places, NOW + 10).attempts).toEqual([]);
    }));

  it('goes on where it ended when there is more than one call may read', () =>
    inAnOutbox((tables) => {
      const reader = new ProgressReader(tables.database.sql);
      let { places } = reader.read(undefined, NOW);
      for (let id = 1; id <= 450; id += 1) anAttempt(tables, id, NOW + id);
      const counts: number[] = [];
      for (let isComplete = false; !isComplete;) {
        const read = reader.read(places, NOW + 1_000);
        counts.push(read.attempts.length);
        ({ places, isComplete } = read);
      }

      expect(counts).toEqual([200, 200, 50]);
    }));

  it('has the events without a row of the hour in which it last read, and later', () =>
    inAnOutbox(({ database: { sql } }) => {
      const reader = new ProgressReader(sql);
      const { places } = reader.read(undefined, NOW);
      for (const [hour, events] of [
        ['2000-01-01T00', 9],
        [places.hour, 2],
      ] as const)
        sql.exec(
          `INSERT INTO rowless_counts (hour, name, outcome, events) VALUES (?, 'Lead', 'rejected', ?)`,
          hour,
          events,
        );

      expect(reader.read(places, NOW).rowless).toEqual([{ hour: places.hour, outcome: 'rejected', events: 2 }]);
    }));
});
