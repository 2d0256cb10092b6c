import { lintFindings } from '../../schema/events/lint.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { Sql } from '../sql.ts';
import { LintSums } from './lint-counts.ts';

type CountRow = { code: string; integration_id: string; rule_id: string; events: number };

/** Reads the findings of each linter rule, with the texts that explain them. */
export class LintReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * @param days.from The first UTC day, `YYYY-MM-DD`.
   * @param days.to The last one.
   * @param uncounted Findings that are not in the table yet.
   */
  read({ from, to }: { from: string; to: string }, uncounted = new LintSums()): LintReport {
    const rows = this.#sql
      .exec<CountRow>(
        `SELECT code, integration_id, rule_id, sum(events) AS events FROM (
           SELECT day, code, integration_id, rule_id, events FROM lint_counts
           UNION ALL SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?3))
         WHERE day >= ?1 AND day <= ?2 GROUP BY 1, 2, 3 ORDER BY 2, 3`,
        from,
        to,
        uncounted.toJson(),
      )
      .toArray();
    const data = rows
      .filter(({ rule_id: ruleId }) => ruleId === '')
      .flatMap(({ code, events }) =>
        lintFindings([code]).map((finding) => ({ ...finding, events, conversion_rules: rulesOf(code, rows) })),
      );
    return { data: data.toSorted((a, b) => b.events - a.events || a.code.localeCompare(b.code)) };
  }
}

function rulesOf(code: string, rows: readonly CountRow[]): LintReport['data'][number]['conversion_rules'] {
  return rows
    .filter((row) => row.code === code && row.rule_id !== '')
    .map((row) => ({ integration_id: row.integration_id, conversion_rule_id: row.rule_id, events: row.events }));
}
