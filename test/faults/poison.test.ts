/** LinkedIn refuses a whole batch for one bad event. The good events in it must be sent, with few extra requests. */
import { describe, expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const EVENTS = 5_000;
const BAD = 50;

/** Spread over the batch at random. */
function mixed(bad: string): string[] {
  return Array.from({ length: EVENTS }, (_, index) =>
    index % (EVENTS / BAD) === 37 ? `${bad}-${index}` : `event-${index}`,
  );
}

describe('50 bad events among 5,000', () => {
  it.each([
    { kind: 'named by LinkedIn', bad: 'poison', mostRequests: 51 },
    { kind: 'named by nobody', bad: 'unnamed-poison', mostRequests: 701 },
  ])("don't affect the good ones when they are $kind", async ({ bad, mostRequests }) => {
    const world = new CalmWorld();

    await world.enqueue(mixed(bad));
    await world.pass(30 * 60_000);

    expect(world.states()).toEqual({ delivered: EVENTS - BAD, dead: BAD });
    expect(world.taken).toHaveLength(EVENTS - BAD);
    expect(world.requests).toBeLessThanOrEqual(mostRequests);
  });
});
