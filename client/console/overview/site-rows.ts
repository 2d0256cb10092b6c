import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';

/** The ways to sort sites, besides the API's own order, which is the worst first. */
export const SORTS = ['worst', 'risk', 'value', 'received', 'name'] as const;
export type Sort = (typeof SORTS)[number];

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
      return found;
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

/** The largest amount in any currency. We know no rates, so currencies are compared as numbers. */
function amountOf(value: Readonly<Record<string, string>>): number {
  return Math.max(0, ...Object.values(value).map(Number));
}
