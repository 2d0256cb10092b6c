import { MAX_BATCH_EVENTS } from '../../../linkedin/batch/max-batch-events.ts';
import type { HoldReason } from '../../../schema/events/outcome.ts';
import type { Sql } from '../../sql.ts';
import type { FreshQueue } from './fresh-deliveries.ts';

/**
 * One conversion rule of one integration. Its deliveries are sent together, and its faults stop no other rule queue.
 */
export type RuleQueue = {
  id: number;
  integrationId: string;
  ruleId: string;
  /** The number of successive failures. */
  failures: number;
  /** The maximum size of the next request: one after a failure, then ten times more with each success. */
  batchLimit: number;
  /** The largest batch that LinkedIn is known to accept. */
  maxBatch: number;
  /**
   * Why the integration is held, if it is. Then one of its rule queues sends one event, to find out whether the cause
   * is gone.
   */
  probeFor: string | undefined;
};

type QueueRow = {
  id: number;
  integration_id: string;
  rule_id: string;
  failures: number;
  batch_limit: number;
  max_batch: number;
};

const RAMP = 10;

/**
 * The longest wait before anything is checked again, whatever was requested and however wrong the clock was. That check
 * sets the rest of the wait, if any.
 */
export const MAX_WAIT_MS = 60 * 60_000;

/** After this time without a 413, a rule queue may try twice as many deliveries at once. */
const GROW_AFTER_MS = 60 * 60_000;

