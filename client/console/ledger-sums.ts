import type { Ledger, LedgerRow } from '../../worker/schema/ledger.ts';

export type Counts = Ledger['totals'];

const STATES = ['received', 'delivered', 'pending', 'held', 'dead', 'expired', 'erased', 'rejected'] as const;

/** Adds up the rows of the days from one on. */
export function sumSince(rows: readonly LedgerRow[], firstDay: string): Counts {
  const sum: Counts = {
    received: 0,
    delivered: 0,
    pending: 0,
    held: 0,
    dead: 0,
    expired: 0,
    erased: 0,
    rejected: 0,
    skipped: {},
  };
  for (const row of rows) {
    if (row.day < firstDay) continue;
    for (const state of STATES) sum[state] += row[state];
    for (const [reason, count] of Object.entries(row.skipped)) sum.skipped[reason] = (sum.skipped[reason] ?? 0) + count;
  }
  return sum;
}

export function skippedOf({ skipped }: Pick<Counts, 'skipped'>): number {
  return Object.values(skipped).reduce((total, count) => total + count, 0);
}
