import { array, assert, integer, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fullBucket, pausedUntil, takePermit } from '../../../worker/domain/delivery/permits.ts';
import type { PermitState, RateLimits } from '../../../worker/domain/delivery/permits.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const LIMITS: RateLimits = { ratePerSecond: 30, burst: 60, perMinute: 600, perDay: 500_000 };

/** Takes all permits that are available at one time. */
function takeAll(state: PermitState, limits: RateLimits, nowMs: number) {
  let taken = 0;
  let current = state;
  for (;;) {
    const { permit, state: next } = takePermit(current, limits, nowMs);
    current = next;
    if (!permit.isGranted) return { taken, state: current, retryAfterMs: permit.retryAfterMs };
    taken += 1;
  }
}

describe('permits', () => {
  it('allow a burst at first, then the rate', () => {
    const first = takeAll(fullBucket(LIMITS, NOW), LIMITS, NOW);
    const second = takeAll(first.state, LIMITS, NOW + 1_000);

    expect(first.taken).toBe(60);
    expect(second.taken).toBe(30);
  });

  it('allow no more per minute than the quota, however fast they are requested', () => {
    let state = fullBucket(LIMITS, NOW);
    let taken = 0;
    for (let ms = 0; ms < 60_000; ms += 100) {
      const round = takeAll(state, LIMITS, NOW + ms);
      ({ state } = round);
      taken += round.taken;
    }

    expect(taken).toBe(600);
  });

  it('allow no more than that in any 60 seconds, even if those start within a second', () => {
    const limits = { ...LIMITS, perMinute: 60 };
    const used = takeAll(fullBucket(limits, NOW), limits, NOW + 999);

    const later = [60_000, 60_998, 61_000].map((ms) => takeAll(used.state, limits, NOW + ms).taken);

    expect([used.taken, ...later]).toEqual([60, 0, 0, 60]);
  });

  it('allow the daily quota, and are available again the next day', () => {
    const limits = { ...LIMITS, perDay: 50 };
    const today = takeAll(fullBucket(limits, NOW), limits, NOW);
    const tonight = takePermit(today.state, limits, NOW + 11 * 60 * 60 * 1000);
    const tomorrow = takeAll(today.state, limits, NOW + DAY_MS / 2);

    expect(today.taken).toBe(50);
    expect(tonight.permit).toEqual({ isGranted: false, retryAfterMs: 60 * 60 * 1000 });
    expect(tomorrow.taken).toBe(50);
  });

  it("are refused while LinkedIn asks for a pause, and an earlier end doesn't shorten it", () => {
    const paused = pausedUntil(pausedUntil(fullBucket(LIMITS, NOW), NOW + 5_000), NOW + 1_000);

    const { permit, state } = takePermit(paused, LIMITS, NOW);

    expect(permit).toEqual({ isGranted: false, retryAfterMs: 5_000 });
    expect(takePermit(state, LIMITS, NOW + 5_000).permit.isGranted).toBe(true);
  });

  it("aren't renewed when the clock moves slightly around midnight", () => {
    const limits = { ...LIMITS, perDay: 50 };
    const midnight = NOW + DAY_MS / 2;
    const used = takeAll(fullBucket(limits, midnight), limits, midnight + 10);
    const before = takeAll(used.state, limits, midnight - 10);

    const after = takeAll(before.state, limits, midnight + 60_000);

    expect([used.taken, before.taken, after.taken]).toEqual([50, 0, 0]);
  });

  it('are available within a minute after the clock was an hour ahead', () => {
    const ahead = takeAll(fullBucket(LIMITS, NOW), { ...LIMITS, perMinute: 60 }, NOW + 60 * 60_000);

    const { retryAfterMs, state } = takeAll(ahead.state, { ...LIMITS, perMinute: 60 }, NOW);
    const later = takeAll(state, { ...LIMITS, perMinute: 60 }, NOW + retryAfterMs);

    expect(retryAfterMs).toBeLessThanOrEqual(61_000);
    expect(later.taken).toBeGreaterThan(0);
  });

  it('are available after the clock returns from another year', () => {
    const limits = { ...LIMITS, perDay: 50 };
    const wrong = takeAll(fullBucket(limits, NOW), limits, NOW + 365 * DAY_MS);

    const right = takeAll(wrong.state, limits, NOW + DAY_MS);
    const nextDay = takeAll(right.state, limits, NOW + 2 * DAY_MS);

    expect(nextDay.taken).toBe(50);
  });
});