/** Stores the rule queues of an outbox and what stops them. */
export class RuleQueues {
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
    const [queue] = this.#sql
      .exec<{ id: number }>('SELECT id FROM lanes WHERE integration_id = ? AND rule_id = ?', integrationId, ruleId)
      .toArray();
    if (queue === undefined)
      throw new Error(`Cannot find the rule queue of ${integrationId} and rule ${ruleId} just made`);
    return queue.id;
  }

  /**
   * Returns the rule queues that have something to send and may send it now, the nearest deadline first.
   *
   * @param fresh The rule queues with deliveries that no index has.
   */
  ready(nowMs: number, fresh: readonly FreshQueue[] = []): RuleQueue[] {
    return this.#sql
      .exec<QueueRow & { probe_for: string | null }>(
        `SELECT lanes.*, hold.reason AS probe_for, ${OLDEST_PENDING} AS oldest, ${FIRST_AT} AS first_at
         FROM lanes LEFT JOIN integration_holds AS hold USING (integration_id) ${WITH_FRESH}
         WHERE max(lanes.due_at_ms, ifnull(hold.due_at_ms, 0), first_at) <= ? ORDER BY oldest`,
        freshAsJson(fresh),
        nowMs,
      )
      .toArray()
      .map(queueOf);
  }

  /** Returns when the next rule queue with something to send may send it; undefined when nothing is pending. */
  nextDueAtMs(fresh: readonly FreshQueue[] = []): number | undefined {
    const [row] = this.#sql
      .exec<{ due: number | null }>(
        // Null when nothing is pending, which makes the maximum null too.
        `SELECT min(max(lanes.due_at_ms, ifnull(hold.due_at_ms, 0), ${FIRST_AT})) AS due
         FROM lanes LEFT JOIN integration_holds AS hold USING (integration_id) ${WITH_FRESH}`,
        freshAsJson(fresh),
      )
      .toArray();
    return row?.due ?? undefined;
  }

  /** Records that LinkedIn took a batch: any problem with this rule or its integration is over. */
  succeeded(queue: RuleQueue, nowMs: number): void {
    this.#grow(queue, nowMs);
    // Normally nothing changes, and a row that is not written costs nothing.
    this.#sql.exec(
      `UPDATE lanes SET due_at_ms = 0, failures = 0, batch_limit = min(?1, max_batch), hold_reason = NULL, held_since_ms = NULL
       WHERE id = ?2 AND (failures > 0 OR batch_limit <> min(?1, max_batch) OR hold_reason IS NOT NULL OR due_at_ms > 0)`,
      queue.batchLimit * RAMP,
      queue.id,
    );
    this.#sql.exec('DELETE FROM integration_holds WHERE integration_id = ?', queue.integrationId);
    // This rule was accepted, so what LinkedIn said about another rule was about that rule alone.
    this.#sql.exec(
      `UPDATE lanes SET hold_reason = 'rule_refused' WHERE integration_id = ? AND hold_reason = 'refused_unknown'`,
      queue.integrationId,
    );
  }

  /** Lets the batch grow again: what LinkedIn once found too large may pass now, or with today's events. */
  #grow({ id, maxBatch }: RuleQueue, nowMs: number): void {
    if (maxBatch >= MAX_BATCH_EVENTS) return;
    this.#sql.exec(
      `UPDATE lanes SET max_batch = ?, max_batch_at_ms = ? WHERE id = ? AND abs(? - ifnull(max_batch_at_ms, 0)) >= ?`,
      Math.min(maxBatch * 2, MAX_BATCH_EVENTS),
      nowMs,
      id,
      nowMs,
      GROW_AFTER_MS,
    );
  }

  /**
   * Makes rule queues due now whose wait is longer than any that is ever set: it was written while the clock was wrong.
   */
  forgetFarTimes(nowMs: number): void {
    const latestMs = nowMs + MAX_WAIT_MS;
    this.#sql.exec('UPDATE lanes SET due_at_ms = 0 WHERE due_at_ms > ?', latestMs);
    this.#sql.exec('UPDATE integration_holds SET due_at_ms = 0 WHERE due_at_ms > ?', latestMs);
    this.#sql.exec('UPDATE element_waits SET due_at_ms = 0 WHERE due_at_ms > ?', latestMs);
  }

  /** Stops a rule queue for a while. After that, one event is sent first. */
  wait(queue: RuleQueue, { nowMs, afterMs }: { nowMs: number; afterMs: number }): void {
    this.#sql.exec(
      'UPDATE lanes SET due_at_ms = ?, failures = failures + 1, batch_limit = 1 WHERE id = ?',
      dueAtMs(nowMs, afterMs),
      queue.id,
    );
  }

  /** Like `wait`, for lack of a permit, which is not a failure. */
  postpone(queue: RuleQueue, { nowMs, afterMs }: { nowMs: number; afterMs: number }): void {
    this.#sql.exec('UPDATE lanes SET due_at_ms = ? WHERE id = ?', dueAtMs(nowMs, afterMs), queue.id);
  }

  /**
   * Postpones all rules of an integration that has no permit, so that none of them opens a batch just to find that out.
   */
  postponeIntegration({ integrationId }: RuleQueue, { nowMs, afterMs }: { nowMs: number; afterMs: number }): void {
    this.#sql.exec(
      'UPDATE lanes SET due_at_ms = ?1 WHERE integration_id = ?2 AND due_at_ms < ?1',
      dueAtMs(nowMs, afterMs),
      integrationId,
    );
  }

  /** Limits the next request to this many deliveries. The limit grows again with success. */
  narrow(queue: RuleQueue, batchLimit: number): void {
    this.#sql.exec('UPDATE lanes SET batch_limit = ? WHERE id = ?', Math.max(1, batchLimit), queue.id);
  }

  /** Records that LinkedIn accepts at most this many deliveries. */
  limitBatch(queue: RuleQueue, { maxBatch, nowMs }: { maxBatch: number; nowMs: number }): void {
    this.#sql.exec(
      'UPDATE lanes SET batch_limit = ?1, max_batch = ?1, max_batch_at_ms = ?2 WHERE id = ?3',
      Math.max(1, maxBatch),
      nowMs,
      queue.id,
    );
  }

  holdRule(
    queue: RuleQueue,
    { reason, nowMs, probeAfterMs }: { reason: HoldReason; nowMs: number; probeAfterMs: number },
  ): void {
    this.#sql.exec(
      `UPDATE lanes SET due_at_ms = ?, failures = failures + 1, batch_limit = 1, hold_reason = ?,
       held_since_ms = ifnull(held_since_ms, ?) WHERE id = ?`,
      dueAtMs(nowMs, probeAfterMs),
      reason,
      nowMs,
      queue.id,
    );
  }

  holdIntegration(
    queue: RuleQueue,
    { reason, nowMs, probeAfterMs }: { reason: HoldReason; nowMs: number; probeAfterMs: number },
  ): void {
    this.#sql.exec(
      `INSERT INTO integration_holds (integration_id, reason, since_ms, due_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET reason = excluded.reason, due_at_ms = excluded.due_at_ms`,
      queue.integrationId,
      reason,
      nowMs,
      dueAtMs(nowMs, probeAfterMs),
    );
    this.#sql.exec('UPDATE lanes SET batch_limit = 1 WHERE id = ?', queue.id);
  }

  /**
   * Holds a rule that LinkedIn refused in unknown words. If another rule of the integration was refused like this too,
   * and none was accepted since, the whole integration is held, and any of its rules may be tried again.
   */
  suspect(
    queue: RuleQueue,
    { alsoRefused, nowMs, probeAfterMs }: { alsoRefused: HoldReason; nowMs: number; probeAfterMs: number },
  ): void {
    const [own, other] = ['id = ?', 'id <> ?'].map((which) =>
      this.#sql
        .exec<{ hold_reason: string | null }>(
          `SELECT hold_reason FROM lanes WHERE ${which} AND integration_id = ?
             AND hold_reason IN ('refused_unknown', 'rule_refused') ORDER BY hold_reason LIMIT 1`,
          queue.id,
          queue.integrationId,
        )
        .toArray()
        .at(0),
    );
    const reason = own?.hold_reason === 'rule_refused' ? 'rule_refused' : 'refused_unknown';
    this.holdRule(queue, { reason, nowMs, probeAfterMs });
    if (reason === 'refused_unknown' && other?.hold_reason === 'refused_unknown')
      this.holdIntegration(queue, { reason: alsoRefused, nowMs, probeAfterMs });
  }

  /** Retries everything of an integration now, because a person fixed it. */
  resume(integrationId: string): void {
    this.#sql.exec('DELETE FROM integration_holds WHERE integration_id = ?', integrationId);
    this.#sql.exec(
      `UPDATE lanes SET due_at_ms = 0, failures = 0, hold_reason = NULL, held_since_ms = NULL
       WHERE integration_id = ? AND (due_at_ms > 0 OR failures > 0 OR hold_reason IS NOT NULL)`,
      integrationId,
    );
    this.#sql.exec(
      'DELETE FROM element_waits WHERE lane_id IN (SELECT id FROM lanes WHERE integration_id = ?)',
      integrationId,
    );
  }
}

