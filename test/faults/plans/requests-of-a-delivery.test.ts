/** Since migration 20 an index finds the requests that contained a delivery. They are the same as before. */
import { array, assert, constantFrom, integer, option, property, record } from 'fast-check';
import { expect, it } from 'vitest';

import { OUTBOX_MIGRATIONS } from '../../../worker/objects/outbox/outbox-schema.ts';
import { DeliveryHistory } from '../../../worker/objects/outbox/reports/delivery-history.ts';
import { migrate } from '../../../worker/objects/sql.ts';
import { memoryDatabase } from '../simulation/memory-database.ts';

const BEFORE_THE_INDEX = OUTBOX_MIGRATIONS.findIndex((sql) => sql.includes('attempts_of_lane'));
const MINUTE_MS = 60_000;

/** The query as it was in commit 2825653. */
const AS_BEFORE = `
  SELECT attempts.status FROM attempts JOIN deliveries ON attempts.lane_id = deliveries.lane_id
    AND attempts.ended_at_ms >= deliveries.enqueued_at_ms
    AND attempts.id <= ifnull(deliveries.attempt_id, 9223372036854775807)
    AND (deliveries.done_at_ms IS NULL OR deliveries.attempt_id IS NOT NULL OR attempts.started_at_ms < deliveries.done_at_ms)
    AND (deliveries.happened_at_ms, deliveries.event_id) >= (attempts.first_happened_at_ms, attempts.first_event_id)
    AND (deliveries.happened_at_ms, deliveries.event_id) <= (attempts.last_happened_at_ms, attempts.last_event_id)
  WHERE deliveries.lane_id = 1 AND deliveries.event_id = 'm1' ORDER BY attempts.id`;

const aMinute = integer({ min: 0, max: 50 });
const anAttempt = record({
  lane: constantFrom(1, 1, 1, 2),
  startedAt: aMinute,
  // The clock may have been set back, or a request may have taken long.
  took: integer({ min: -5, max: 9 }),
  first: integer({ min: 0, max: 2 }),
  last: integer({ min: 0, max: 2 }),
});
const anEnd = record({ at: aMinute, attempt: option(integer({ min: 1, max: 12 }), { nil: null }) });

it('finds the same requests for a delivery as before, in older rows too', () => {
  assert(
    property(
      array(anAttempt, { maxLength: 12 }),
      aMinute,
      option(anEnd, { nil: null }),
      (attempts, enqueuedAt, end) => {
        const database = memoryDatabase();
        const { sql } = database;
        migrate(database, OUTBOX_MIGRATIONS.slice(0, BEFORE_THE_INDEX));
        sql.exec(`INSERT INTO lanes (id, integration_id, rule_id, due_at_ms, failures, batch_limit, max_batch)
        VALUES (1, 'int_a', '1001', 0, 0, 5000, 5000)`);
        sql.exec(`INSERT INTO events (seq, message_id, type, happened_at_ms, received_at_ms, facts, deliveries)
        VALUES (1, 'm1', 'track', 1, 1, '{}', '[[1,"m1"]]')`);
        sql.exec(
          `INSERT INTO deliveries (lane_id, event_id, event_seq, happened_at_ms, enqueued_at_ms, state, done_at_ms, attempt_id)
         VALUES (1, 'm1', 1, 1, ?, ?, ?, ?)`,
          enqueuedAt * MINUTE_MS,
          end === null ? 'pending' : 'delivered',
          end === null ? null : end.at * MINUTE_MS,
          end?.attempt ?? null,
        );
        for (const [index, { lane, startedAt, took, first, last }] of attempts.entries())
          sql.exec(
            `INSERT INTO attempts (lane_id, started_at_ms, ended_at_ms, events, status, outcome, first_happened_at_ms,
             first_event_id, last_happened_at_ms, last_event_id) VALUES (?, ?, ?, 1, ?, 'accepted', ?, 'm1', ?, 'm1')`,
            lane,
            startedAt * MINUTE_MS,
            (startedAt + took) * MINUTE_MS,
            200 + index,
            first,
            last,
          );
        const before = sql
          .exec<{ status: number }>(AS_BEFORE)
          .toArray()
          .map(({ status }) => status);

        migrate(database, OUTBOX_MIGRATIONS);
        const story = new DeliveryHistory(sql).whole('int_a', '1001:m1');

        expect(story?.requests.map(({ status }) => status)).toEqual(before);
        expect(story?.attempts).toBe(before.length);
        expect(story?.status).toBe(before.at(-1) ?? null);
      },
    ),
  );
});
