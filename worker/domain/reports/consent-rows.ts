import type { ConsentCount, ConsentReport } from '../../schema/reports/consent-report.ts';
import { OTHER, withOthers } from '../consent/consent-kind.ts';
import { CONSENT_PLATFORMS } from '../consent/consent.ts';

/** The maximum number of rows in the report, including the one for the rest. */
const MAX_ROWS = 200;

/**
 * A stranger with the public write key can make up platforms and categories, so only this many unknown ones are named.
 */
const MAX_OTHER_NAMES = 20;

/** Creates the consent report from rows that may occur more than once. */
export function consentReport(counts: readonly ConsentCount[]): ConsentReport {
  const rows = new Map<string, ConsentCount>();
  for (const count of counts) {
    const key = keyOf(count);
    const known = rows.get(key);
    rows.set(
      key,
      known === undefined
        ? count
        : { ...known, events: known.events + count.events, withheld: known.withheld + count.withheld },
    );
  }
  const data = [...rows.values()].toSorted(
    (one, other) => Number(isRest(one)) - Number(isRest(other)) || other.events - one.events,
  );
  const all = sumOf(data);
  const shown = data.length > MAX_ROWS ? [...data.slice(0, MAX_ROWS - 1), restOf(data.slice(MAX_ROWS - 1))] : data;
  return { data: shown, ...all };
}

/**
 * Adds up the consent reports of several stores.
 *
 * @param asked The categories that the source's integrations require. They always have a name.
 */
export function mergedConsentReports(reports: readonly ConsentReport[], asked: Iterable<string>): ConsentReport {
  const counts = reports.flatMap(({ data }) => data);
  const categories = mostFrequent(
    counts.flatMap(({ categories: said, events }) => Object.keys(said).map((name) => ({ name, events }))),
    new Set([OTHER, ...asked]),
  );
  const platforms = mostFrequent(
    counts.flatMap(({ source, events }) => (source === null ? [] : { name: source, events })),
    new Set([OTHER, ...CONSENT_PLATFORMS]),
  );
  return consentReport(
    counts.map((count) => ({
      ...count,
      categories: Object.fromEntries(withOthers(Object.entries(count.categories), categories)),
      source: count.source === null || platforms.has(count.source) ? count.source : OTHER,
    })),
  );
}

/** Returns the known names, and the most frequent others. */
function mostFrequent(
  counts: readonly { name: string; events: number }[],
  known: ReadonlySet<string>,
): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (const { name, events } of counts) if (!known.has(name)) sums.set(name, (sums.get(name) ?? 0) + events);
  const others = [...sums].toSorted(([, one], [, other]) => other - one).slice(0, MAX_OTHER_NAMES);
  return new Set([...known, ...others.map(([name]) => name)]);
}

function keyOf({ categories, source, policy, country }: ConsentCount): string {
  const names = Object.keys(categories).toSorted();
  return JSON.stringify([names.map((name) => [name, categories[name]]), source, policy, country]);
}

/** Checks for the row of all events that have no row of their own. */
function isRest({ categories, source }: ConsentCount): boolean {
  return source === OTHER && Object.keys(categories).length === 0;
}

function restOf(rows: readonly ConsentCount[]): ConsentCount {
  return { categories: {}, source: OTHER, policy: null, country: null, ...sumOf(rows) };
}

function sumOf(rows: readonly ConsentCount[]): { events: number; withheld: number } {
  return {
    events: rows.reduce((sum, { events }) => sum + events, 0),
    withheld: rows.reduce((sum, { withheld }) => sum + withheld, 0),
  };
}