function dueAtMs(nowMs: number, afterMs: number): number {
  // Also covers a wait that is not a number: asking again in an hour is soon enough.
  return nowMs + (afterMs >= 0 && afterMs <= MAX_WAIT_MS ? afterMs : MAX_WAIT_MS);
}

/** Adds the oldest fresh delivery of each rule queue, bound as `[[queue, time]]`. */
const WITH_FRESH = `
  LEFT JOIN (SELECT value ->> 0 AS lane_id, value ->> 1 AS oldest FROM json_each(?)) AS fresh
  ON fresh.lane_id = lanes.id`;

function freshAsJson(fresh: readonly FreshQueue[]): string {
  return JSON.stringify(fresh.map(({ queueId, oldestMs }) => [queueId, oldestMs]));
}

const IS_INDEXED = `state = 'pending' AND is_fresh IS NULL`;

/**
 * When the first of a rule queue's deliveries may be sent: at once, unless each of them has to wait individually. Null
 * when there is none. A fresh delivery never has to wait.
 */
const FIRST_AT = `iif(
  fresh.lane_id IS NOT NULL
  OR EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_pending WHERE lane_id = lanes.id AND ${IS_INDEXED} AND NOT EXISTS (
    SELECT 1 FROM element_waits AS element
    WHERE element.lane_id = deliveries.lane_id AND element.event_id = deliveries.event_id)),
  0,
  (SELECT min(element.due_at_ms) FROM element_waits AS element
   CROSS JOIN deliveries ON deliveries.lane_id = element.lane_id AND deliveries.event_id = element.event_id
   WHERE element.lane_id = lanes.id AND state = 'pending'))`;

/** Returns the IDs of an integration's rule queues. */
export function queuesOf(sql: Sql, integrationId: string): number[] {
  return sql
    .exec<{ id: number }>('SELECT id FROM lanes WHERE integration_id = ? ORDER BY id', integrationId)
    .toArray()
    .map(({ id }) => id);
}

/** The largest time stands for "none", because the minimum of a number and null is null. */
const OLDEST_PENDING = `min(
  ifnull(fresh.oldest, 9e15),
  ifnull((SELECT min(happened_at_ms) FROM deliveries INDEXED BY deliveries_pending WHERE lane_id = lanes.id AND ${IS_INDEXED}), 9e15))`;

function queueOf(row: QueueRow & { probe_for: string | null }): RuleQueue {
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
