import { assert, constantFrom, property, shuffledSubarray } from 'fast-check';
import { expect, it } from 'vitest';

import { eventState } from '../../../worker/domain/delivery/event-state.ts';
import { DELIVERY_STATES } from '../../../worker/schema/events/outcome.ts';

const outcome = (state: (typeof DELIVERY_STATES)[number]) => ({ state, reason: `because ${state}` });

it('an event\'s state is "skipped" whenever there is a reason to skip', () => {
  expect(eventState('no_mapping', [outcome('delivered')])).toEqual({ state: 'skipped', reason: 'no_mapping' });
});

it('an event\'s state is "duplicate" when all its deliveries belong to an earlier event', () => {
  expect(eventState(null, [])).toEqual({ state: 'skipped', reason: 'duplicate' });
});

it.each([
  [['delivered', 'held'], 'held'],
  [['delivered', 'pending'], 'pending'],
  [['pending', 'held'], 'held'],
  [['delivered', 'dead'], 'dead'],
  [['dead', 'pending'], 'pending'],
  [['delivered', 'expired'], 'expired'],
  [['delivered', 'erased'], 'erased'],
  [['skipped', 'delivered'], 'delivered'],
  [['delivered', 'delivered'], 'delivered'],
] as const)('an event with the deliveries %j is %s', (states, expected) => {
  expect(eventState(null, states.map(outcome))).toEqual(outcome(expected));
});

it("an event's state doesn't depend on the order of its deliveries", () => {
  assert(
    property(
      shuffledSubarray([...DELIVERY_STATES], { minLength: 1 }),
      constantFrom(-1, 1),
      (states, direction) =>
        eventState(null, states.map(outcome)).state ===
        eventState(null, states.toSorted((a, b) => direction * a.localeCompare(b)).map(outcome)).state,
    ),
  );
});
