/** Q21: a batch is opened before it has a permit. That happens once for each refused permit, not for each event. */
import { afterEach, expect, it, vi } from 'vitest';

import { PayloadKeys } from '../../worker/objects/outbox/keys/payload-keys.ts';
import { CalmWorld } from './calm-world.ts';

afterEach(() => vi.restoreAllMocks());

it('opens only a few batches a minute while there are no permits, however many events arrive', async () => {
  const world = new CalmWorld();
  const { integrations } = world.simulation;
  const known = integrations.get('int_a');
  if (known === undefined) throw new Error('The simulation has no int_a');
  integrations.set('int_a', { ...known, config: { ...known.config, quota_per_minute: 1 } });
  await world.enqueue(['first']);
  await world.pass(3_000);
  const opened = vi.spyOn(PayloadKeys.prototype, 'open');
  const before = world.requests;

  for (let second = 0; second < 300; second += 1) {
    await world.enqueue([`event-${second}`]);
    await world.pass(700);
  }

  expect(world.requests - before).toBeGreaterThan(2);
  // Two calls for a batch: the payloads, and the identities that arrived later.
  expect(opened.mock.calls.filter(([sealed]) => sealed.length > 0).length).toBeLessThanOrEqual(20);
});
