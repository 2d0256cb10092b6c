import { consentKind } from '../../domain/consent/consent-kind.ts';
import type { ConsentFacts } from '../../domain/consent/consent.ts';
import { hourOf, ledgerDay } from '../../domain/reports/report-days.ts';
import { LintCounts } from '../event-store/lint-counts.ts';
import type { Sql } from '../sql.ts';
import { TallySums } from './tally-sums.ts';

/** The kinds of consent that a day may have with all their details, and altogether. */
const MOST_WHOLE_KINDS = 150;
const MOST_KINDS = 200;

/** Many categories are counted without the names that no integration requires. */
const MAX_KIND_CHARS = 400;

/** Longer than anybody needs hourly counts. */
const HOURS = 96;

/**
 * The counts of a tally: the tables, and the sums of the log's entries that are not in them yet. The sums are in memory
 * only. They are added up again from the log when the object starts.
 */
export class TallyCounts {
  readonly #sql: Sql;
  readonly #lintCounts: LintCounts;
  #uncounted = new TallySums();
  #kindsDay = '';
  #kinds = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#lintCounts = new LintCounts(sql);
  }

  /** The sums of the entries that are only in the log. */
  get uncounted(): TallySums {
    return this.#uncounted;
  }

  /** Adds entries that are in the log now. */
  add(sums: TallySums): void {
    this.#uncounted.addAll(sums);
  }

  /** Writes sums to the tables. Called in a transaction. When it is committed, `forgetUncounted` must follow. */
  write(sums: readonly TallySums[]): void {
    for (const each of sums) {
      this.#sql.exec(
        `INSERT INTO counts (day, name, outcome, events)
         SELECT substr(value ->> 0, 1, 10), value ->> 1, value ->> 2, sum(value ->> 3) FROM json_each(?)
         WHERE true GROUP BY 1, 2, 3
         ON CONFLICT DO UPDATE SET events = counts.events + excluded.events`,
        each.byHour(),
      );
      this.#sql.exec(
        `INSERT INTO hour_counts (hour, name, outcome, events)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)
         WHERE value ->> 2 != 'received'
         ON CONFLICT DO UPDATE SET events = hour_counts.events + excluded.events`,
        each.byHour(),
      );
      this.#sql.exec(
        `INSERT INTO consent_counts (day, kind, events)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
         ON CONFLICT DO UPDATE SET events = consent_counts.events + excluded.events`,
        each.byConsent(),
      );
      this.#lintCounts.add(each.lint);
    }
  }

  forgetUncounted(): void {
    this.#uncounted = new TallySums();
  }

  /** Returns under which kind the consent report counts an event. */
  kindOf(consent: ConsentFacts, { asked, day }: { asked: ReadonlySet<string>; day: string }): string {
    if (day !== this.#kindsDay) this.#readKinds(day);
    for (const [detail, most] of [
      ['all', MOST_WHOLE_KINDS],
      ['known', MOST_KINDS],
    ] as const) {
      const kind = consentKind(consent, asked, detail);
      if (detail === 'all' && kind.length > MAX_KIND_CHARS) continue;
      if (this.#kinds.has(kind) || this.#kinds.size < most) {
        this.#kinds.add(kind);
        return kind;
      }
    }
    return consentKind(consent, asked, 'none');
  }

  #readKinds(day: string): void {
    const rows = this.#sql.exec<{ kind: string }>('SELECT kind FROM consent_counts WHERE day = ?', day).toArray();
    this.#kindsDay = day;
    this.#kinds = new Set([...rows.map(({ kind }) => kind), ...this.#uncounted.kindsOf(day)]);
  }

  /** Whether only the ledger by day is left. It is never deleted. */
  get isEmptyButForTheLedger(): boolean {
    const rows = this.#sql.exec(
      'SELECT 1 FROM (SELECT 1 FROM hour_counts UNION ALL SELECT 1 FROM consent_counts UNION ALL SELECT 1 FROM lint_counts) LIMIT 1',
    );
    return rows.toArray().length === 0;
  }

  /** Deletes counts that are no longer needed. The ledger by day stays. */
  forgetOld({ nowMs, beforeMs }: { nowMs: number; beforeMs: number }): void {
    this.#sql.exec('DELETE FROM hour_counts WHERE hour < ?', hourOf(nowMs - HOURS * 60 * 60 * 1000));
    this.#sql.exec('DELETE FROM consent_counts WHERE day < ?', ledgerDay(beforeMs));
    this.#lintCounts.remove({ beforeMs });
  }
}
