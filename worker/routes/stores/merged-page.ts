import type { EventView } from '../../schema/events/event-view.ts';

/** A page of events, the newest first. `nextSeq` is undefined when there are no older events. */
export type EventPage = { data: EventView[]; nextSeq: number | undefined };

/** Merges the pages of several stores, all of them from the same position in the order of arrival. */
export function mergedPage(pages: readonly EventPage[], limit: number): EventPage {
  // If a store has more events, some of them may be newer than the older events of another store.
  const completeFrom = Math.max(0, ...pages.flatMap(({ nextSeq }) => nextSeq ?? []));
  const all = pages.flatMap(({ data }) => data);
  const data = all
    .filter(({ seq }) => seq >= completeFrom)
    .toSorted((one, other) => other.seq - one.seq)
    .slice(0, limit);
  const hasMore = completeFrom > 0 || data.length < all.length;
  return { data, nextSeq: hasMore ? data.at(-1)?.seq : undefined };
}
