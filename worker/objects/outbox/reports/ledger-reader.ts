import { hourlyLedgerRows, ledgerRows, ruleLedgerRows } from '../../../domain/reports/ledger-rows.ts';
import type { DayCount, HourCount } from '../../../domain/reports/ledger-rows.ts';
import { CountSums, withFittingNames, withMostNames } from '../../../domain/reports/most-names.ts';
import { betweenMs, firstHourMs, hourOf } from '../../../domain/reports/report-days.ts';
import type { Days } from '../../../domain/reports/report-days.ts';
import type { LedgerRow, RuleLedgerRow } from '../../../schema/reports/ledger.ts';
import { inOneTurn, partsSince } from '../../event-store/in-parts.ts';
import type { InParts } from '../../event-store/in-parts.ts';
import type { Sql } from '../../sql.ts';
import { newestSeq } from '../newest-seq.ts';
import {
  COUNTS_OF_DAY,
  DAY_BEFORE,
  DELIVERIES_BY_RULE,
  EVENTS_BY_DAY,
  EVENTS_BY_HOUR,
  ROWLESS_COUNTS,
  RULE_COUNTS_OF_DAY,
} from './ledger-queries.ts';

/**
 * How often a report starts again because old events were deleted in the meantime. After that, it is read in one turn.
 */
const ATTEMPTS = 3;

/** A count of a rule's deliveries. The field is called `events`, as in other counts. */
type RuleRow = DayCount & { integration_id: string; rule_id: string };

/**
 * The statements with which a report by day reads its events and its counts.
 *
 * `growingDays`: how many of the newest days still get counts when events arrive. Counts of other days come from rows
 * that are deleted.
 */
type Statements = { events: string; countsOfDay: string; daysFrom: keyof typeof DAY_BEFORE; growingDays: number };

/** An event that arrives at midnight may be counted for the day before. */
const BY_DAY = { events: EVENTS_BY_DAY, countsOfDay: COUNTS_OF_DAY, daysFrom: 'counts', growingDays: 2 } as const;
const BY_RULE = {
  events: DELIVERIES_BY_RULE,
  countsOfDay: RULE_COUNTS_OF_DAY,
  daysFrom: 'rule_counts',
  growingDays: 0,
} as const;

/** Reads the ledger: the counts, and the outcomes of the events that still have rows. */
export class LedgerReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Returns the counts by day and event. */
  *read(days: Days): InParts<LedgerRow[]> {
    const counts = yield* this.#byDay<DayCount>(days, BY_DAY);
    return ledgerRows(withMostNames(counts, { group: ({ day }) => day, period: ({ day }) => day }));
  }

  /**
   * Returns the counts by day, event and conversion rule. It counts deliveries: an event has one for each of its rules.
   */
  *readRules(days: Days): InParts<RuleLedgerRow[]> {
    const counts = yield* this.#byDay<RuleRow>(days, BY_RULE);
    const rowOf = ({ outcome: _, events: __, ...row }: RuleRow): string => JSON.stringify(row);
    return ruleLedgerRows(
      withFittingNames(counts, rowOf).map(({ events, ...row }) => ({ ...row, deliveries: events })),
    );
  }

  /** Returns the counts by hour and event, for the current hour and those before it. */
  *readHours(hours: number, nowMs: number): InParts<LedgerRow[]> {
    const fromMs = firstHourMs(hours, nowMs);
    const sums = new CountSums<HourCount>();
    // Both are read in one turn, so that nothing arrives between them.
    sums.add(this.#sql.exec<HourCount>(ROWLESS_COUNTS, hourOf(fromMs)).toArray());
    const untilSeq = newestSeq(this.#sql);
    yield* this.#addEvents(sums, EVENTS_BY_HOUR, { untilSeq, between: [fromMs, Number.MAX_SAFE_INTEGER] });
    return hourlyLedgerRows(withMostNames(sums.all(), { group: () => '', period: ({ hour }) => hour }));
  }

  *#byDay<Count extends DayCount>(days: Days, statements: Statements): InParts<Count[]> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
      const counts = yield* this.#tryByDay<Count>(days, statements);
      if (counts !== undefined) return counts;
    }
    return inOneTurn(this.#tryByDay<Count>(days, statements)) ?? [];
  }

  /**
   * Returns undefined when events were deleted in the meantime, because some of them may then be counted twice or not
   * at all.
   */
  *#tryByDay<Count extends DayCount>(days: Days, statements: Statements): InParts<Count[] | undefined> {
    const sums = new CountSums<Count>();
    const untilSeq = newestSeq(this.#sql);
    const deleted = yield* this.#addCounts(sums, days, { ...statements, isFirstTurn: true });
    yield* this.#addEvents(sums, statements.events, { untilSeq, between: betweenMs(days) });
    const deletedNow = yield* this.#addCounts(new CountSums<Count>(), days, { ...statements, isFirstTurn: false });
    return deleted === deletedNow ? sums.all() : undefined;
  }

  /**
   * Adds the counts of each day, the newest first. Returns the number of outcomes whose rows are deleted.
   *
   * @param from.isFirstTurn Reads the growing days before other calls have their turn, so that nothing arrives after
   * the newest event was determined.
   */
  *#addCounts<Count extends DayCount>(
    sums: CountSums<Count>,
    { from, to }: Days,
    { countsOfDay, daysFrom, growingDays, isFirstTurn }: Omit<Statements, 'events'> & { isFirstTurn: boolean },
  ): InParts<number> {
    let deleted = 0;
    let read = 0;
    // `~` comes after all digits, so the last day of the period is the first that is found.
    for (
      let day = this.#dayBefore(`${to}~`, daysFrom);
      day !== null && day >= from;
      day = this.#dayBefore(day, daysFrom)
    ) {
      const isGrowing = read < growingDays;
      if (!isFirstTurn || !isGrowing) yield;
      read += 1;
      const counts = this.#sql.exec<Count>(countsOfDay, day).toArray();
      sums.add(counts);
      if (!isGrowing) deleted += outcomesIn(counts);
    }
    return deleted;
  }

  #dayBefore(day: string, table: keyof typeof DAY_BEFORE): string | null {
    return this.#sql.exec<{ day: string | null }>(DAY_BEFORE[table], day).toArray()[0]?.day ?? null;
  }

  *#addEvents<Count extends DayCount | HourCount>(
    sums: CountSums<Count>,
    statement: string,
    { untilSeq, between: [fromMs, beforeMs] }: { untilSeq: number; between: readonly [number, number] },
  ): InParts<void> {
    for (const part of partsSince(this.#sql, { fromMs, untilSeq })) {
      yield;
      sums.add(this.#sql.exec<Count>(statement, part.afterSeq, part.untilSeq, fromMs, beforeMs).toArray());
    }
  }
}

function outcomesIn(counts: readonly DayCount[]): number {
  return counts
    .filter(({ outcome }) => outcome !== 'received' && outcome !== 'rejected')
    .reduce((sum, { events }) => sum + events, 0);
}
