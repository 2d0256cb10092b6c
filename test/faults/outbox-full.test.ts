/** A Durable Object holds 10 GB. Before that is reached, events are refused with a reason instead of kept in part. */
import { describe, expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

describe('an outbox above 8 GB', () => {
  it('keeps nothing of what comes, still delivers what it has, and takes events again once there is room', async () => {
    const world = new CalmWorld();
    await world.enqueue(['kept-before']);
    world.simulation.databaseBytes = 8_000_000_001;

    await expect(world.enqueue(['refused'])).rejects.toThrow('did not keep');
    await world.pass(60_000);
    expect(world.states()).toEqual({ delivered: 1 });

    world.simulation.databaseBytes = 8_000_000_000;
    await world.enqueue(['refused']);
    await world.pass(60_000);
    expect(world.states()).toEqual({ delivered: 2 });
  });
});
