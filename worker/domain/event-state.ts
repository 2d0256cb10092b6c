import type { DeliveryState } from '../schema/outcome.ts';

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
    const found = deliveries.find((delivery) => delivery.state === state);
    if (found !== undefined) return { state, reason: found.reason };
  }
  // Its deliveries were the same as an earlier event's.
  return { state: 'skipped', reason: 'duplicate' };
}
