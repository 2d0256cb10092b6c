/**
 * Everything goes wrong at once, for a day and a half, fifty times over: crashes at every await, lost and double alarms,
 * clocks that jump, clients that repeat themselves, LinkedIn in every mood. `npm run sim` runs more of it.
 */
import { describe, expect, it } from 'vitest';

import { runSeed } from './simulation/run-seed.ts';

const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);

describe('the outbox, whatever goes wrong', () => {
  it.each(SEEDS)('keeps every promise in seed %i', async (seed) => {
    const { violations, acknowledged } = await runSeed(seed);

    expect(violations).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  });

  it('does the same things again for the same seed', async () => {
    const first = await runSeed(7);
    const second = await runSeed(7);

    expect(second).toEqual(first);
  });
});
