import type { RowDecision } from '../../domain/imports/check-rows.ts';
import type { ImportRow, RowProblem } from '../../domain/imports/import-row.ts';
import type { CheckedRow } from './import-record.ts';

/** Returns the outcome of a row: its event is sent, or the reason why not. */
export function checkedRow(
  given: ImportRow,
  decision: RowDecision | undefined,
  { isKnown, deliveries }: { isKnown: boolean; deliveries: readonly (readonly string[])[] },
): CheckedRow & { deliveries: readonly (readonly string[])[] } {
  const { row, problem } = withCurrency(given, decision);
  // The cell with the problem was left out, but the rest of the row may still be sent.
  const leftOut = problem === undefined ? row.problems : [...row.problems, problem];
  if (decision?.kind !== 'accepted') {
    const problems =
      decision === undefined || leftOut.includes(decision.problem) ? leftOut : [decision.problem, ...leftOut];
    return { row, result: [row.row, 'refused', problems], event: decision?.event, atMs: undefined, deliveries };
  }
  const { name, happenedAtMs, skipReason } = decision.accepted;
  const about = { row, event: name, atMs: happenedAtMs, deliveries };
  if (skipReason !== undefined) return { ...about, result: [row.row, 'skipped', [{ code: skipReason }, ...leftOut]] };
  if (isKnown) return { ...about, result: [row.row, 'duplicate', [{ code: 'already_sent' }, ...leftOut]] };
  return { ...about, result: [row.row, 'sendable', leftOut] };
}

/** Decides on the currency of an amount that has none: that of the connection, if it has one and the sign can mean it. */
function withCurrency(row: ImportRow, decision: RowDecision | undefined): { row: ImportRow; problem?: RowProblem } {
  const { value, ...rest } = row;
  if (value === undefined || value.currency !== undefined || decision?.kind !== 'accepted') return { row };
  const { deliveries, ruleLint } = decision.accepted;
  const [sent] = deliveries.flatMap(
    ({ element, wait }) => element?.conversionValue ?? wait?.conversion.facts.value ?? [],
  );
  if (sent !== undefined) return { row: { ...rest, value: { amount: sent.amount, currency: sent.currencyCode } } };
  const codes = new Set(ruleLint.flatMap((each) => each.codes));
  const code = (['currency_other', 'currency_missing'] as const).find((each) => codes.has(each));
  return { row: rest, ...(code !== undefined && { problem: { code, field: 'value' } }) };
}
