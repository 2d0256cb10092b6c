import { describe, expect, it } from 'vitest';

import { RateLimitState } from '../../../worker/objects/rate-limiter/rate-limit-state.ts';
import type { StoredLimits } from '../../../worker/objects/rate-limiter/rate-limit-state.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.parse('2026-11-21T12:00:00Z');
const LIMITS = { ratePerSecond: 1_000, burst: 1_000, perMinute: 1_000, perDay: 1_000 };

/** A limiter that gave out 50 permits at 12:00. */
function afterFifty(): { usedAt: (nowMs: number) => number; takeAt: (nowMs: number) => void } {
  let nowMs = NOON;
  let kept: StoredLimits | undefined;
  const desk = new RateLimitState({
    storage: { get: () => kept, put: (state) => (kept = state) },
    now: () => nowMs,
    random: () => 0.5,
  });
  for (let taken = 0; taken < 50; taken += 1) expect(desk.take(LIMITS, 'int_a').isGranted).toBe(true);
  return {
    usedAt: (atMs) => {
      nowMs = atMs;
      return desk.status(LIMITS).usedToday;
    },
    takeAt: (atMs) => {
      nowMs = atMs;
      expect(desk.take(LIMITS, 'int_a').isGranted).toBe(true);
    },
  };
}

describe('the permits used today', () => {
  it('count from the start of the UTC day', () => {
    const { usedAt, takeAt } = afterFifty();

    expect(usedAt(NOON + 12 * HOUR_MS - 1)).toBe(50);
    takeAt(NOON + 12 * HOUR_MS);
    expect(usedAt(NOON + 12 * HOUR_MS)).toBe(1);
  });

  // Q20: it still showed 50 two days later, because no permit had been requested in between.
  it.each([12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 400 * DAY_MS])(
    'are 0 after %i ms, even without a request in between',
    (ms) => {
      expect(afterFifty().usedAt(NOON + ms)).toBe(0);
    },
  );

  it.each([-HOUR_MS, -13 * HOUR_MS, -DAY_MS, -30 * DAY_MS])(
    'stay counted while the clock is set back by %i ms, as the limiter counts them',
    (ms) => {
      const { usedAt, takeAt } = afterFifty();

      expect(usedAt(NOON + ms)).toBe(50);
      takeAt(NOON + ms);
      expect(usedAt(NOON + ms)).toBe(51);
      expect(usedAt(NOON + DAY_MS)).toBe(0);
    },
  );
});
