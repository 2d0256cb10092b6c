/** No new events arrive. Then only the watchdog wakes an outbox, and old data must be deleted all the same. */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const DAY_MS = 86_400_000;

it('deletes its payload keys, and after 91 days its events', async () => {
  const world = new CalmWorld();
  await world.enqueue(['m1']);
  world.withWatchdog();
  await world.pass(60_000);
  expect(world.states()).toEqual({ delivered: 1 });
  expect(payloadKeys(world)).toHaveLength(1);

  await world.pass(3 * DAY_MS);
  expect(payloadKeys(world)).toEqual([]);

  await world.pass(89 * DAY_MS);
  expect(world.states()).toEqual({});
});

it('is woken now and then while KV is unreachable, but not endlessly', async () => {
  const world = new CalmWorld();
  await world.enqueue(['m1']);
  await world.pass(60_000);
  world.simulation.kv.failureProbability = 1;
  await world.pass(2 * DAY_MS);
  expect(world.simulation.outboxOf('int_a').mostAlarmsAMinute).toBeLessThan(10);

  world.simulation.kv.failureProbability = 0;
  await world.pass(3 * DAY_MS);
  expect(payloadKeys(world)).toEqual([]);
});

function payloadKeys({ simulation }: CalmWorld): string[] {
  return simulation.kv.names().filter((name) => name.startsWith('payload-key:'));
}
