import type { DeliveryState } from '../../schema/events/outcome.ts';

type Outcome = { state: DeliveryState; reason: string | null };

/** The order in which delivery states decide the state of the event. The least finished comes first. */
const LEAST_FINISHED_FIRST: readonly DeliveryState[] = [
  'held',
  'pending',
  'dead',
  'expired',
  'erased',
  'delivered',
  'skipped',
];

/** Returns the state of an event: skipped, or the state of its least finished delivery. */
export function eventState(skipReason: string | null, deliveries: readonly Outcome[]): Outcome {
  if (skipReason !== null) return { state: 'skipped', reason: skipReason };
  for (const state of LEAST_FINISHED_FIRST) {
    const those = deliveries.filter((delivery) => delivery.state === state);
    // Prefers a delivered one with a reason: LinkedIn's answer was unreadable, and the owner should know.
    const found = those.find(({ reason }) => state === 'delivered' && reason !== null) ?? those.at(0);
    if (found !== undefined) return { state, reason: found.reason };
  }
  // All its deliveries were duplicates of an earlier event's.
  return { state: 'skipped', reason: 'duplicate' };
}
