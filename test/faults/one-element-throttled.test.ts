/** Q7: LinkedIn accepts a request but temporarily refuses one of its elements: 429 or 503 inside a 200. */
import { describe, expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const HOUR_MS = 3_600_000;

describe('an event that LinkedIn temporarily refuses', () => {
  it('is retried less and less often, at most some tens of times an hour', async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.throttledElements = () => true;
    await world.enqueue(['throttled-1']);

    await world.pass(HOUR_MS);
    const first = world.requests;
    await world.pass(HOUR_MS);

    expect(first).toBeGreaterThan(4);
    expect(first).toBeLessThan(60);
    expect(world.requests - first).toBeLessThan(40);
  });

  it('is delivered soon after LinkedIn accepts it', async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.throttledElements = () => true;
    await world.enqueue(['throttled-1']);
    await world.pass(HOUR_MS);
    world.simulation.linkedIn.throttledElements = () => false;

    await world.pass(HOUR_MS / 4);

    expect(world.states()).toEqual({ delivered: 1 });
  });

  it('delays no other event, however many are refused', async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.throttledElements = (eventId) => eventId.startsWith('throttled');
    await world.enqueue(
      Array.from({ length: 6_000 }, (_, index) => `throttled-${index}`),
      { happenedAtMs: (index) => world.nowMs - HOUR_MS + index },
    );
    await world.pass(10_000);

    await world.enqueue(['good']);
    await world.pass(5_000);

    expect(world.taken.map(({ eventId }) => eventId)).toEqual(['good']);
  });

  it('is sent at once when the connection is fixed', async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.throttledElements = () => true;
    await world.enqueue(['throttled-1']);
    await world.pass(HOUR_MS);
    world.simulation.linkedIn.throttledElements = () => false;

    await world.tell();
    await world.pass(2_000);

    expect(world.states()).toEqual({ delivered: 1 });
  });

  it('continues the same way after a restart', async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.throttledElements = () => true;
    await world.enqueue(['throttled-1']);
    await world.pass(HOUR_MS);
    const before = world.requests;

    world.simulation.outboxOf('int_a').crash();
    world.withWatchdog();
    await world.pass(HOUR_MS);

    expect(world.requests - before).toBeLessThan(40);
  });
});
