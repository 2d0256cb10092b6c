import { array, assert, boolean, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { afterRequest, CLOSED, passBreaker } from '../../../worker/domain/delivery/app-breaker.ts';
import type { BreakerState } from '../../../worker/domain/delivery/app-breaker.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const unreachable = { isReachable: false, nowMs: NOW, random: 0.5 };

const afterFailures = (count: number): BreakerState =>
  Array.from({ length: count }).reduce<BreakerState>((state) => afterRequest(state, unreachable), CLOSED);

describe('the circuit breaker of a LinkedIn app', () => {
  it.each([0, 1, 2])('lets every request pass after %i failures in a row', (failures) => {
    expect(passBreaker(afterFailures(failures), NOW).passage).toEqual({ isOpen: false });
  });

  it('stops every request after three failures in a row', () => {
    expect(passBreaker(afterFailures(3), NOW).passage).toEqual({ isOpen: true, retryAfterMs: 1_500 });
  });

  it('lets one request through after the wait, and holds the others until it is answered', () => {
    const probe = passBreaker(afterFailures(3), NOW + 1_500);
    const other = passBreaker(probe.state, NOW + 1_501);

    expect(probe.passage).toEqual({ isOpen: false });
    expect(other.passage).toEqual({ isOpen: true, retryAfterMs: 14_999 });
  });

  it('lets another request through when the first was never answered', () => {
    const probe = passBreaker(afterFailures(3), NOW + 1_500);

    expect(passBreaker(probe.state, NOW + 16_500).passage).toEqual({ isOpen: false });
  });

  it('is closed by any answer from LinkedIn', () => {
    expect(afterRequest(afterFailures(50), { ...unreachable, isReachable: true })).toEqual(CLOSED);
  });

  it("doesn't stay open for long after the clock was wrong", () => {
    const inAnotherYear = afterRequest(afterFailures(3), { ...unreachable, nowMs: NOW + 365 * DAY_MS });

    expect(passBreaker(inAnotherYear, NOW).passage).toEqual({ isOpen: false });
  });

  it('never makes a request wait for more than 100 seconds, and tries about 1,150 times in a one-day outage', () => {
    let state = CLOSED;
    let nowMs = NOW;
    let requests = 0;
    let longestMs = 0;
    while (nowMs < NOW + DAY_MS) {
      const { passage, state: next } = passBreaker(state, nowMs);
      state = next;
      if (passage.isOpen) {
        longestMs = Math.max(longestMs, passage.retryAfterMs);
        nowMs += passage.retryAfterMs;
      } else {
        requests += 1;
        state = afterRequest(state, { ...unreachable, nowMs });
      }
    }

    expect(longestMs).toBeLessThanOrEqual(100_000);
    expect(requests).toBeGreaterThan(1_100);
    expect(requests).toBeLessThan(1_200);
  });

  // Case L5.
  it.each([3, 4, 5, 8, 16, 30, 100, 600, 5_000])(
    'tries again within two seconds when %i requests were running when LinkedIn stopped answering',
    (underWay) => {
      for (const random of [0, 0.25, 0.5, 0.75, 0.999_999]) {
        let state = CLOSED;
        // Their timeouts are reported one after the other.
        for (let told = 0; told < underWay; told += 1)
          state = afterRequest(state, { isReachable: false, nowMs: NOW + Math.min(900, told), random });

        const { passage } = passBreaker(state, NOW + 900);
        expect(passage.isOpen ? passage.retryAfterMs : 0).toBeLessThanOrEqual(2_000);
        expect(passBreaker(state, NOW + 900 + 2_000).passage.isOpen).toBe(false);
      }
    },
  );

  it('waits longer after each failed attempt, up to 75 seconds', () => {
    let { state, nowMs } = { state: afterFailures(3), nowMs: NOW };
    const waits: number[] = [];
    for (let asked = 0; asked < 10; asked += 1) {
      const { passage } = passBreaker(state, nowMs);
      const waitMs = passage.isOpen ? passage.retryAfterMs : 0;
      waits.push(waitMs);
      nowMs += waitMs;
      state = passBreaker(state, nowMs).state;
      // The attempt fails, and so does a request that was already running.
      state = afterRequest(state, { isReachable: false, nowMs, random: 0.5 });
      state = afterRequest(state, { isReachable: false, nowMs, random: 0.5 });
    }

    expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 75_000, 75_000, 75_000, 75_000]);
  });

  it('continues from the state that an older version stored', () => {
    const kept: BreakerState = { failures: 40, openUntilMs: NOW + 90_000 };

    const asking = passBreaker(kept, NOW + 90_000);
    const again = afterRequest(asking.state, { ...unreachable, nowMs: NOW + 90_000 });

    expect(asking.passage).toEqual({ isOpen: false });
    expect(passBreaker(again, NOW + 90_000).passage).toEqual({ isOpen: true, retryAfterMs: 1_500 });
  });

  it('always closes again, whatever its state', () => {
    const step = record({
      isReachable: boolean(),
      passedMs: integer({ min: -DAY_MS, max: DAY_MS }),
      random: double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });

    assert(
      property(array(step), (steps) => {
        let state = CLOSED;
        let nowMs = NOW;
        for (const { isReachable, passedMs, random } of steps) {
          nowMs += passedMs;
          state = afterRequest(passBreaker(state, nowMs).state, { isReachable, nowMs, random });
        }

        const { passage } = passBreaker(state, nowMs);
        return !passage.isOpen || !passBreaker(state, nowMs + passage.retryAfterMs).passage.isOpen;
      }),
    );
  });
});
