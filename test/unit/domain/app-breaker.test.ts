import { array, assert, boolean, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { afterRequest, CLOSED, passBreaker } from '../../../worker/domain/app-breaker.ts';
import type { BreakerState } from '../../../worker/domain/app-breaker.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const unreachable = { isReachable: false, nowMs: NOW, random: 0.5 };

const afterFailures = (count: number): BreakerState =>
  Array.from({ length: count }).reduce<BreakerState>((state) => afterRequest(state, unreachable), CLOSED);

describe('the breaker of a LinkedIn app', () => {
  it.each([0, 1, 2])('lets everybody pass after %i failures in a row', (failures) => {
    expect(passBreaker(afterFailures(failures), NOW).passage).toEqual({ isOpen: false });
  });

  it('stops everybody after three', () => {
    expect(passBreaker(afterFailures(3), NOW).passage).toEqual({ isOpen: true, retryAfterMs: 2_000 });
  });

  it('lets one ask when the wait is over, and the others wait for its answer', () => {
    const probe = passBreaker(afterFailures(3), NOW + 2_000);
    const other = passBreaker(probe.state, NOW + 2_001);

    expect(probe.passage).toEqual({ isOpen: false });
    expect(other.passage).toEqual({ isOpen: true, retryAfterMs: 14_999 });
  });

  it('lets another one ask when the first never came back', () => {
    const probe = passBreaker(afterFailures(3), NOW + 2_000);

    expect(passBreaker(probe.state, NOW + 17_000).passage).toEqual({ isOpen: false });
  });

  it('is closed by any answer of LinkedIn', () => {
    expect(afterRequest(afterFailures(50), { ...unreachable, isReachable: true })).toEqual(CLOSED);
  });

  it('does not stay open for long after the clock was wrong', () => {
    const inAnotherYear = afterRequest(afterFailures(3), { ...unreachable, nowMs: NOW + 365 * DAY_MS });

    expect(passBreaker(inAnotherYear, NOW).passage).toEqual({ isOpen: false });
  });

  it('never keeps anybody waiting for more than 100 seconds, and asks some 1,700 times in a day of outage', () => {
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
    expect(requests).toBeGreaterThan(1_600);
    expect(requests).toBeLessThan(1_810);
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
