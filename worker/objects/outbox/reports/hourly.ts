import type { HourCounts } from '../../../domain/incidents/baselines/usual.ts';
import type { Sql } from '../../sql.ts';
import { NAME } from './ledger-outcomes.ts';

const HOUR_MS = 3_600_000;

/** The rows that one call reads: a first call may find months of events. */
const MAX_EVENTS = 200_000;

/** The counts of complete hours by event name, and the place from which the next call continues. */
export type HourlyRead = { afterSeq: number; isComplete: boolean; rows: (HourCounts & { name: string })[] };

/** Reads the events of each hour by name, for baselines. Each event is read once. */
export class Hourly {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param afterSeq Where the last call ended. */
  read(afterSeq: number, nowMs: number): HourlyRead {
    const beforeMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
    const [end] = this.#sql
      .exec<{ seq: number | null; events: number }>(
        `SELECT max(seq) AS seq, count(*) AS events FROM (
           SELECT seq FROM events WHERE seq > ? AND received_at_ms < ? ORDER BY seq LIMIT ${MAX_EVENTS})`,
        afterSeq,
        beforeMs,
      )
      .toArray();
    const untilSeq = end?.seq ?? afterSeq;
    const rows = this.#sql
      .exec<HourCounts & { name: string }>(
        `SELECT name, hour, count(*) AS events, sum(has_click_id) AS withClickId,
           sum(without_consent) AS withoutConsent, ifnull(sum(amount), 0) AS value, count(amount) AS valued
         FROM (
           SELECT ${NAME} AS name, received_at_ms / ${HOUR_MS} AS hour,
             instr(ifnull(facts ->> '$.has', ''), 'c') > 0 AS has_click_id,
             ifnull(skip_reason = 'no_consent', 0) AS without_consent,
             (SELECT CAST(deliveries.amount AS REAL) FROM json_each(events.deliveries) AS identity
               JOIN deliveries ON deliveries.lane_id = identity.value ->> 0
                 AND deliveries.event_id = identity.value ->> 1
               WHERE deliveries.amount IS NOT NULL LIMIT 1) AS amount
           FROM events WHERE seq > ? AND seq <= ? AND received_at_ms < ?)
         GROUP BY 1, 2`,
        afterSeq,
        untilSeq,
        beforeMs,
      )
      .toArray();
    return { afterSeq: untilSeq, isComplete: (end?.events ?? 0) < MAX_EVENTS, rows };
  }
}
