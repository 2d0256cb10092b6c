import type { RowDecision } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { CheckedRow } from './import-record.ts';

/** Returns the outcome of a row: its event is sent, or the reason why not. */
export function checkedRow(
  row: ImportRow,
  decision: RowDecision | undefined,
  { isKnown, deliveries }: { isKnown: boolean; deliveries: readonly string[] },
): CheckedRow & { deliveries: readonly string[] } {
  // The cell with the problem was left out, but the rest of the row may still be sent.
  const leftOut = row.problems;
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
