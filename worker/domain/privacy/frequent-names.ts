import { OTHER_NAMES } from '../../schema/events/refusal.ts';

/** The names shown individually for a reason and an hour. The rest are counted together. */
export const MAX_SHOWN = 20;

/**
 * The number of weights. A name with one of `MAX_SHOWN` equal shares is always shown, and weights are twice as fine.
 */
const MAX_WEIGHED = 2 * MAX_SHOWN - 1;

/** The names stored, in addition to the one for the rest. */
export const MAX_NAMES = MAX_WEIGHED + MAX_SHOWN;

/** An origin or a field, and how many refusals it has caused since it was stored. */
export type NamedCount = {
  name: string;
  requests: number;
  events: number;
  /** At most the number of requests. When absent, it is equal to that number. It is never shown. */
  weight?: number;
};

type Weighed = Required<NamedCount>;

/**
 * Adds names up, and keeps at most `MAX_NAMES`. All names with a weight are kept. Of the others, those with the most
 * requests are kept, and among equals the newer ones. The rest is counted under `(other)`, so that sums stay correct.
 *
 * Weights are the counters of Misra and Gries, merged as in "Mergeable summaries" (Agarwal et al., PODS 2012). A weight
 * is a name's requests, minus the 40th largest weight at each merge. When a name loses x, so do 39 others. So of N
 * counts, of which the weights still have W, **no name has lost more than (N - W) / 40**, in any order of arrival and
 * merging.
 */
export function mergedNames(more: readonly NamedCount[], known: readonly NamedCount[]): NamedCount[] {
  const names = new Map<string, Weighed>();
  // Newer names first, because sorting keeps the order of equals.
  for (const { name, requests, events, weight = requests } of [...more, ...known]) {
    const before = names.get(name);
    names.set(name, {
      name,
      requests: requests + (before?.requests ?? 0),
      events: events + (before?.events ?? 0),
      weight: weight + (before?.weight ?? 0),
    });
  }
  const other = names.get(OTHER_NAMES);
  names.delete(OTHER_NAMES);
  const loss = [...names.values()].map(({ weight }) => weight).toSorted((one, next) => next - one)[MAX_WEIGHED] ?? 0;
  const weighed = [...names.values()].map((named) => ({ ...named, weight: Math.max(0, named.weight - loss) }));
  return best(weighed, { places: MAX_NAMES, isSure: ({ weight }) => weight > 0, other });
}

/**
 * Chooses the names to show: at most `MAX_SHOWN` and one for the rest, the most frequent first.
 *
 * **A name with more than a 20th of all N counts is always shown.** It has lost at most (N - W) / 40, so its weight is
 * more than N / 20 - (N - W) / 40 = (N + W) / 40. At most 19 names can have such a weight, because 20 of them would add
 * up to W or more. Such a name may have lost its place for a while. Some of its requests are then under `(other)`, at
 * most a 40th of all.
 *
 * The other places go to the names with the most requests. A flood of invented names with one request each has no such
 * weight, and can't displace a page that came twice.
 */
export function shownNames(names: readonly NamedCount[]): NamedCount[] {
  const weighed = names.map((named) => ({ ...named, weight: named.weight ?? named.requests }));
  const other = weighed.find(({ name }) => name === OTHER_NAMES);
  const own = weighed.filter((named) => named !== other);
  const counted = weighed.reduce((sum, { requests }) => sum + requests, 0);
  const weights = own.reduce((sum, { weight }) => sum + weight, 0);
  const isSure = ({ weight }: Weighed): boolean => weight * (MAX_WEIGHED + 1) > counted + weights;
  return best(own, { places: MAX_SHOWN, isSure, other });
}

/** Chooses the names that are sure of a place, then those with the most requests, and combines the rest. */
function best(
  names: readonly Weighed[],
  { places, isSure, other }: { places: number; isSure: (named: Weighed) => boolean; other: NamedCount | undefined },
): NamedCount[] {
  const sorted = names.toSorted(byRequests);
  const byPlace = [...sorted.filter(isSure), ...sorted.filter((named) => !isSure(named))];
  const rest = [...byPlace.slice(places), ...(other === undefined ? [] : [other])];
  return [...byPlace.slice(0, places).toSorted(byRequests), ...(rest.length === 0 ? [] : [sumOf(rest)])];
}

function byRequests(one: NamedCount, next: NamedCount): number {
  return next.requests - one.requests;
}

function sumOf(names: readonly NamedCount[]): NamedCount {
  return names.reduce(
    (sum, { requests, events }) => ({ ...sum, requests: sum.requests + requests, events: sum.events + events }),
    { name: OTHER_NAMES, requests: 0, events: 0 },
  );
}
