import type { Ledger, LedgerRow, RuleLedger, RuleLedgerRow } from '../schema/ledger.ts';

const OUTCOMES = ['delivered', 'pending', 'held', 'dead', 'expired', 'erased', 'rejected'] as const;

/** Adds the rows up and says whether everything that was received became something. */
export function withTotals(rows: readonly LedgerRow[]): Ledger {
  const total = (outcome: 'received' | (typeof OUTCOMES)[number]): number =>
    rows.reduce((sum, row) => sum + row[outcome], 0);
  return {
    data: [...rows],
    totals: {
      received: total('received'),
      delivered: total('delivered'),
      pending: total('pending'),
      held: total('held'),
      dead: total('dead'),
      expired: total('expired'),
      erased: total('erased'),
      rejected: total('rejected'),
      skipped: skippedIn(rows),
    },
    balanced: rows.every(isBalanced),
  };
}

/** The same of deliveries, rule by rule. */
export function withRuleTotals(rows: readonly RuleLedgerRow[]): RuleLedger {
  const total = (outcome: 'deliveries' | Exclude<(typeof OUTCOMES)[number], 'rejected'>): number =>
    rows.reduce((sum, row) => sum + row[outcome], 0);
  return {
    data: [...rows],
    totals: {
      deliveries: total('deliveries'),
      delivered: total('delivered'),
      pending: total('pending'),
      held: total('held'),
      dead: total('dead'),
      expired: total('expired'),
      erased: total('erased'),
      skipped: skippedIn(rows),
    },
  };
}

function skippedIn(rows: readonly Pick<LedgerRow, 'skipped'>[]): Record<string, number> {
  const skipped: Record<string, number> = {};
  for (const row of rows)
    for (const [reason, count] of Object.entries(row.skipped)) skipped[reason] = (skipped[reason] ?? 0) + count;
  return skipped;
}

/** received = delivered + pending + held + dead + expired + erased + rejected + skipped by every reason */
export function isBalanced(row: LedgerRow): boolean {
  const skipped = Object.values(row.skipped).reduce((sum, events) => sum + events, 0);
  return row.received === OUTCOMES.reduce((sum, outcome) => sum + row[outcome], skipped);
}
