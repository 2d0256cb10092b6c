import type { Sql } from '../sql.ts';
import { arrivalNumbersFrom } from './arrival-order.ts';

/** A report that is read in parts. Between two parts, other calls of the object can run. */
export type InParts<Result> = Generator<void, Result, void>;

/** Reads a report in one turn. */
export function inOneTurn<Result>(report: InParts<Result>): Result {
  for (;;) {
    const step = report.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Reads a report in as many turns as it has parts, so that requests from pages are answered in between.
 *
 * @param pause Resolves when other calls have had their turn.
 */
export async function inTurns<Result>(report: InParts<Result>, pause: () => Promise<void>): Promise<Result> {
  for (;;) {
    const step = report.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

/** A report reads about ten rows for each event, and an object should not read more than 20,000 in one turn. */
const PART_EVENTS = 1_000;

/** Consecutive events in the order of arrival: those after the first number, up to and including the last. */
export type EventPart = { afterSeq: number; untilSeq: number };

/**
 * Divides events into parts, the oldest first. Each event is in exactly one part, even if others are deleted or arrive
 * in the meantime.
 */
export function* partsOfEvents(sql: Sql, { afterSeq, untilSeq }: EventPart): Generator<EventPart> {
  let start = afterSeq;
  for (let size = PART_EVENTS; size === PART_EVENTS;) {
    const part = nextPart(sql, { afterSeq: start, untilSeq });
    size = part.events;
    if (size > 0) yield { afterSeq: start, untilSeq: part.untilSeq };
    start = part.untilSeq;
  }
}

/**
 * Divides the events that arrived at or after an instant into parts.
 *
 * @param untilSeq The last event to read. Later ones are not part of the report.
 */
export function* partsSince(
  sql: Sql,
  { fromMs, untilSeq }: { fromMs: number; untilSeq: number },
): Generator<EventPart> {
  for (const range of arrivalNumbersFrom(fromMs))
    yield* partsOfEvents(sql, { ...range, untilSeq: Math.min(range.untilSeq, untilSeq) });
}

function nextPart(sql: Sql, { afterSeq, untilSeq }: EventPart): EventPart & { events: number } {
  const [last] = sql
    .exec<{ seq: number | null; events: number }>(
      `SELECT max(seq) AS seq, count(*) AS events FROM (
         SELECT seq FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${PART_EVENTS})`,
      afterSeq,
      untilSeq,
    )
    .toArray();
  return { afterSeq, untilSeq: last?.seq ?? afterSeq, events: last?.events ?? 0 };
}
