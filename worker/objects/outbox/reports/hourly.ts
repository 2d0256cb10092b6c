import type { HourCounts } from '../../../domain/incidents/baselines/usual.ts';
import { partsOfEvents } from '../../event-store/in-parts.ts';
import type { EventPart, InParts } from '../../event-store/in-parts.ts';
import type { Sql } from '../../sql.ts';
import { newestSeq } from '../newest-seq.ts';
import { NAME } from './ledger-outcomes.ts';

const HOUR_MS = 3_600_000;

/** The most events that one call reads, because the first call may find months of them. */
const MAX_EVENTS = 200_000;

/** The counts of complete hours by event name, and the position from which the next call continues. */
export type HourlyRead = { afterSeq: number; isComplete: boolean; rows: (HourCounts & { name: string })[] };

type Row = HourlyRead['rows'][number];

/** Reads the events of each hour by name, for baselines. Each event is read once. */
export class Hourly {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param afterSeq Where the last call ended. */
  *read(afterSeq: number, nowMs: number): InParts<HourlyRead> {
    const beforeMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
    const read: HourlyRead = { afterSeq, isComplete: true, rows: [] };
    const rows = new Map<string, Row>();
    let events = 0;
    for (const part of partsOfEvents(this.#sql, { afterSeq, untilSeq: newestSeq(this.#sql) })) {
      for (const { last, ...row } of this.#rowsOf(part, beforeMs)) {
        const key = `${row.hour} ${row.name}`;
        rows.set(key, sumOf(row, rows.get(key)));
        events += row.events;
        read.afterSeq = Math.max(read.afterSeq, last);
      }
      if (events >= MAX_EVENTS) return { ...read, isComplete: false, rows: [...rows.values()] };
      yield;
    }
    return { ...read, rows: [...rows.values()] };
  }

  #rowsOf({ afterSeq, untilSeq }: EventPart, beforeMs: number): (Row & { last: number })[] {
    return this.#sql
      .exec<Row & { last: number }>(
        `SELECT name, hour, max(seq) AS last, count(*) AS events, sum(has_click_id) AS withClickId,
           sum(without_consent) AS withoutConsent, ifnull(sum(amount), 0) AS value, count(amount) AS valued
         FROM (
           SELECT seq, ${NAME} AS name, received_at_ms / ${HOUR_MS} AS hour,
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
  }
}

function sumOf(row: Row, known: Row | undefined): Row {
  if (known === undefined) return row;
  return {
    ...row,
    events: row.events + known.events,
    withClickId: row.withClickId + known.withClickId,
    withoutConsent: row.withoutConsent + known.withoutConsent,
    value: row.value + known.value,
    valued: row.valued + known.valued,
  };
}
