import { hourlyLedgerRows, ledgerRows, ruleLedgerRows } from '../../../domain/reports/ledger-rows.ts';
import type { DayCount, HourCount, RuleCount } from '../../../domain/reports/ledger-rows.ts';
import { betweenMs, firstHourMs, hourOf } from '../../../domain/reports/report-days.ts';
import type { Days } from '../../../domain/reports/report-days.ts';
import type { LedgerRow, RuleLedgerRow } from '../../../schema/reports/ledger.ts';
import type { Sql } from '../../sql.ts';
import { LEDGER_BY_DAY, LEDGER_BY_HOUR, LEDGER_BY_RULE } from './ledger-queries.ts';

/** Reads the ledger: the counts, and the outcomes of the events that still have rows. */
export class LedgerReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Returns the counts by day and event. */
  read({ from, to }: Days): LedgerRow[] {
    const [fromMs, beforeMs] = betweenMs({ from, to });
    return ledgerRows(this.#sql.exec<DayCount>(LEDGER_BY_DAY, from, to, fromMs, beforeMs).toArray());
  }

  /** Returns the counts by hour and event, for the current hour and those before it. */
  readHours(hours: number, nowMs: number): LedgerRow[] {
    const fromMs = firstHourMs(hours, nowMs);
    return hourlyLedgerRows(this.#sql.exec<HourCount>(LEDGER_BY_HOUR, fromMs, hourOf(fromMs)).toArray());
  }

  /**
   * Returns the counts by day, event and conversion rule. It counts deliveries: an event has one for each of its rules.
   */
  readRules({ from, to }: Days): RuleLedgerRow[] {
    return ruleLedgerRows(this.#sql.exec<RuleCount>(LEDGER_BY_RULE, from, to, ...betweenMs({ from, to })).toArray());
  }
}
