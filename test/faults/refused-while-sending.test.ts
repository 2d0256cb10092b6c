/**
 * Q4: people refuse consent many times a second while a batch is being sent. Their events are left out; the rest is
 * sent.
 */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

const REFUSALS = 2_000;
const PEOPLE = 400;
/** Much faster than any answer from another object. */
const EVERY_MS = 1;

it('sends the waiting events, one permit per request, while strangers refuse a thousand times a second', async () => {
  const world = new CalmWorld();
  refuse(world, { people: REFUSALS, name: 'stranger' });

  await world.enqueue(['event-1', 'event-2']);
  await world.pass(REFUSALS * EVERY_MS - 500);

  expect(world.states()).toEqual({ delivered: 2 });
  expect(permitsUsed(world)).toBe(world.requests);
});

it('sends the rest of a batch with its permit while its people refuse one after the other', async () => {
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

  // They start before the batch is sent, and end after it.
  refuse(world, { people: PEOPLE, name: 'person' });
  await world.pass(60_000);

  const { delivered = 0, erased = 0 } = world.states();
  expect(delivered + erased).toBe(PEOPLE);
  expect(delivered).toBeGreaterThan(0);
  // An event of a person who refused during the request can't be called back.
  expect(world.taken.length).toBeGreaterThanOrEqual(delivered);
  expect(permitsUsed(world)).toBe(world.requests);
});

it('wastes at most one permit when nothing of a batch is left', async () => {
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
