import { startCounting, withProgress, withTally } from '../../../domain/metrics/counters.ts';
import type { Counters } from '../../../domain/metrics/counters.ts';
import type { SourceMetrics } from '../../../domain/metrics/families.ts';
import type { Sql } from '../../sql.ts';
import type { AlertsPorts } from '../alerts-ports.ts';

/** Numbers that are more recent than this are used again, so that several monitors cost no more than one. */
const FRESH_MS = 5_000;

/** Reading everything that waits costs more rows, so it is done at most as often as the alerts do it. */
const LOOK_MS = 5 * 60_000;

/**
 * The most sources that one scrape reads, beginning with those that were read longest ago. Each costs two calls, or six
 * if everything that waits is read.
 */
const MAX_SOURCES = 100;
const AT_ONCE = 10;

/** The most calls for one source, if there is more to count than one call reads. */
const MAX_CALLS = 16;

/** Prometheus gives up after ten seconds. */
const SCRAPE_MS = 8_000;

/** The hours for which the tally stores hourly counts. */
const MAX_HOURS = 96;
const HOUR_MS = 3_600_000;

type MetricsPorts = Pick<AlertsPorts, 'now' | 'sleep' | 'observe' | 'progress' | 'tallied' | 'log'>;

type Row = { source_id: string; read_at_ms: number; looked_at_ms: number; body: string };
type Body = Pick<SourceMetrics, 'counters' | 'queues' | 'seen'>;

/**
 * The numbers of each source, read when a monitor asks for them. Without a monitor nothing is read or stored.
 *
 * New events and requests are added to the counters. A source that doesn't answer keeps its earlier numbers.
 */
export class MetricsOfSources {
  readonly #sql: Sql;
  readonly #ports: MetricsPorts;
  /** The reads that are under way. Two at once would count everything twice. */
  readonly #reading = new Map<string, Promise<void>>();

  constructor(sql: Sql, ports: MetricsPorts) {
    this.#sql = sql;
    this.#ports = ports;
  }

  /** @param ids The sources to return. Those that were deleted are left out. */
  async read(ids: readonly string[]): Promise<SourceMetrics[]> {
    const nowMs = this.#ports.now();
    const due = ids
      .map((id) => ({ id, readAtMs: this.#row(id)?.read_at_ms ?? 0 }))
      .filter(({ readAtMs }) => nowMs - readAtMs >= FRESH_MS)
      .toSorted((one, other) => one.readAtMs - other.readAtMs)
      .slice(0, MAX_SOURCES)
      .map(({ id }) => id);
    const end = new AbortController();
    const readers = Array.from({ length: AT_ONCE }, async () => {
      for (let id = due.shift(); id !== undefined && !end.signal.aborted; id = due.shift()) await this.#once(id);
    });
    await Promise.race([Promise.all(readers), this.#ports.sleep(SCRAPE_MS, end.signal)]);
    end.abort();
    return ids.flatMap((id) => {
      const row = this.#row(id);
      return row === undefined ? [] : [{ sourceId: id, readAtMs: row.read_at_ms, ...bodyOf(row) }];
    });
  }

  /** Deletes the sources that are not in a list of all sources. */
  forgetOthers(ids: readonly string[]): void {
    this.#sql.exec('DELETE FROM metrics WHERE source_id NOT IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
  }

  forget(id: string): void {
    this.#sql.exec('DELETE FROM metrics WHERE source_id = ?', id);
  }

  async #once(id: string): Promise<void> {
    const reading = this.#reading.get(id) ?? this.#readOne(id);
    this.#reading.set(id, reading);
    try {
      await reading;
    } catch (error) {
      this.#ports.log('metrics.read', error);
    } finally {
      this.#reading.delete(id);
    }
  }

  async #readOne(id: string): Promise<void> {
    const row = this.#row(id);
    const before = row === undefined ? undefined : bodyOf(row);
    const nowMs = this.#ports.now();
    const mustLook = row === undefined || nowMs - row.looked_at_ms >= LOOK_MS;
    const seen = mustLook ? await this.#ports.observe(id, {}) : before?.seen;
    if (seen === undefined) {
      this.forget(id);
      return;
    }
    const { counters, queues } = await this.#counted(id, before?.counters);
    const { integrations, health } = seen;
    const body: Body = { counters, queues, seen: { integrations, health } };
    this.#sql.exec(
      `INSERT INTO metrics (source_id, read_at_ms, looked_at_ms, body) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET read_at_ms = excluded.read_at_ms, looked_at_ms = excluded.looked_at_ms, body = excluded.body`,
      id,
      nowMs,
      mustLook ? nowMs : row.looked_at_ms,
      JSON.stringify(body),
    );
  }

  async #counted(id: string, before: Counters | undefined): Promise<Pick<Body, 'counters' | 'queues'>> {
    const [tally, first] = await Promise.all([
      this.#ports.tallied(id, hoursSince(before, this.#ports.now())),
      this.#ports.progress(id, before?.places),
    ]);
    if (before === undefined) return { counters: startCounting(first.progress, tally), queues: first.pulse.queues };
    let counters = withProgress(withTally(before, tally, first.progress.places.hour), first.progress);
    let latest = first;
    for (let calls = 1; !latest.progress.isComplete && calls < MAX_CALLS; calls += 1) {
      // Each call goes on where the one before it ended.
      // oxlint-disable-next-line no-await-in-loop
      latest = await this.#ports.progress(id, counters.places);
      counters = withProgress(counters, latest.progress);
    }
    return { counters, queues: latest.pulse.queues };
  }

  #row(id: string): Row | undefined {
    return this.#sql.exec<Row>('SELECT * FROM metrics WHERE source_id = ?', id).toArray()[0];
  }
}

/** Returns how many hours have to be read to find what is new since the last time, including the current one. */
function hoursSince(before: Counters | undefined, nowMs: number): number {
  if (before === undefined) return 1;
  const fromMs = Date.parse(`${before.tally.hour}:00:00Z`);
  return Math.min(MAX_HOURS, Math.max(1, Math.floor(nowMs / HOUR_MS) - Math.floor(fromMs / HOUR_MS) + 1));
}

/** This class wrote it from a value of this type. */
function bodyOf({ body }: Row): Body {
  return JSON.parse(body);
}
