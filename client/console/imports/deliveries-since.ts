import { texts } from '../texts.ts';
import { dateFormatter, utcDay } from '../ui/format.ts';
import { h } from '../ui/h.ts';

/** The filter of Deliveries has days in UTC. */
const day = dateFormatter({ day: 'numeric', month: 'long', timeZone: 'UTC' });

/**
 * Makes the link from an import to its deliveries. The API doesn't know which deliveries are of an import, so the link says
 * what the list has: all since its day.
 *
 * @param event The event of all rows. Empty if the file has a column for it.
 * @param begun When the import began.
 */
export function deliveriesSince(sourceId: string, { event, begun }: { event: string; begun: string }): HTMLElement {
  const from = begun.slice(0, 10);
  const query = new URLSearchParams({ ...(event !== '' && { event }), from }).toString();
  return h(
    'a',
    { class: 'button', href: `#/sources/${sourceId}/deliveries?${query}` },
    texts.imports.seeDeliveries(event, from === utcDay() ? undefined : day(new Date(begun))),
  );
}
