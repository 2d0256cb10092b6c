import type { LedgerRow, RuleLedgerRow } from '../../schema/reports/ledger.ts';

/** The number of events of a UTC day with one name and one outcome. `received` is counted as an outcome too. */
export type DayCount = { day: string; name: string; outcome: string; events: number };

/** Like `DayCount`, for a UTC hour. */
export type HourCount = { hour: string; name: string; outcome: string; events: number };

/** The number of deliveries of a UTC day, event name and conversion rule with one outcome. */
export type RuleCount = {
  day: string;
  name: string;
  integration_id: string;
  rule_id: string;
  outcome: string;
  deliveries: number;
};

/** Adds up counts of days to the rows of the ledger. */
export function ledgerRows(counts: readonly DayCount[]): LedgerRow[] {
  return inOrder(added(counts, ({ day, name }) => ({ day, event: name, received: 0, rejected: 0, ...NOTHING })));
}

/**
 * Adds up counts of hours to the rows of the ledger. Here, `received` is the sum of the outcomes, because the
 * independent count exists only by day.
 */
export function hourlyLedgerRows(counts: readonly HourCount[]): LedgerRow[] {
  const counted = counts.flatMap((row) => [row, { ...row, outcome: 'received' }]);
  return inOrder(
    added(counted, ({ hour, name }) => ({
      day: hour.slice(0, 10),
      hour: Number(hour.slice(11)),
      event: name,
      received: 0,
      rejected: 0,
      ...NOTHING,
    })),
  );
}

/** Adds up counts of rules to the rows of the rule ledger. */
export function ruleLedgerRows(counts: readonly RuleCount[]): RuleLedgerRow[] {
  const rows = new Map<string, RuleLedgerRow>();
  for (const { day, name, integration_id, rule_id, outcome, deliveries } of counts) {
    const key = `${day} ${integration_id} ${rule_id} ${name}`;
    const row = rows.get(key) ?? {
      day,
      event: name,
      integration_id,
      conversion_rule_id: rule_id,
      deliveries: 0,
      ...NOTHING,
    };
    rows.set(key, withCount({ ...row, deliveries: row.deliveries + deliveries }, { outcome, count: deliveries }));
  }
  return [...rows.values()].toSorted(
    (a, b) =>
      b.day.localeCompare(a.day) ||
      a.event.localeCompare(b.event) ||
      a.conversion_rule_id.localeCompare(b.conversion_rule_id),
  );
}

/** Adds up the ledgers of several stores, by day, hour and event. */
export function mergedLedgerRows(ledgers: readonly (readonly LedgerRow[])[]): LedgerRow[] {
  const rows = new Map<string, LedgerRow>();
  for (const row of ledgers.flat()) {
    const known = rows.get(keyOf(row));
    rows.set(keyOf(row), known === undefined ? row : sumOf(known, row));
  }
  return inOrder([...rows.values()]);
}

const ENDS = ['delivered', 'unconfirmed', 'pending', 'held', 'dead', 'expired', 'erased'] as const;

const NOTHING = { delivered: 0, unconfirmed: 0, pending: 0, held: 0, dead: 0, expired: 0, erased: 0, skipped: {} };

function keyOf({ day, hour, event }: LedgerRow): string {
  return `${day} ${hour ?? ''} ${event}`;
}

function sumOf(one: LedgerRow, other: LedgerRow): LedgerRow {
  const sum = { ...one, skipped: { ...one.skipped } };
  for (const count of [...ENDS, 'received', 'rejected'] as const) sum[count] += other[count];
  for (const [reason, events] of Object.entries(other.skipped))
    sum.skipped[reason] = (sum.skipped[reason] ?? 0) + events;
  return sum;
}

/** The newest day and hour first. */
function inOrder(rows: readonly LedgerRow[]): LedgerRow[] {
  return rows.toSorted(
    (a, b) => b.day.localeCompare(a.day) || (b.hour ?? 0) - (a.hour ?? 0) || a.event.localeCompare(b.event),
  );
}

/** Adds up counts by row. Counts for which the empty row is the same are added to one row. */
function added<Count extends { outcome: string; events: number }>(
  counts: readonly Count[],
  emptyRowOf: (count: Count) => LedgerRow,
): LedgerRow[] {
  const rows = new Map<string, LedgerRow>();
  for (const count of counts) {
    const empty = emptyRowOf(count);
    const key = keyOf(empty);
    rows.set(key, withCount(rows.get(key) ?? empty, { outcome: count.outcome, count: count.events }));
  }
  return [...rows.values()];
}

function withCount<Row extends LedgerRow | RuleLedgerRow>(
  row: Row,
  { outcome, count }: { outcome: string; count: number },
): Row {
  if (outcome.startsWith('skipped:')) {
    const reason = outcome.slice('skipped:'.length);
    return { ...row, skipped: { ...row.skipped, [reason]: (row.skipped[reason] ?? 0) + count } };
  }
  // Unconfirmed deliveries count as delivered too, and are marked.
  if (outcome === 'unconfirmed')
    return { ...row, delivered: row.delivered + count, unconfirmed: row.unconfirmed + count };
  const counts: Readonly<Record<string, unknown>> = row;
  const before = counts[outcome];
  if (typeof before !== 'number') throw new Error(`Cannot read the ledger: "${outcome}" is no outcome`);
  return { ...row, [outcome]: before + count };
}
