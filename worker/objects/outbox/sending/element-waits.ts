import { backoffMs } from '../../../domain/delivery/backoff.ts';
import type { Sql } from '../../sql.ts';
import type { DeliveryKey } from '../delivery-types.ts';

/** Like the backoff for a throttled request: a few quick attempts, later one every few minutes. */
const BACKOFF = { baseMs: 5_000, maxMs: 15 * 60_000 };
const MIN_WAIT_MS = 1_000;

/**
 * A condition on the table `deliveries`: the delivery may be sent at the bound current time. A longer wait than any
 * that is ever set was written while the clock was wrong, so it does not count.
 */
export const MAY_GO = `NOT EXISTS (
  SELECT 1 FROM element_waits AS element WHERE element.lane_id = deliveries.lane_id AND element.event_id = deliveries.event_id
    AND element.due_at_ms > ? AND element.due_at_ms <= ? + ${BACKOFF.maxMs})`;

/**
 * Stores deliveries that LinkedIn put off one by one in a request that it took, with 429 or 503 for the element. They
 * are retried at growing intervals, and nothing waits behind them.
 */
export class ElementWaits {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * Records that deliveries were put off once more.
   *
   * @param options.atLeastMs The shortest wait, so that other deliveries are sent first.
   */
  begin(
    deliveries: readonly DeliveryKey[],
    { nowMs, random, atLeastMs = MIN_WAIT_MS }: { nowMs: number; random: () => number; atLeastMs?: number },
  ): void {
    for (const { queueId, eventId } of deliveries) {
      const [known] = this.#sql
        .exec<{ failures: number }>(
          'SELECT failures FROM element_waits WHERE lane_id = ? AND event_id = ?',
          queueId,
          eventId,
        )
        .toArray();
      const failures = (known?.failures ?? 0) + 1;
      this.#sql.exec(
        `INSERT INTO element_waits (lane_id, event_id, failures, due_at_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET failures = excluded.failures, due_at_ms = excluded.due_at_ms`,
        queueId,
        eventId,
        failures,
        nowMs + Math.max(Math.min(atLeastMs, BACKOFF.maxMs), backoffMs(failures, BACKOFF, random())),
      );
    }
  }

  /** Deletes entries of deliveries that are no longer pending: delivered, expired or erased. */
  forgetEnded(): void {
    this.#sql.exec(
      `DELETE FROM element_waits WHERE NOT EXISTS (
         SELECT 1 FROM deliveries WHERE deliveries.lane_id = element_waits.lane_id
           AND deliveries.event_id = element_waits.event_id AND state = 'pending')`,
    );
  }
}
