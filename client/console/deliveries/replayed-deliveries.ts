import type { ListedDelivery } from '../../../worker/schema/events/event-view.ts';
import type { DeliveryFilter } from '../../../worker/schema/reports/replay.ts';
import { deliveryOf } from '../story/delivery-story.ts';
import { texts } from '../texts.ts';
import { fill, h } from '../ui/h.ts';
import { deliveryTable } from './delivery-table.ts';

const t = texts.deliveries;

/** Each is read by itself. For more, the page leads to the whole list. */
const MOST = 20;

/**
 * Returns the IDs of the listed deliveries that a replay chooses. The list may be incomplete: more may match.
 *
 * @param listed The list, which has the page's filter already. A replay of one cause is narrower.
 */
export function chosenIn(
  listed: readonly ListedDelivery[],
  what: { filter: DeliveryFilter } | { ids: readonly string[] },
): readonly string[] {
  if ('ids' in what) return what.ids;
  const { state: wanted, reason: part = '' } = what.filter;
  return listed
    .filter(
      ({ state, reason }) =>
        (state === 'dead' || state === 'held') &&
        (wanted === undefined || state === wanted) &&
        (part === '' || reason?.includes(part) === true),
    )
    .map(({ id }) => id);
}

/**
 * The deliveries that the person has just replayed, as they are now. They have left the list, which shows failed or held
 * ones.
 */
export class ReplayedDeliveries {
  readonly element = h('div', {});
  #which: 'none' | 'listed' | 'others' = 'none';

  /** Whether the person has just replayed something, and whether it is listed here or too many to be. */
  get which(): 'none' | 'listed' | 'others' {
    return this.#which;
  }

  /**
   * Begins with a new replay.
   *
   * @param chosen The IDs of those that were listed. They are shown if they are all that was replayed.
   * @param drawn Gets called with the table that shows them.
   * @returns Reads them, and shows them.
   */
  begin({
    chosen,
    count,
    integrationId,
    rowOf,
    drawn,
  }: {
    chosen: readonly string[];
    count: number;
    integrationId: string;
    rowOf: (delivery: ListedDelivery) => HTMLTableRowElement;
    drawn: (table: HTMLElement) => void;
  }): () => Promise<void> {
    const own = h('div', { class: 'stack' });
    const isListed = chosen.length === count && count <= MOST;
    this.#which = isListed ? 'listed' : 'others';
    fill(this.element, own);
    return async () => {
      if (!isListed || own.parentElement === null) return;
      const now = await Promise.all(chosen.map((id) => deliveryOf(integrationId, id)));
      const table = deliveryTable(t.replayedNow, h('tbody', {}, ...now.map((delivery) => () => rowOf(delivery))));
      fill(own, h('h2', {}, t.replayedNow), table);
      drawn(table);
    };
  }

  /** Forgets the replay: the person looks for something else. */
  clear(): void {
    this.#which = 'none';
    fill(this.element);
  }
}
