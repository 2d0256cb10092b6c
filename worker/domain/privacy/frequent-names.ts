import { OTHER_NAMES } from '../../schema/events/refusal.ts';

/** Names that are shown each on its own, for a reason and an hour; the rest is counted as one. */
export const MAX_SHOWN = 20;

/** A share of all counts that is always shown is one of `MAX_SHOWN`, and weights are twice as fine. */
const MAX_WEIGHED = 2 * MAX_SHOWN - 1;

/** Names that are kept, beside the one for the rest. */
export const MAX_NAMES = MAX_WEIGHED + MAX_SHOWN;

/** An origin or a field, with how often it was the cause since it has been kept. */
export type NamedCount = {
  name: string;
  requests: number;
  events: number;
  /** Never more than the requests; absent, it is all of them. Shown to nobody. */
  weight?: number;
};

type Weighed = Required<NamedCount>;

/**
 * Adds names up, and keeps at most `MAX_NAMES`: all that have a weight, and of the others those with the most requests, of
 * equals the newer. What is not kept goes on to be counted under `(other)`, so sums stay true.
 *
 * Weights are the counters of Misra and Gries, merged as in "Mergeable summaries" (Agarwal et al., PODS 2012): the requests
 * of a name, from which each merge takes the 40th largest weight. When a name loses x, so do 39 others. So of N counts, of
 * which the weights have W, **no name has lost more than (N - W) / 40**, in whatever order they came and were merged.
 */
export function mergedNames(more: readonly NamedCount[], known: readonly NamedCount[]): NamedCount[] {
  const names = new Map<string, Weighed>();
  // The newer ones first, since sorting keeps the order of equals.
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
 * Chooses which names are shown, at most `MAX_SHOWN` and one for the rest, the most frequent first.
 *
 * **A name with more than a 20th of all N counts is shown.** It has lost at most (N - W) / 40, so its weight is more than
 * N / 20 - (N - W) / 40 = (N + W) / 40, and at most 19 weights can be: 20 of them would be W or more. It may have lost its
 * place on the way, and then a part of its requests, at most a 40th of all, is under `(other)`.
 *
 * The other places are by requests. A flood of names that are made up for one request each has no such weight, and pushes
 * no page out that came twice.
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

/** Those that are sure of a place, and of the others those with the most requests; the rest as one. */
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
