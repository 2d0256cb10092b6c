import type { HourOutcome, Places, Progress } from './progress.ts';
import { LATENCY_SECONDS } from './progress.ts';

/** The counters of one source. They only grow. */
export type Counters = {
  places: Places;
  /** By outcome: `for_conversion`, `rejected`, or `skipped:` and the reason. */
  events: Readonly<Record<string, number>>;
  /** By integration and outcome, with a space in between. */
  attempts: Readonly<Record<string, number>>;
  /** The conversions in these requests. */
  attempted: Readonly<Record<string, number>>;
  deliveries: Readonly<Record<string, number>>;
  /** By integration: the deliveries in each interval of `LATENCY_SECONDS`, and those above all of them. */
  latency: Readonly<Record<string, readonly number[]>>;
  rowless: HourMark;
  tally: HourMark;
};

/** The part of the current hour that is already counted. */
export type HourMark = { hour: string; counted: Readonly<Record<string, number>> };

/** Starts counting. Older events and requests are not counted. */
export function startCounting(progress: Progress, tally: readonly HourOutcome[]): Counters {
  const { hour } = progress.places;
  return {
    places: progress.places,
    events: {},
    attempts: {},
    attempted: {},
    deliveries: {},
    latency: {},
    rowless: { hour, counted: sumOf(progress.rowless.filter((row) => row.hour === hour)) },
    tally: { hour, counted: sumOf(tally.filter((row) => row.hour === hour)) },
  };
}

/** Adds what an outbox reports about the time after the positions in `counters`. */
export function withProgress(counters: Counters, progress: Progress): Counters {
  const rowless = sinceMark(counters.rowless, progress.rowless, progress.places.hour);
  const of = (integrationId: string, outcome: string): string => `${integrationId} ${outcome}`;
  return {
    ...counters,
    places: progress.places,
    events: plus(plus(counters.events, sumOf(progress.events)), rowless.grown),
    attempts: plus(
      counters.attempts,
      sumOf(
        progress.attempts.map(({ integrationId, outcome }) => ({ outcome: of(integrationId, outcome), events: 1 })),
      ),
    ),
    attempted: plus(
      counters.attempted,
      sumOf(
        progress.attempts.map(({ integrationId, outcome, events }) => ({
          outcome: of(integrationId, outcome),
          events,
        })),
      ),
    ),
    deliveries: plus(
      counters.deliveries,
      sumOf(
        progress.deliveries.map(({ integrationId, outcome, deliveries }) => ({
          outcome: of(integrationId, outcome),
          events: deliveries,
        })),
      ),
    ),
    latency: withLatency(counters.latency, progress.deliveries),
    rowless: rowless.mark,
  };
}

/** Adds the events that the tally has counted since the last time. */
export function withTally(counters: Counters, rows: readonly HourOutcome[], hour: string): Counters {
  const { grown, mark } = sinceMark(counters.tally, rows, hour);
  return { ...counters, events: plus(counters.events, grown), tally: mark };
}

/**
 * Returns how much hourly counts have grown since a mark, and the next mark.
 *
 * @param rows The counts of the mark's hour and all later ones.
 */
export function sinceMark(
  { hour: fromHour, counted }: HourMark,
  rows: readonly HourOutcome[],
  hour: string,
): { grown: Record<string, number>; mark: HourMark } {
  const sums = sumOf(rows.filter((row) => row.hour >= fromHour));
  const grown = Object.entries(sums).map(([outcome, events]) => [
    outcome,
    Math.max(0, events - (counted[outcome] ?? 0)),
  ]);
  return {
    grown: Object.fromEntries(grown),
    mark: { hour, counted: sumOf(rows.filter((row) => row.hour >= hour)) },
  };
}

function withLatency(latency: Counters['latency'], found: Progress['deliveries']): Counters['latency'] {
  const next: Record<string, number[]> = Object.fromEntries(
    Object.entries(latency).map(([id, buckets]) => [id, [...buckets]]),
  );
  for (const { integrationId, bucket, deliveries } of found) {
    if (bucket === null) continue;
    const buckets = (next[integrationId] ??= Array.from({ length: LATENCY_SECONDS.length + 1 }, () => 0));
    buckets[bucket] = (buckets[bucket] ?? 0) + deliveries;
  }
  return next;
}

function sumOf(rows: readonly { outcome: string; events: number }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { outcome, events } of rows) sums[outcome] = (sums[outcome] ?? 0) + events;
  return sums;
}

function plus(
  before: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const sums = { ...before };
  for (const [name, count] of Object.entries(more)) if (count > 0) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
