import type { Pulse, QueuePulse } from '../../../domain/heartbeat/pulse.ts';
import type { Sql } from '../../sql.ts';
import { FreshDeliveries, keysOf } from '../sending/fresh-deliveries.ts';

/** The number of deliveries that are read of each rule queue: the next ones to be sent. More would cost more rows. */
const NEXT = 200;

type QueueRow = {
  id: number;
  integration_id: string;
  rule_id: string;
  is_held: number;
  failures: number;
  due_at_ms: number;
  oldest: number | null;
};

/**
 * Reads how long conversions have waited. It reads a bounded number of rows, because it may be called every minute or
 * more often.
 */
export function readPulse(sql: Sql): Omit<Pulse, 'alarmAtMs'> {
  const fresh = freshOldest(sql);
  const queues = sql
    .exec<QueueRow>(
      `SELECT id, lanes.integration_id, rule_id, failures, max(lanes.due_at_ms, ifnull(hold.due_at_ms, 0)) AS due_at_ms,
         ifnull(hold.reason, hold_reason) IS NOT NULL AS is_held,
         (SELECT min(enqueued_at_ms) FROM (
            SELECT enqueued_at_ms FROM deliveries INDEXED BY deliveries_pending
            WHERE lane_id = lanes.id AND state = 'pending' AND is_fresh IS NULL ORDER BY happened_at_ms LIMIT ${NEXT})) AS oldest
       FROM lanes LEFT JOIN integration_holds AS hold ON hold.integration_id = lanes.integration_id
       ORDER BY lanes.integration_id, rule_id`,
    )
    .toArray();
  return { queues: queues.map((row) => queuePulse(row, fresh.get(row.id))) };
}

function queuePulse(row: QueueRow, freshOldestMs: number | undefined): QueuePulse {
  const known = [row.oldest, freshOldestMs].filter((atMs) => typeof atMs === 'number');
  return {
    integrationId: row.integration_id,
    ruleId: row.rule_id,
    isHeld: row.is_held === 1,
    isRetrying: row.failures > 0,
    dueAtMs: row.due_at_ms,
    oldestEnqueuedAtMs: known.length === 0 ? null : Math.min(...known),
  };
}

/** Returns when the oldest delivery that is in no index arrived, for each rule queue. */
function freshOldest(sql: Sql): Map<number, number> {
  const keys = keysOf(new FreshDeliveries(sql).list());
  const rows = sql
    .exec<{ lane_id: number; oldest: number }>(
      `SELECT lane_id, min(enqueued_at_ms) AS oldest FROM json_each(?) AS key
         CROSS JOIN deliveries ON lane_id = key.value ->> 0 AND event_id = key.value ->> 1
       GROUP BY lane_id`,
      keys,
    )
    .toArray();
  return new Map(rows.map(({ lane_id: queueId, oldest }) => [queueId, oldest]));
}
