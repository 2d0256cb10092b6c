/** The previous ENCRYPTION_KEY was removed too early. Data sealed with it waits for it, and nothing else does. */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const HOUR_MS = 3_600_000;

it("keeps what it can't read, sends what it can, and sends the rest when the key is back", async () => {
  const world = new CalmWorld();
  world.simulation.linkedIn.refusedRules.set('1001', 'No ad accounts found');
  await world.enqueue(['before-1', 'before-2']);
  await world.pass(60_000);

  // Another key is deployed without the previous one, before the alarm that would probe the rule.
  world.simulation.linkedIn.refusedRules.clear();
  world.simulation.replaceEncryptionKey();
  await world.tell();
  await world.enqueue(['after']);
  await world.pass(HOUR_MS);
  expect(world.taken.map(({ eventId }) => eventId)).toEqual(['after']);
  expect(world.states()).toEqual({ delivered: 1, pending: 2 });
  expect(world.holds()).toEqual(['encryption_key_missing']);

  world.simulation.putEncryptionKeyBack();
  await world.pass(HOUR_MS);
  expect(world.taken.map(({ eventId }) => eventId).toSorted()).toEqual(['after', 'before-1', 'before-2']);
  expect(world.holds()).toEqual([]);
});
