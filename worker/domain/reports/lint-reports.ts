import type { LintReport } from '../../schema/events/lint.ts';

type Row = LintReport['data'][number];
type RuleRow = Row['conversion_rules'][number];

/** Adds up the lint reports of several stores. */
export function mergedLintReports(reports: readonly LintReport[]): LintReport {
  const rows = new Map<string, Row>();
  for (const row of reports.flatMap(({ data }) => data)) {
    const known = rows.get(row.code);
    rows.set(
      row.code,
      known === undefined
        ? row
        : {
            ...known,
            events: known.events + row.events,
            conversion_rules: added([...known.conversion_rules, ...row.conversion_rules]),
          },
    );
  }
  return { data: [...rows.values()].toSorted((a, b) => b.events - a.events || a.code.localeCompare(b.code)) };
}

function added(rows: readonly RuleRow[]): RuleRow[] {
  const sums = new Map<string, RuleRow>();
  for (const row of rows) {
    const key = `${row.integration_id} ${row.conversion_rule_id}`;
    const known = sums.get(key);
    sums.set(key, known === undefined ? row : { ...known, events: known.events + row.events });
  }
  return [...sums.values()];
}
