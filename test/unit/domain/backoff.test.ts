import { assert, double, integer, property } from 'fast-check';
import { expect, it } from 'vitest';

import { backoffMs } from '../../../worker/domain/delivery/backoff.ts';

const OPTIONS = { baseMs: 1_000, maxMs: 60_000 };

it('returns the wait that its documentation shows', () => {
  expect(backoffMs(3, OPTIONS, 0.5)).toBe(2_000);
});

it('doubles the upper bound with each failure, up to the longest wait', () => {
  const ceilings = [1, 2, 3, 6, 7, 50, 10_000].map((failures) => backoffMs(failures, OPTIONS, 0.999_999_9));

  expect(ceilings).toEqual([999, 1_999, 3_999, 31_999, 59_999, 59_999, 59_999]);
});

it('stays between 0 and the longest wait, for any number of failures', () => {
  assert(
    property(
      integer({ min: 0, max: 2 ** 31 }),
      integer({ min: 1, max: 10 ** 9 }),
      integer({ min: 1, max: 10 ** 9 }),
      double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, baseMs, maxMs, random) => {
        const waitMs = backoffMs(failures, { baseMs, maxMs }, random);

        return Number.isInteger(waitMs) && waitMs >= 0 && waitMs <= maxMs;
      },
    ),
  );
});
