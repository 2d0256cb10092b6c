import { hourOf, ledgerDay } from '../../../domain/reports/report-days.ts';
import type { Sql } from '../../sql.ts';
import { BY_RULE, DAY, NAME, OUTCOME } from './ledger-outcomes.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Hourly counts are not needed for longer. */
const ROWLESS_HOURS = 96;

/**
 * Reconciliation: every event received, and its outcome.
 *
 * Received events are counted as they arrive. Outcomes are read from the rows themselves; for purged rows, from the
 * outcomes stored at that time. So the two sides are independent, and a difference is a fault.
 */
export class Ledger {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  count({ atMs, name, outcome, events }: { atMs: number; name: string; outcome: string; events: number }): void {
    this.#sql.exec(
      `INSERT INTO counts (day, name, outcome, events) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = counts.events + excluded.events`,
      ledgerDay(atMs),
      name,
      outcome,
      events,
    );
    // All received events have rows, except these.
    if (outcome !== 'received')
      this.#sql.exec(
        `INSERT INTO rowless_counts (hour, name, outcome, events) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET events = rowless_counts.events + excluded.events`,
        hourOf(atMs),
        name,
        outcome,
        events,
      );
  }

  /** Stores the outcomes of events whose rows are about to be purged. */
  close(eventSeqs: readonly number[]): void {
    const seqs = JSON.stringify(eventSeqs);
    this.#sql.exec(
      `INSERT INTO counts (day, name, outcome, events)
       SELECT ${DAY}, ${NAME}, ${OUTCOME}, count(*) FROM events
       WHERE events.seq IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3
       ON CONFLICT DO UPDATE SET events = counts.events + excluded.events`,
      seqs,
    );
    this.#sql.exec(
      `INSERT INTO rule_counts (day, name, integration_id, rule_id, outcome, deliveries)
       ${BY_RULE} WHERE events.seq IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3, 4, 5
       ON CONFLICT DO UPDATE SET deliveries = rule_counts.deliveries + excluded.deliveries`,
      seqs,
    );
  }

  /** Deletes the counts of hours that are no longer needed. */
  forgetHours(nowMs: number): void {
    this.#sql.exec('DELETE FROM rowless_counts WHERE hour < ?', hourOf(nowMs - ROWLESS_HOURS * HOUR_MS));
  }
}
