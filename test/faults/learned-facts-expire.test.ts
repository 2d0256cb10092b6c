/**
 * A limit that a rule queue learned from LinkedIn's answers can be undone: Q13, Q14. Seen from outside, by the
 * requests.
 */
import { describe, expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Sends one lead at each interval, and returns how many requests each of them took. */
async function requestsOfEach(
  world: CalmWorld,
  { leads, everyMs }: { leads: number; everyMs: number },
): Promise<number[]> {
  const each: number[] = [];
  for (let lead = 0; lead < leads; lead += 1) {
    const before = world.requests;
    await world.enqueue([`lead-${world.nowMs}`]);
    await world.pass(everyMs);
    each.push(world.requests - before);
  }
  return each;
}

describe('a version that was retired, and then the one that replaced it', () => {
  // Q13: the first replacement stayed for good, and each lead took a 426 and a 200.
  it('costs one extra request, once', async () => {
    const world = new CalmWorld();
    const { integrations, databases, linkedIn } = world.simulation;
    const known = integrations.get('int_a');
    if (known === undefined) throw new Error('The simulation has no int_a');
    integrations.set('int_a', { ...known, config: { ...known.config, linkedin_version: '202501' } });
    databases
      .get('src_a')
      ?.sql.exec(
        "INSERT INTO learnt (integration_id, fact, value) VALUES ('int_a', 'replaces_version_202501', '202507')",
      );
    linkedIn.retiredVersions.add('202501').add('202507');

    const requests = await requestsOfEach(world, { leads: 5, everyMs: MINUTE_MS });

    expect(requests).toEqual([2, 1, 1, 1, 1]);
    expect(world.states()).toEqual({ delivered: 5 });
  });
});

describe('a batch that LinkedIn found too large', () => {
  // Q14: twelve 413s reduced the batch to 1, and it stayed 1 for ever.
  it('grows again, doubling every hour, when LinkedIn accepts large ones again', async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.maxElements = 1;
    await world.enqueue(Array.from({ length: 64 }, (_, index) => `small-${index}`));
    await world.pass(5 * MINUTE_MS);
    world.simulation.linkedIn.maxElements = 5_000;
    await requestsOfEach(world, { leads: 9, everyMs: HOUR_MS });

    const before = world.requests;
    await world.enqueue(Array.from({ length: 200 }, (_, index) => `large-${index}`));
    await world.pass(10_000);

    expect(world.states()).toEqual({ delivered: 64 + 9 + 200 });
    expect(world.requests - before).toBe(1);
  });
});
