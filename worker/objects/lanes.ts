import type { HoldReason } from '../schema/outcome.ts';
import type { Sql } from './sql.ts';

/** One conversion rule of one integration: its deliveries go together, and its faults stop nobody else. */
export type Lane = {
  id: number;
  integrationId: string;
  ruleId: string;
  /** Failures in a row. */
  failures: number;
  /** How many may go in the next request: one after a failure, then ten times more with each success. */
  batchLimit: number;
  /** The most that LinkedIn has been seen to take. */
  maxBatch: number;
  /** Why its integration is held, if it is: then one lane of it asks with one event whether the cause is gone. */
  probeFor: string | undefined;
};

type LaneRow = {
  id: number;
  integration_id: string;
  rule_id: string;
  failures: number;
  batch_limit: number;
  max_batch: number;
};

const RAMP = 10;

/** The lanes of an outbox and what stops them. */
export class Lanes {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  idOf({ integrationId, ruleId, maxBatch }: { integrationId: string; ruleId: string; maxBatch: number }): number {
    this.#sql.exec(
      `INSERT INTO lanes (integration_id, rule_id, due_at_ms, failures, batch_limit, max_batch) VALUES (?, ?, 0, 0, ?, ?)
       ON CONFLICT DO NOTHING`,
      integrationId,
      ruleId,
      maxBatch,
      maxBatch,
    );
    const [lane] = this.#sql
      .exec<{ id: number }>('SELECT id FROM lanes WHERE integration_id = ? AND rule_id = ?', integrationId, ruleId)
      .toArray();
    if (lane === undefined) throw new Error(`Cannot find the lane of ${integrationId} and rule ${ruleId} just made`);
    return lane.id;
  }

  /** The lanes that have something to send and may send it now, the nearest deadline first. */
  ready(nowMs: number): Lane[] {
    return this.#sql
      .exec<LaneRow & { probe_for: string | null }>(
        `SELECT lanes.*, hold.reason AS probe_for, ${OLDEST_PENDING} AS oldest FROM lanes LEFT JOIN integration_holds AS hold USING (integration_id)
         WHERE max(lanes.due_at_ms, ifnull(hold.due_at_ms, 0)) <= ? AND oldest IS NOT NULL ORDER BY oldest`,
        nowMs,
      )
      .toArray()
      .map(laneOf);
  }

  /** When the next lane with something to send may send it; undefined when nothing waits. */
  nextDueAtMs(): number | undefined {
    const [row] = this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(max(lanes.due_at_ms, ifnull(hold.due_at_ms, 0))) AS due
         FROM lanes LEFT JOIN integration_holds AS hold USING (integration_id) WHERE ${OLDEST_PENDING} IS NOT NULL`,
      )
      .toArray();
    return row?.due ?? undefined;
  }

  /** LinkedIn took a batch: whatever was wrong with this rule or its integration is over. */
  succeeded(lane: Lane): void {
    const batchLimit = Math.min(lane.batchLimit * RAMP, lane.maxBatch);
    // On the ordinary way nothing changes, and a row that is not written is not paid for.
    this.#sql.exec(
      `UPDATE lanes SET due_at_ms = 0, failures = 0, batch_limit = ?, hold_reason = NULL, held_since_ms = NULL
       WHERE id = ? AND (failures > 0 OR batch_limit <> ? OR hold_reason IS NOT NULL OR due_at_ms > 0)`,
      batchLimit,
      lane.id,
      batchLimit,
    );
    this.#sql.exec('DELETE FROM integration_holds WHERE integration_id = ?', lane.integrationId);
  }

  /** Nothing of this lane goes before a time; then one event goes first. */
  wait(lane: Lane, { untilMs }: { untilMs: number }): void {
    this.#sql.exec(
      'UPDATE lanes SET due_at_ms = ?, failures = failures + 1, batch_limit = 1 WHERE id = ?',
      untilMs,
      lane.id,
    );
  }

  /** As `wait`, for want of a permit: nobody's failure. */
  postpone(lane: Lane, { untilMs }: { untilMs: number }): void {
    this.#sql.exec('UPDATE lanes SET due_at_ms = ? WHERE id = ?', untilMs, lane.id);
  }

  /** The next request holds at most this many; it grows again with success. */
  narrow(lane: Lane, batchLimit: number): void {
    this.#sql.exec('UPDATE lanes SET batch_limit = ? WHERE id = ?', Math.max(1, batchLimit), lane.id);
  }

  /** LinkedIn takes no more than this many. */
  limitBatch(lane: Lane, maxBatch: number): void {
    this.#sql.exec('UPDATE lanes SET batch_limit = ?, max_batch = ? WHERE id = ?', maxBatch, maxBatch, lane.id);
  }

  holdRule(
    lane: Lane,
    { reason, nowMs, probeAfterMs }: { reason: HoldReason; nowMs: number; probeAfterMs: number },
  ): void {
    this.#sql.exec(
      `UPDATE lanes SET due_at_ms = ?, failures = failures + 1, batch_limit = 1, hold_reason = ?,
       held_since_ms = ifnull(held_since_ms, ?) WHERE id = ?`,
      nowMs + probeAfterMs,
      reason,
      nowMs,
      lane.id,
    );
  }

  holdIntegration(
    lane: Lane,
    { reason, nowMs, probeAfterMs }: { reason: HoldReason; nowMs: number; probeAfterMs: number },
  ): void {
    this.#sql.exec(
      `INSERT INTO integration_holds (integration_id, reason, since_ms, due_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET reason = excluded.reason, due_at_ms = excluded.due_at_ms`,
      lane.integrationId,
      reason,
      nowMs,
      nowMs + probeAfterMs,
    );
    this.#sql.exec('UPDATE lanes SET batch_limit = 1 WHERE id = ?', lane.id);
  }

  /** Somebody mended an integration: all of it is tried again now. */
  resume(integrationId: string): void {
    this.#sql.exec('DELETE FROM integration_holds WHERE integration_id = ?', integrationId);
    this.#sql.exec(
      `UPDATE lanes SET due_at_ms = 0, failures = 0, hold_reason = NULL, held_since_ms = NULL
       WHERE integration_id = ? AND (due_at_ms > 0 OR failures > 0 OR hold_reason IS NOT NULL)`,
      integrationId,
    );
  }
}

const OLDEST_PENDING = `(SELECT min(happened_at_ms) FROM deliveries WHERE lane_id = lanes.id AND state = 'pending')`;

function laneOf(row: LaneRow & { probe_for: string | null }): Lane {
  return {
    id: row.id,
    integrationId: row.integration_id,
    ruleId: row.rule_id,
    failures: row.failures,
    batchLimit: row.probe_for === null ? row.batch_limit : 1,
    maxBatch: row.max_batch,
    probeFor: row.probe_for ?? undefined,
  };
}
