import { oddNow, oddSymptom } from '../../domain/incidents/baselines/odd-symptoms.ts';
import type { SeenOddity } from '../../domain/incidents/baselines/odd-symptoms.ts';
import type { HourCounts } from '../../domain/incidents/baselines/usual.ts';
import type { Symptom } from '../../domain/incidents/symptom.ts';
import type { HourlyRead } from '../outbox/reports/hourly.ts';
import type { Database } from '../sql.ts';

const HOUR_MS = 3_600_000;

/** The time for which hours are stored: four weeks to compare with, the current week, and one more day. */
const KEPT_HOURS = 36 * 24;

/** The number of event names of a source that are examined: the most frequent ones. */
const MAX_NAMES = 20;

type Row = HourCounts & { name: string };

/** Stores the number of events in each hour, and examines it once an hour. */
export class BaselineStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns where to continue reading a source's events; undefined when its last complete hour has been examined. */
  afterSeq(sourceId: string, nowMs: number): number | undefined {
    const [row] = this.#database.sql
      .exec<{ after_seq: number; judged_hour: number }>(
        'SELECT after_seq, judged_hour FROM baselines WHERE source_id = ?',
        sourceId,
      )
      .toArray();
    return row === undefined || row.judged_hour < lastHourOf(nowMs) ? (row?.after_seq ?? 0) : undefined;
  }

  /** Adds hours of a source, and examines them when all are there. */
  add(sourceId: string, { afterSeq, isComplete, rows }: HourlyRead, nowMs: number): void {
    const { sql } = this.#database;
    const hour = lastHourOf(nowMs);
    this.#database.transaction(() => {
      for (const row of rows)
        sql.exec(
          `INSERT INTO hours (source_id, name, hour, events, with_click_id, without_consent, value, valued)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events,
             with_click_id = with_click_id + excluded.with_click_id,
             without_consent = without_consent + excluded.without_consent,
             value = value + excluded.value, valued = valued + excluded.valued`,
          sourceId,
          row.name,
          row.hour,
          row.events,
          row.withClickId,
          row.withoutConsent,
          row.value,
          row.valued,
        );
      sql.exec('DELETE FROM hours WHERE source_id = ? AND hour < ?', sourceId, hour - KEPT_HOURS);
      const odd = isComplete ? oddNow(this.#series(sourceId), this.#odd(sourceId), hour) : this.#odd(sourceId);
      sql.exec(
        `INSERT INTO baselines (source_id, after_seq, judged_hour, odd) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET after_seq = excluded.after_seq, judged_hour = excluded.judged_hour, odd = excluded.odd`,
        sourceId,
        afterSeq,
        isComplete ? hour : 0,
        JSON.stringify(odd),
      );
    });
  }

  symptoms(sourceId: string): Symptom[] {
    return this.#odd(sourceId).map((oddity) => oddSymptom(sourceId, oddity));
  }

  forget(sourceId: string): void {
    this.#database.sql.exec('DELETE FROM hours WHERE source_id = ?', sourceId);
    this.#database.sql.exec('DELETE FROM baselines WHERE source_id = ?', sourceId);
  }

  #odd(sourceId: string): SeenOddity[] {
    const [row] = this.#database.sql
      .exec<{ odd: string }>('SELECT odd FROM baselines WHERE source_id = ?', sourceId)
      .toArray();
    // `add` wrote it from a value of this type.
    return row === undefined ? [] : JSON.parse(row.odd);
  }

  #series(sourceId: string): Map<string, Row[]> {
    const rows = this.#database.sql
      .exec<Row>(
        `SELECT name, hour, events, with_click_id AS withClickId, without_consent AS withoutConsent, value, valued
         FROM hours WHERE source_id = ?1 AND name IN (
           SELECT name FROM hours WHERE source_id = ?1 GROUP BY name ORDER BY sum(events) DESC LIMIT ${MAX_NAMES})`,
        sourceId,
      )
      .toArray();
    return Map.groupBy(rows, ({ name }) => name);
  }
}

/** The last complete hour. */
function lastHourOf(nowMs: number): number {
  return Math.floor(nowMs / HOUR_MS) - 1;
}
