/**
 * Everything fails at once, for a day and a half, many times over: crashes at every await, slow calls, lost and
 * double alarms, clocks that jump, clients that repeat themselves, and a LinkedIn with every kind of trouble. A seed
 * takes 2 to 5 seconds. `npm run sim` runs more of it.
 */
import { describe, expect, it } from 'vitest';

import { runSeed } from './simulation/run-seed.ts';

/** `npm test` runs two seeds, CI twelve. */
const SEEDS = Array.from({ length: process.env['FULL'] === undefined ? 2 : 12 }, (_, index) => index + 1);

describe('the outbox, whatever fails', () => {
  it.each(SEEDS)('keeps every invariant in seed %i', async (seed) => {
    const { violations, acknowledged } = await runSeed(seed);

    expect(violations).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  });

  it('does exactly the same for the same seed', async () => {
    const first = await runSeed(7);
    const second = await runSeed(7);

    expect(second).toEqual(first);
  });
});