describe('any sequence of takes', () => {
  const limits = record({
    ratePerSecond: integer({ min: 1, max: 50 }),
    burst: integer({ min: 1, max: 100 }),
    perMinute: integer({ min: 1, max: 300 }),
    perDay: integer({ min: 1, max: 2_000 }),
  });
  /** Time that passes, and how far the clock is set forward or back meanwhile. */
  const step = record({
    passedMs: oneof(integer({ min: 0, max: 50 }), integer({ min: 0, max: 5_000 }), integer({ min: 0, max: DAY_MS })),
    jumpMs: oneof(
      { weight: 8, arbitrary: integer({ min: 0, max: 0 }) },
      { weight: 1, arbitrary: integer({ min: -60_000, max: 60_000 }) },
      { weight: 1, arbitrary: integer({ min: -3 * DAY_MS, max: 3 * DAY_MS }) },
    ),
    wanted: integer({ min: 1, max: 120 }),
  });

  /** Each permit with the real time, and how often the clock had been set forward by then. */
  function grants(given: RateLimits, steps: readonly { passedMs: number; jumpMs: number; wanted: number }[]) {
    let realMs = NOW;
    let offsetMs = 0;
    let forwards = 0;
    let state = fullBucket(given, NOW);
    const granted: { realMs: number; clockMs: number; forwards: number }[] = [];
    for (const { passedMs, jumpMs, wanted } of steps) {
      realMs += passedMs;
      offsetMs += jumpMs;
      if (jumpMs > 0) forwards += 1;
      for (let left = wanted; left > 0; left -= 1) {
        const taken = takePermit(state, given, realMs + offsetMs);
        ({ state } = taken);
        if (taken.permit.isGranted) granted.push({ realMs, clockMs: realMs + offsetMs, forwards });
      }
    }
    return granted;
  }

  it('never exceeds burst + rate × t, nor the quota per minute, in any window, even if the clock is set back', () => {
    assert(
      property(limits, array(step, { minLength: 1, maxLength: 40 }), (given, steps) => {
        const granted = grants(given, steps);

        for (const [first, start] of granted.entries()) {
          // The code can't notice that the clock was set forward. Each time adds at most one bucket and one minute's
          // quota.
          for (let last = first; last < granted.length; last += 1) {
            const end = granted[last] ?? start;
            const seconds = (end.realMs - start.realMs) / 1_000;
            const count = last - first + 1;
            const forwards = end.forwards - start.forwards;
            const bound = given.burst * (1 + forwards) + given.ratePerSecond * seconds + 1e-6;
            if (count > bound) throw new Error(`${count} in ${seconds} s, at most ${bound}`);
            if (seconds < 60 && count > given.perMinute * (1 + forwards))
              throw new Error(`${count} in a minute, at most ${given.perMinute} with ${forwards} jumps`);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('never exceeds the quota of a UTC day while the clock moves back by less than a minute', () => {
    const steady = step.map(({ jumpMs, ...rest }) => ({ ...rest, jumpMs: -Math.min(Math.abs(jumpMs), 60_000) }));

    assert(
      property(limits, array(steady, { minLength: 1, maxLength: 40 }), (given, steps) => {
        const byDay = Map.groupBy(grants(given, steps), ({ clockMs }) => Math.floor(clockMs / DAY_MS));

        for (const [, ofDay] of byDay) expect(ofDay.length).toBeLessThanOrEqual(given.perDay);
      }),
      { numRuns: 100 },
    );
  });

  it('is told the right time to come back', () => {
    assert(
      property(limits, array(step, { minLength: 1, maxLength: 20 }), (given, steps) => {
        let nowMs = NOW;
        let state = fullBucket(given, NOW);
        for (const { passedMs } of steps) {
          nowMs += passedMs;
          const round = takeAll(state, given, nowMs);

          // One millisecond for the rounding of a double.
          nowMs += round.retryAfterMs + 1;
          const next = takePermit(round.state, given, nowMs);

          expect(next.permit.isGranted).toBe(true);
          ({ state } = next);
        }
      }),
      { numRuns: 50 },
    );
  });
});
