import { OTHER } from '../consent/consent-kind.ts';

/** The number of names per period in a report; other events are counted as `(other)`. */
const MOST_NAMES = 1_000;

/** The maximum size of a report. An answer between objects may have 32 MiB, and people read only the first page. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The number of different counts that are added up. Beyond that, names are left out, so that memory is bounded. */
const MOST_SUMS = 200_000;

type NamedCount = { name: string; outcome: string; events: number };

/** Adds up counts that are read in parts. Counts that differ only in their number become one. */
export class CountSums<Count extends NamedCount> {
  readonly #sums = new Map<string, Count>();

  add(counts: readonly Count[]): void {
    for (const count of counts) {
      const key = keyOf(count);
      if (this.#sums.has(key) || this.#sums.size < MOST_SUMS) this.#put(key, count);
      else this.#put(keyOf({ ...count, name: OTHER }), { ...count, name: OTHER });
    }
  }

  #put(key: string, count: Count): void {
    this.#sums.set(key, { ...count, events: count.events + (this.#sums.get(key)?.events ?? 0) });
  }

  all(): Count[] {
    return [...this.#sums.values()];
  }
}

function keyOf(count: NamedCount): string {
  return JSON.stringify({ ...count, events: 0 });
}

/**
 * Counts the events of rare names as `(other)`. In each group, the names that a rule asks for come first, and then the
 * most frequent.
 *
 * @param by.group Returns the group in which names are compared, such as a day.
 * @param by.period Returns the period of a count. All periods share the size of a report.
 */
export function withMostNames<Count extends NamedCount>(
  counts: readonly Count[],
  by: { group: (count: Count) => string; period: (count: Count) => string },
): Count[] {
  const most = MOST_BYTES / Math.max(1, new Set(counts.map(by.period)).size);
  return [...Map.groupBy(counts, by.group).values()].flatMap((group) => {
    const kept = keptNames(group, most);
    return group.map((count) => (kept.has(count.name) ? count : { ...count, name: OTHER }));
  });
}

function keptNames(counts: readonly NamedCount[], mostBytes: number): Set<string> {
  const names = [...Map.groupBy(counts, ({ name }) => name)].map(([name, own]) => ({
    name,
    isWanted: own.some(({ outcome }) => !['received', 'rejected'].includes(outcome) && !outcome.startsWith('skipped:')),
    events: sumOf(own),
  }));
  const ranked = names.toSorted(
    (one, other) => Number(other.isWanted) - Number(one.isWanted) || other.events - one.events || inOrder(one, other),
  );
  return new Set(
    whatFits(ranked, mostBytes)
      .slice(0, MOST_NAMES)
      .map(({ name }) => name),
  );
}

/**
 * Leaves out the names of the rarest rows of a report by rule, so that it fits.
 *
 * @param rowOf Returns what the counts of a row have in common.
 */
export function withFittingNames<Count extends NamedCount>(
  counts: readonly Count[],
  rowOf: (count: Count) => string,
): Count[] {
  const rows = [...Map.groupBy(counts, rowOf)].map(([row, own]) => ({
    row,
    name: own[0]?.name ?? OTHER,
    events: sumOf(own),
  }));
  const ranked = rows.toSorted((one, other) => other.events - one.events || inOrder(one, other));
  const kept = new Set(whatFits(ranked, MOST_BYTES).map(({ row }) => row));
  return counts.map((count) => (kept.has(rowOf(count)) ? count : { ...count, name: OTHER }));
}

/** Returns the first rows, as many as fit. */
function whatFits<Row extends { name: string }>(rows: readonly Row[], mostBytes: number): Row[] {
  let bytes = 0;
  // A control character takes six bytes in JSON.
  return rows.filter(({ name }) => (bytes += 500 + 6 * name.length) <= mostBytes);
}

function sumOf(counts: readonly NamedCount[]): number {
  return counts.reduce((sum, { events }) => sum + events, 0);
}

function inOrder(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : Number(one.name > other.name);
}
