import type { OverviewRow, Verdict } from '../../../worker/schema/reports/overview.ts';

/** The ways to sort sites. The worst first is the order of open incidents too: how bad, then the money, then the number. */
export const SORTS = ['worst', 'risk', 'value', 'received', 'name'] as const;
export type Sort = (typeof SORTS)[number];

const RANKS: Readonly<Record<Verdict, number>> = { broken: 0, attention: 1, quiet: 2, working: 3 };

export type SiteFilter = { search: string; cause: string; label: string; sort: Sort };

/** Reads the sort order from an address. */
export function sortIn(text: string | null): Sort {
  return SORTS.find((sort) => sort === text) ?? 'worst';
}

/** Returns the sites that a person wants to see, in the order that they chose. */
export function chosenSites(rows: readonly OverviewRow[], { search, cause, label, sort }: SiteFilter): OverviewRow[] {
  const wanted = search.trim().toLowerCase();
  const found = rows.filter(
    (row) =>
      (wanted === '' || row.name.toLowerCase().includes(wanted) || row.source_id.toLowerCase().includes(wanted)) &&
      (cause === '' || (row.cause ?? 'none') === cause) &&
      (label === '' || row.labels.includes(label)),
  );
  switch (sort) {
    case 'worst':
      return found.toSorted(
        (one, other) =>
          RANKS[one.verdict] - RANKS[other.verdict] ||
          amountOf(other.value_at_risk) - amountOf(one.value_at_risk) ||
          lostOf(other) - lostOf(one),
      );
    case 'risk':
      return found.toSorted((one, other) => amountOf(other.value_at_risk) - amountOf(one.value_at_risk));
    case 'value':
      return found.toSorted((one, other) => amountOf(other.value_delivered) - amountOf(one.value_delivered));
    case 'received':
      return found.toSorted((one, other) => other.received - one.received);
    case 'name':
      return found.toSorted((one, other) => one.name.localeCompare(other.name));
  }
}

/** More than any currency has. They are cut where the sum is shown. */
const MOST_DECIMALS = 4;

/** Adds up a value of all sites, by currency. */
export function valueOfAll(
  rows: readonly OverviewRow[],
  of: 'value_delivered' | 'value_at_risk',
): Record<string, string> {
  const sums = new Map<string, number>();
  for (const row of rows)
    for (const [currency, amount] of Object.entries(row[of]))
      sums.set(currency, (sums.get(currency) ?? 0) + Number(amount));
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, sum.toFixed(MOST_DECIMALS)]));
}

/** How many conversions and events need a repair. */
function lostOf({ held, failed, refused }: OverviewRow): number {
  return held + failed + refused;
}

/** The largest amount in any currency. We know no rates, so currencies are compared as numbers. */
function amountOf(value: Readonly<Record<string, string>>): number {
  return Math.max(0, ...Object.values(value).map(Number));
}
