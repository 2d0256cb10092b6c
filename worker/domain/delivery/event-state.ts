import type { DeliveryState } from '../../schema/events/outcome.ts';

type Outcome = { state: DeliveryState; reason: string | null };

/** An event with several deliveries is as finished as the least finished of them. */
const LEAST_FINISHED_FIRST: readonly DeliveryState[] = [
  'held',
  'pending',
  'dead',
  'expired',
  'erased',
  'delivered',
  'skipped',
];

/** Gives the one state that an event is in: its skip, or the least finished of its deliveries. */
export function eventState(skipReason: string | null, deliveries: readonly Outcome[]): Outcome {
  if (skipReason !== null) return { state: 'skipped', reason: skipReason };
  for (const state of LEAST_FINISHED_FIRST) {
    const those = deliveries.filter((delivery) => delivery.state === state);
    // Of two that LinkedIn took, the one of which it said so in no words that can be read.
    const found = those.find(({ reason }) => state === 'delivered' && reason !== null) ?? those.at(0);
    if (found !== undefined) return { state, reason: found.reason };
  }
  // Its deliveries were the same as an earlier event's.
  return { state: 'skipped', reason: 'duplicate' };
}
