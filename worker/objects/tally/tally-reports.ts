import type { ConsentKind } from '../../domain/consent/consent-kind.ts';
import { consentReport } from '../../domain/reports/consent-rows.ts';
import { hourlyLedgerRows, ledgerRows } from '../../domain/reports/ledger-rows.ts';
import type { DayCount, HourCount } from '../../domain/reports/ledger-rows.ts';
import { firstHourMs, hourOf } from '../../domain/reports/report-days.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { ConsentReport } from '../../schema/reports/consent-report.ts';
import type { LedgerRow } from '../../schema/reports/ledger.ts';
import { LintReader } from '../event-store/lint-reader.ts';
import type { Sql } from '../sql.ts';
import type { TallyCounts } from './tally-counts.ts';

/** Reads a tally's counts: from the tables, and from the entries that are only in the log. */
export class TallyReports {
  readonly #sql: Sql;
  readonly #counts: TallyCounts;
  readonly #lint: LintReader;

  constructor(sql: Sql, counts: TallyCounts) {
    this.#sql = sql;
    this.#counts = counts;
    this.#lint = new LintReader(sql);
  }

  ledger({ from, to }: Days): LedgerRow[] {
    const counts = this.#sql
      .exec<DayCount>(
        `SELECT day, name, outcome, events FROM counts WHERE day >= ?1 AND day <= ?2
         UNION ALL SELECT substr(value ->> 0, 1, 10), value ->> 1, value ->> 2, value ->> 3 FROM json_each(?3)
         WHERE substr(value ->> 0, 1, 10) >= ?1 AND substr(value ->> 0, 1, 10) <= ?2`,
        from,
        to,
        this.#counts.uncounted.byHour(),
      )
      .toArray();
    return ledgerRows(counts);
  }

  hourlyLedger(hours: number, nowMs: number): LedgerRow[] {
    const counts = this.#sql
      .exec<HourCount>(
        `SELECT hour, name, outcome, events FROM hour_counts WHERE hour >= ?1
         UNION ALL SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2)
         WHERE value ->> 0 >= ?1 AND value ->> 2 != 'received'`,
        hourOf(firstHourMs(hours, nowMs)),
        this.#counts.uncounted.byHour(),
      )
      .toArray();
    return hourlyLedgerRows(counts);
  }

  lint(days: Days): LintReport {
    return this.#lint.read(days, this.#counts.uncounted.lint);
  }

  consent({ from, to }: Days): ConsentReport {
    const rows = this.#sql
      .exec<{ kind: string; events: number }>(
        `SELECT kind, sum(events) AS events FROM (
           SELECT day, kind, events FROM consent_counts
           UNION ALL SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3))
         WHERE day >= ?1 AND day <= ?2 GROUP BY 1`,
        from,
        to,
        this.#counts.uncounted.byConsent(),
      )
      .toArray();
    return consentReport(
      rows.map(({ kind, events }) => {
        // `consentKind` wrote it.
        const of: ConsentKind = JSON.parse(kind);
        return { ...of, events, withheld: 0 };
      }),
    );
  }
}
