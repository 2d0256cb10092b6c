/**
 * LinkedIn doesn't answer for a day, and 100,000 events wait. We should cause it little load, and deliver them soon
 * afterwards.
 */
import { expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const BACKLOG = 100_000;
const HOUR_MS = 3_600_000;

it('makes at most 1,810 requests in a one-day outage, whatever the backlog, and then drains it within minutes', async () => {
  const world = new CalmWorld();
  world.withWatchdog();
  world.simulation.linkedIn.breakDown();
  for (let sent = 0; sent < BACKLOG; sent += 5_000)
    await world.enqueue(Array.from({ length: 5_000 }, (_, index) => `event-${sent + index}`));

  await world.pass(24 * HOUR_MS);
  const requestsWhileDown = world.requests;
  world.simulation.linkedIn.recover();
  await world.pass(10 * 60_000);

  expect(requestsWhileDown).toBeLessThanOrEqual(1_810);
  expect(world.states()).toEqual({ delivered: BACKLOG });
  expect(world.taken).toHaveLength(BACKLOG);
}, 240_000);
