import { LATENCY_SECONDS, OUTCOME_AFTER_MS } from '../../../domain/metrics/progress.ts';
import type { HourOutcome, Places, Progress } from '../../../domain/metrics/progress.ts';
import { hourOf } from '../../../domain/reports/report-days.ts';
import { seqAt } from '../../event-store/arrival-order.ts';
import type { Sql } from '../../sql.ts';
import { newestSeq } from '../newest-seq.ts';

/** The most that one call reads, so that requests from pages get their turn: about 20,000 rows in all. */
const MAX_EVENTS = 3_000;
const MAX_OUTCOMES = 2_000;
const MAX_ATTEMPTS = 200;

type Attempts = {
  places: Record<string, { endedAtMs: number; id: number }>;
  isComplete: boolean;
  found: Progress['attempts'];
};

/** Reads what has happened since given positions, for the counters of metrics. Each row is read once. */
export class ProgressReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param after Where the last call ended. Without it, counting begins now. */
  read(after: Places | undefined, nowMs: number): Progress {
    if (after === undefined) return this.#begin(nowMs);
    const events = this.#events(after.eventSeq);
    const outcomes = this.#outcomes(after.outcomeSeq, nowMs);
    const attempts = this.#attempts(after);
    return {
      places: {
        sinceMs: after.sinceMs,
        hour: hourOf(nowMs),
        eventSeq: events.untilSeq,
        outcomeSeq: outcomes.untilSeq,
        attempts: attempts.places,
      },
      isComplete: events.isComplete && outcomes.isComplete && attempts.isComplete,
      events: events.found,
      rowless: this.#rowless(after.hour),
      attempts: attempts.found,
      deliveries: outcomes.found,
    };
  }

  #begin(nowMs: number): Progress {
    const seq = newestSeq(this.#sql);
    return {
      places: { sinceMs: nowMs, hour: hourOf(nowMs), eventSeq: seq, outcomeSeq: seq, attempts: {} },
      isComplete: true,
      events: [],
      rowless: this.#rowless(hourOf(nowMs)),
      attempts: [],
      deliveries: [],
    };
  }

  #events(afterSeq: number): { untilSeq: number; isComplete: boolean; found: Progress['events'] } {
    const rows = this.#sql
      .exec<{ outcome: string; events: number; until_seq: number }>(
        `SELECT ifnull('skipped:' || skip_reason, 'for_conversion') AS outcome, count(*) AS events, max(seq) AS until_seq
         FROM (SELECT seq, skip_reason FROM events WHERE seq > ? ORDER BY seq LIMIT ${MAX_EVENTS}) GROUP BY 1`,
        afterSeq,
      )
      .toArray();
    return {
      untilSeq: rows.reduce((until, row) => Math.max(until, row.until_seq), afterSeq),
      isComplete: rows.reduce((sum, { events }) => sum + events, 0) < MAX_EVENTS,
      found: rows.map(({ outcome, events }) => ({ outcome, events })),
    };
  }

  /** Reads the deliveries of events that are old enough, each with its own event only. */
  #outcomes(afterSeq: number, nowMs: number): { untilSeq: number; isComplete: boolean; found: Progress['deliveries'] } {
    const beforeSeq = seqAt(nowMs - OUTCOME_AFTER_MS);
    const [end] = this.#sql
      .exec<{ seq: number | null; events: number }>(
        `SELECT max(seq) AS seq, count(*) AS events
         FROM (SELECT seq FROM events WHERE seq > ? AND seq < ? ORDER BY seq LIMIT ${MAX_OUTCOMES})`,
        afterSeq,
        beforeSeq,
      )
      .toArray();
    const untilSeq = end?.seq ?? afterSeq;
    const rows = this.#sql
      .exec<{ integration_id: string; outcome: string; bucket: number | null; deliveries: number }>(
        `SELECT lanes.integration_id,
           CASE state WHEN 'delivered' THEN ifnull(reason, 'accepted') WHEN 'dead' THEN 'failed'
             WHEN 'pending' THEN 'waiting' ELSE state END AS outcome,
           CASE state WHEN 'delivered' THEN ${BUCKET} WHEN 'pending' THEN ${LATENCY_SECONDS.length}
             WHEN 'waiting' THEN ${LATENCY_SECONDS.length} END AS bucket,
           count(*) AS deliveries
         FROM events CROSS JOIN json_each(events.deliveries) AS identity
           CROSS JOIN deliveries ON deliveries.lane_id = identity.value ->> 0 AND deliveries.event_id = identity.value ->> 1
           CROSS JOIN lanes ON lanes.id = deliveries.lane_id
         WHERE events.seq > ? AND events.seq <= ? AND deliveries.event_seq = events.seq GROUP BY 1, 2, 3`,
        afterSeq,
        untilSeq,
      )
      .toArray();
    return {
      untilSeq,
      isComplete: (end?.events ?? 0) < MAX_OUTCOMES,
      found: rows.map(({ integration_id: integrationId, ...row }) => ({ integrationId, ...row })),
    };
  }

  /** Reads the requests of each rule queue. One queue sends one request after the other, so none comes in between. */
  #attempts({ sinceMs, attempts }: Places): Attempts {
    const read: Attempts = { places: { ...attempts }, isComplete: true, found: [] };
    const queues = this.#sql
      .exec<{ id: number; integration_id: string }>('SELECT id, integration_id FROM lanes')
      .toArray();
    read.found = queues.flatMap(({ id: queueId, integration_id: integrationId }) => {
      const from = attempts[queueId] ?? { endedAtMs: sinceMs, id: 0 };
      const rows = this.#sql
        .exec<{ id: number; ended_at_ms: number; outcome: string; events: number }>(
          `SELECT id, ended_at_ms, outcome, events FROM attempts WHERE lane_id = ? AND (ended_at_ms, id) > (?, ?)
           ORDER BY ended_at_ms, id LIMIT ${MAX_ATTEMPTS}`,
          queueId,
          from.endedAtMs,
          from.id,
        )
        .toArray();
      const last = rows.at(-1);
      if (last !== undefined) read.places[queueId] = { endedAtMs: last.ended_at_ms, id: last.id };
      if (rows.length === MAX_ATTEMPTS) read.isComplete = false;
      return rows.map(({ outcome, events }) => ({ integrationId, outcome, events }));
    });
    return read;
  }

  #rowless(fromHour: string): HourOutcome[] {
    return this.#sql
      .exec<HourOutcome>(
        'SELECT hour, outcome, sum(events) AS events FROM rowless_counts WHERE hour >= ? GROUP BY 1, 2',
        fromHour,
      )
      .toArray();
  }
}

/** The interval of `LATENCY_SECONDS` that contains a delivery's time. */
const BUCKET = `CASE ${LATENCY_SECONDS.map(
  (seconds, index) => `WHEN done_at_ms - events.received_at_ms <= ${seconds * 1_000} THEN ${index}`,
).join(' ')} ELSE ${LATENCY_SECONDS.length} END`;
