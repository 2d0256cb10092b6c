import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { isRealEvent } from './real-event.ts';

/** Returns the currency that most conversions of these events have. Undefined if none has a value. */
export function usedCurrency(
  events: readonly Pick<EventView, 'message_id' | 'reason' | 'deliveries'>[],
): string | undefined {
  const counts = new Map<string, number>();
  for (const { deliveries } of events.filter(isRealEvent))
    for (const { value } of deliveries) if (value) counts.set(value.currency, (counts.get(value.currency) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}
