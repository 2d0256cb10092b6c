import { assert, integer, property, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { afterAccepted, afterRefused, nextProbe, searchIn } from '../../../worker/domain/delivery/poison-search.ts';

/** Plays LinkedIn: refuses every batch with a culprit, without saying which event it is. */
function search(size: number, culprits: ReadonlySet<number>) {
  const delivered: number[] = [];
  const found: number[] = [];
  let state = searchIn(Array.from({ length: size }, (_, index) => index));
  let requests = 0;
  for (let probe = nextProbe(state); probe.length > 0; probe = nextProbe(state)) {
    requests += 1;
    const isRefused = probe.some((element) => culprits.has(element));
    if (isRefused && probe.length === 1) found.push(...probe);
    if (!isRefused) delivered.push(...probe);
    state = isRefused ? afterRefused(state) : afterAccepted(state);
    if (requests > 100_000) throw new Error('The search does not end');
  }
  return { delivered, found, requests };
}

describe('the search for refused events', () => {
  it('finds nothing in a good batch', () => {
    expect(nextProbe({ suspects: [], unknown: [] })).toEqual([]);
  });

  it.each([
    [2, [0]],
    [2, [1]],
    [2, [0, 1]],
    [3, [2]],
    [5, [0, 4]],
    [5_000, [4_999]],
  ])('in %i events finds %j', (size, bad) => {
    const { found, delivered } = search(size, new Set(bad));

    expect(found.toSorted((a, b) => a - b)).toEqual(bad);
    expect(delivered).toHaveLength(size - bad.length);
  });

  it('finds all culprits, delivers every other event once, and needs few requests', () => {
    const sizes = integer({ min: 2, max: 5_000 });
    const aBatch = sizes.chain((size) =>
      shuffledSubarray(
        Array.from({ length: size }, (_, index) => index),
        { minLength: 1, maxLength: Math.min(50, size) },
      ).map((culprits) => ({ size, culprits })),
    );

    assert(
      property(aBatch, ({ size, culprits }) => {
        const { found, delivered, requests } = search(size, new Set(culprits));

        expect(found.toSorted((a, b) => a - b)).toEqual(culprits.toSorted((a, b) => a - b));
        expect(new Set(delivered).size).toBe(delivered.length);
        expect(delivered.length + found.length).toBe(size);
        expect(requests).toBeLessThanOrEqual(culprits.length * (Math.ceil(Math.log2(size)) + 2));
      }),
      { numRuns: 60 },
    );
  });
});
