/** Q4: people refuse many times a second while something is on its way to LinkedIn. What is theirs stays; the rest goes. */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

const REFUSALS = 2_000;
const PEOPLE = 400;
/** Many times faster than any answer of another object. */
const EVERY_MS = 1;

it('sends what waits, a permit a request, while strangers refuse a thousand times a second', async () => {
  const world = new CalmWorld();
  refuse(world, { people: REFUSALS, name: 'stranger' });

  await world.enqueue(['event-1', 'event-2']);
  await world.pass(REFUSALS * EVERY_MS - 500);

  expect(world.states()).toEqual({ delivered: 2 });
  expect(permitsUsed(world)).toBe(world.requests);
});

it('sends what is left of a batch with the permit that it has, while its people refuse one after the other', async () => {
  const world = new CalmWorld();
  const { simulation } = world;
  const kept = simulation.enqueue(
    'src_a',
    Array.from({ length: PEOPLE }, (_, index) =>
      aReceipt({
        messageId: `event-${index}`,
        person: `person-${index}`,
        to: [{ integrationId: 'int_a', ruleId: '1001' }],
        happenedAtMs: world.nowMs - index,
        receivedAtMs: world.nowMs,
      }),
    ),
  );
  await world.pass(300);
  expect(await kept).toBe(true);

  // They begin before the batch goes, and end after it.
  refuse(world, { people: PEOPLE, name: 'person' });
  await world.pass(60_000);

  const { delivered = 0, erased = 0 } = world.states();
  expect(delivered + erased).toBe(PEOPLE);
  expect(delivered).toBeGreaterThan(0);
  // Who refused while the request was under way is not called back.
  expect(world.taken.length).toBeGreaterThanOrEqual(delivered);
  expect(permitsUsed(world)).toBe(world.requests);
});

it('wastes one permit at most where nothing is left of a batch', async () => {
  const world = new CalmWorld();
  await world.enqueue(['event-1']);
  const { simulation } = world;
  const refused = simulation.outboxOf('int_a').call((engine) => engine.discard('int_a'));

  await world.pass(60_000);

  expect(await refused).toBe(1);
  expect(world.requests).toBe(0);
  expect(permitsUsed(world)).toBeLessThanOrEqual(1);
});

function refuse({ simulation }: CalmWorld, { people, name }: { people: number; name: string }): void {
  for (let index = 0; index < people; index += 1)
    simulation.time.after(500 + index * EVERY_MS, () => {
      void simulation.outboxOf('int_a').call((engine) => engine.erase([`${name}-${index}`], 'consent_withdrawn'));
    });
}

function permitsUsed({ simulation }: CalmWorld): number {
  return simulation.deskStates.get('app-1')?.permits.usedToday ?? 0;
}
