import type { Ledger, LedgerRow, RuleLedger, RuleLedgerRow } from '../../schema/reports/ledger.ts';

const ENDS = ['delivered', 'pending', 'held', 'dead', 'expired', 'erased'] as const;
const OUTCOMES = [...ENDS, 'rejected'] as const;

/** Adds totals to the rows, and checks that every received event is accounted for. */
export function withTotals(rows: readonly LedgerRow[]): Ledger {
  return {
    data: [...rows],
    totals: {
      ...endsOf(rows),
      received: sumOf(rows, ({ received }) => received),
      rejected: sumOf(rows, ({ rejected }) => rejected),
    },
    balanced: rows.every(isBalanced),
  };
}

/** Adds totals to the deliveries of each rule. */
export function withRuleTotals(rows: readonly RuleLedgerRow[]): RuleLedger {
  return { data: [...rows], totals: { ...endsOf(rows), deliveries: sumOf(rows, ({ deliveries }) => deliveries) } };
}

type Ends = Pick<LedgerRow, (typeof ENDS)[number] | 'unconfirmed' | 'skipped'>;

function endsOf(rows: readonly Ends[]): Ends {
  const ends: Ends = { delivered: 0, unconfirmed: 0, pending: 0, held: 0, dead: 0, expired: 0, erased: 0, skipped: {} };
  for (const row of rows) {
    for (const end of [...ENDS, 'unconfirmed'] as const) ends[end] += row[end];
    for (const [reason, count] of Object.entries(row.skipped))
      ends.skipped[reason] = (ends.skipped[reason] ?? 0) + count;
  }
  return ends;
}

function sumOf<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}

/** Checks that received = delivered + pending + held + dead + expired + erased + rejected + skipped for any reason. */
export function isBalanced(row: LedgerRow): boolean {
  const skipped = Object.values(row.skipped).reduce((sum, events) => sum + events, 0);
  return row.received === OUTCOMES.reduce((sum, outcome) => sum + row[outcome], skipped);
}
