/** Somebody took the former ENCRYPTION_KEY away too early: what is sealed with it waits for it, and nothing else does. */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const HOUR_MS = 3_600_000;

it('keeps what it cannot read, sends what it can, and the rest when the key is back', async () => {
  const world = new CalmWorld();
  world.simulation.linkedIn.refusedRules.set('1001', 'No ad accounts found');
  await world.enqueue(['before-1', 'before-2']);
  await world.pass(60_000);

  // Before the alarm that would probe the rule, somebody deploys another key, without the one before.
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
