import { array, assert, boolean, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { afterRequest, CLOSED, passBreaker } from '../../../worker/domain/delivery/app-breaker.ts';
import type { BreakerState } from '../../../worker/domain/delivery/app-breaker.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const unreachable = { isReachable: false, nowMs: NOW, random: 0.5 };

const afterFailures = (count: number): BreakerState =>
  Array.from({ length: count }).reduce<BreakerState>((state) => afterRequest(state, unreachable), CLOSED);

describe('the breaker of a LinkedIn app', () => {
  it.each([0, 1, 2])('lets everybody pass after %i failures in a row', (failures) => {
    expect(passBreaker(afterFailures(failures), NOW).passage).toEqual({ isOpen: false });
  });

  it('stops everybody after three', () => {
    expect(passBreaker(afterFailures(3), NOW).passage).toEqual({ isOpen: true, retryAfterMs: 1_500 });
  });

  it('lets one ask when the wait is over, and the others wait for its answer', () => {
    const probe = passBreaker(afterFailures(3), NOW + 1_500);
    const other = passBreaker(probe.state, NOW + 1_501);

    expect(probe.passage).toEqual({ isOpen: false });
    expect(other.passage).toEqual({ isOpen: true, retryAfterMs: 14_999 });
  });

  it('lets another one ask when the first never came back', () => {
    const probe = passBreaker(afterFailures(3), NOW + 1_500);

    expect(passBreaker(probe.state, NOW + 16_500).passage).toEqual({ isOpen: false });
  });

  it('is closed by any answer of LinkedIn', () => {
    expect(afterRequest(afterFailures(50), { ...unreachable, isReachable: true })).toEqual(CLOSED);
  });

  it('does not stay open for long after the clock was wrong', () => {
    const inAnotherYear = afterRequest(afterFailures(3), { ...unreachable, nowMs: NOW + 365 * DAY_MS });

    expect(passBreaker(inAnotherYear, NOW).passage).toEqual({ isOpen: false });
  });

  it('never keeps anybody waiting for more than 100 seconds, and asks some 1,150 times in a day of outage', () => {
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

  // L5
  it.each([3, 4, 5, 8, 16, 30, 100, 600, 5_000])(
    'asks again within two seconds when %i requests were under way as LinkedIn fell silent',
    (underWay) => {
      for (const random of [0, 0.25, 0.5, 0.75, 0.999_999]) {
        let state = CLOSED;
        // Their time-outs are told one after the other.
        for (let told = 0; told < underWay; told += 1)
          state = afterRequest(state, { isReachable: false, nowMs: NOW + Math.min(900, told), random });

        const { passage } = passBreaker(state, NOW + 900);
        expect(passage.isOpen ? passage.retryAfterMs : 0).toBeLessThanOrEqual(2_000);
        expect(passBreaker(state, NOW + 900 + 2_000).passage.isOpen).toBe(false);
      }
    },
  );

  it('waits longer after each time that it asked in vain, from seconds up to 100 of them', () => {
    let { state, nowMs } = { state: afterFailures(3), nowMs: NOW };
    const waits: number[] = [];
    for (let asked = 0; asked < 10; asked += 1) {
      const { passage } = passBreaker(state, nowMs);
      const waitMs = passage.isOpen ? passage.retryAfterMs : 0;
      waits.push(waitMs);
      nowMs += waitMs;
      state = passBreaker(state, nowMs).state;
      // One that was under way before fails too, and the one that asked.
      state = afterRequest(state, { isReachable: false, nowMs, random: 0.5 });
      state = afterRequest(state, { isReachable: false, nowMs, random: 0.5 });
    }

    expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 75_000, 75_000, 75_000, 75_000]);
  });

  it('goes on from what an older version kept', () => {
    const kept: BreakerState = { failures: 40, openUntilMs: NOW + 90_000 };

    const asking = passBreaker(kept, NOW + 90_000);
    const again = afterRequest(asking.state, { ...unreachable, nowMs: NOW + 90_000 });

    expect(asking.passage).toEqual({ isOpen: false });
    expect(passBreaker(again, NOW + 90_000).passage).toEqual({ isOpen: true, retryAfterMs: 1_500 });
  });

  it('is always in a state that ends', () => {
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
