import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import type { OverviewRow, Verdict } from '../../../worker/schema/reports/overview.ts';
import { largestAmount, worstFirst, type Urgency } from '../../../worker/schema/reports/worst-first.ts';
import { nameForm } from '../search/name-form.ts';

/** The ways to sort sites. The worst first is the order of open incidents too. */
export const SORTS = ['worst', 'risk', 'value', 'received', 'name'] as const;
export type Sort = (typeof SORTS)[number];

const RANKS: Readonly<Record<Verdict, number>> = { broken: 0, attention: 1, quiet: 2, working: 3 };

/** A critical incident is as bad as a broken site, and a warning as one that needs attention. */
const LEVELS: Readonly<Record<IncidentView['severity'], number>> = { critical: 0, warning: 1, info: 2 };

export type SiteFilter = { search: string; cause: string; label: string; sort: Sort };

/** Reads the sort order from an address. */
export function sortIn(text: string | null): Sort {
  return SORTS.find((sort) => sort === text) ?? 'worst';
}

/**
 * Returns the sites that a person wants to see, in the order that they chose.
 *
 * @param open The open incidents: a site is as bad as its worst one.
 */
export function chosenSites<Row extends OverviewRow>(
  rows: readonly Row[],
  { search, cause, label, sort }: SiteFilter,
  open: readonly IncidentView[],
): Row[] {
  const wanted = nameForm(search);
  const found = rows.filter(
    (row) =>
      [row.name, row.source_id].some((name) => nameForm(name).includes(wanted)) &&
      (cause === '' || (row.cause ?? 'none') === cause) &&
      (label === '' || row.labels.includes(label)),
  );
  switch (sort) {
    case 'worst':
      return sitesWorstFirst(found, open);
    case 'risk':
      return found.toSorted((one, other) => largestAmount(other.value_at_risk) - largestAmount(one.value_at_risk));
    case 'value':
      return found.toSorted((one, other) => largestAmount(other.value_delivered) - largestAmount(one.value_delivered));
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

/**
 * Counts the sites that need something, because their state says so or because they have an open incident.
 *
 * @returns `withIncident` is undefined if an incident has more sites than the API names.
 */
export function sitesInNeed(
  rows: readonly OverviewRow[],
  open: readonly IncidentView[],
): { all: number; withIncident: number | undefined } {
  const ofIncidents = sitesOf(open);
  const inNeed = rows.filter(
    ({ source_id: id, verdict }) => verdict === 'broken' || verdict === 'attention' || ofIncidents.has(id),
  );
  const areAllNamed = open.every((incident) => sitesOf([incident]).size >= incident.sources);
  const withIncident = inNeed.filter(({ source_id: id }) => ofIncidents.has(id)).length;
  return { all: inNeed.length, withIncident: areAllNamed ? withIncident : undefined };
}

/**
 * Sorts open incidents, the worst first: by severity, then in the order of their sites. Incidents of one site, or of
 * unknown sites, follow what waits because of them.
 */
export function inOrderOfSites(open: readonly IncidentView[], rows: readonly OverviewRow[]): IncidentView[] {
  const order = sitesWorstFirst(rows, open).map(({ source_id: id }) => id);
  const placeOf = (incident: IncidentView): number => {
    const ids = sitesOf([incident]);
    const place = order.findIndex((id) => ids.has(id));
    return place < 0 ? order.length : place;
  };
  const places = new Map(open.map((incident) => [incident.id, placeOf(incident)]));
  const urgencyIn = ({ value_at_risk: value, held: lost }: IncidentView): Urgency => ({ level: 0, value, lost });
  return open.toSorted(
    (one, other) =>
      LEVELS[one.severity] - LEVELS[other.severity] ||
      (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0) ||
      worstFirst(urgencyIn(one), urgencyIn(other)) ||
      one.opened_at.localeCompare(other.opened_at),
  );
}

function sitesWorstFirst<Row extends OverviewRow>(rows: readonly Row[], open: readonly IncidentView[]): Row[] {
  return rows.toSorted((one, other) => worstFirst(urgencyOf(one, open), urgencyOf(other, open)));
}

function urgencyOf(
  { source_id: id, verdict, value_at_risk: value, held, failed, refused }: OverviewRow,
  open: readonly IncidentView[],
): Urgency {
  const ofSite = open.filter(({ parts }) => parts.some(({ source_id: part }) => part === id));
  const level = Math.min(RANKS[verdict], ...ofSite.map(({ severity }) => LEVELS[severity]));
  return { level, value, lost: held + failed + refused };
}

function sitesOf(open: readonly IncidentView[]): ReadonlySet<string> {
  return new Set(open.flatMap(({ parts }) => parts.map(({ source_id: id }) => id)));
}
