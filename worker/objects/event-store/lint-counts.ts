import { lintFindings } from '../../schema/events/lint.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { AcceptedEvent } from '../outbox/delivery-types.ts';
import { ledgerDay } from '../outbox/reports/ledger.ts';
import type { Sql } from '../sql.ts';

type CountRow = { code: string; integration_id: string; rule_id: string; events: number };

/**
 * Counts the findings of each linter rule by UTC day. A finding without a conversion rule is about the event itself.
 */
export class LintCounts {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Counts the findings in events that were stored together. */
  count(receipts: readonly Pick<AcceptedEvent, 'receivedAtMs' | 'lint' | 'ruleLint'>[]): void {
    const counts = new Map<string, number>();
    for (const { receivedAtMs, lint, ruleLint } of receipts) {
      if (lint.length === 0 && ruleLint.length === 0) continue;
      const found = [{ integrationId: '', ruleId: '', codes: lint }, ...ruleLint];
      for (const { integrationId, ruleId, codes } of found) {
        for (const code of codes) {
          const key = JSON.stringify([ledgerDay(receivedAtMs), code, integrationId, ruleId]);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
    }
    if (counts.size === 0) return;
    this.#sql.exec(
      `INSERT INTO lint_counts (day, code, integration_id, rule_id, events)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
       ON CONFLICT DO UPDATE SET events = lint_counts.events + excluded.events`,
      `[${[...counts].map(([key, events]) => `${key.slice(0, -1)},${events}]`).join()}]`,
    );
  }

  /** @param from The first UTC day, `YYYY-MM-DD`. @param to The last one. */
  read({ from, to }: { from: string; to: string }): LintReport {
    const rows = this.#sql
      .exec<CountRow>(
        `SELECT code, integration_id, rule_id, sum(events) AS events FROM lint_counts
         WHERE day >= ? AND day <= ? GROUP BY 1, 2, 3 ORDER BY 2, 3`,
        from,
        to,
      )
      .toArray();
    const data = rows
      .filter(({ rule_id: ruleId }) => ruleId === '')
      .flatMap(({ code, events }) =>
        lintFindings([code]).map((finding) => ({ ...finding, events, conversion_rules: rulesOf(code, rows) })),
      );
    return { data: data.toSorted((a, b) => b.events - a.events || a.code.localeCompare(b.code)) };
  }

  remove({ beforeMs }: { beforeMs: number }): void {
    this.#sql.exec('DELETE FROM lint_counts WHERE day < ?', ledgerDay(beforeMs));
  }
}

function rulesOf(code: string, rows: readonly CountRow[]): LintReport['data'][number]['conversion_rules'] {
  return rows
    .filter((row) => row.code === code && row.rule_id !== '')
    .map((row) => ({ integration_id: row.integration_id, conversion_rule_id: row.rule_id, events: row.events }));
}
