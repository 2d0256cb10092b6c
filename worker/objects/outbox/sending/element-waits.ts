import { backoffMs } from '../../../domain/delivery/backoff.ts';
import type { Sql } from '../../sql.ts';
import type { DeliveryKey } from '../delivery.ts';

/** As for a request that LinkedIn throttles: a few quick tries, and in the end one in some minutes. */
const BACKOFF = { baseMs: 5_000, maxMs: 15 * 60_000 };
const MIN_WAIT_MS = 1_000;

/**
 * Of a table `deliveries`: it may go, seen from a time that is bound as `?now`. A wait that is longer than any that is set
 * comes from a clock that was wrong.
 */
export const MAY_GO = `NOT EXISTS (
  SELECT 1 FROM element_waits AS element WHERE element.lane_id = deliveries.lane_id AND element.event_id = deliveries.event_id
    AND element.due_at_ms > ? AND element.due_at_ms <= ? + ${BACKOFF.maxMs})`;

/**
 * Deliveries that LinkedIn refused for a while, each by itself, in a request that it took: 429 or 503 for one element. They
 * go again later and later, and nothing waits behind them.
 */
export class ElementWaits {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * They were refused once more.
   *
   * @param options.atLeastMs Not before this, and no later than anything: others are to be asked about first.
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

  /** Forgets what no longer waits to be sent: delivered, expired, erased. */
  forgetEnded(): void {
    this.#sql.exec(
      `DELETE FROM element_waits WHERE NOT EXISTS (
         SELECT 1 FROM deliveries WHERE deliveries.lane_id = element_waits.lane_id
           AND deliveries.event_id = element_waits.event_id AND state = 'pending')`,
    );
  }
}
