import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isWorthStoring, takeAllowance } from '../../../worker/domain/collect/event-allowance.ts';
import type { Allowance } from '../../../worker/domain/collect/event-allowance.ts';

const MINUTE_MS = 60_000;

describe('the event allowance of a source', () => {
  it("starts with one minute's events, and then refills", () => {
    const all = takeAllowance(undefined, { perMinute: 60, events: 60, nowMs: 0 });
    const allowance = all.kind === 'taken' ? all.allowance : undefined;

    expect(allowance).toEqual({ left: 0, atMs: 0 });
    expect(takeAllowance(allowance, { perMinute: 60, events: 1, nowMs: 0 })).toEqual({
      kind: 'too_fast',
      retryAfterMs: 1_000,
    });
    expect(takeAllowance(allowance, { perMinute: 60, events: 1, nowMs: 1_000 }).kind).toBe('taken');
  });

  it('can be overdrawn by one large batch, and the next request has to wait', () => {
    const large = takeAllowance(undefined, { perMinute: 60, events: 120, nowMs: 0 });
    const allowance = large.kind === 'taken' ? large.allowance : undefined;

    expect(takeAllowance(allowance, { perMinute: 60, events: 1, nowMs: MINUTE_MS }).kind).toBe('too_fast');
    expect(takeAllowance(allowance, { perMinute: 60, events: 1, nowMs: MINUTE_MS + 1_000 }).kind).toBe('taken');
  });

  it('stays the same when its object is evicted in quiet times, because it was stored', () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 30_000 }), events: fc.integer({ min: 1, max: 50 }) });

    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.integer({ min: 1, max: 300 }), (steps, perMinute) => {
        let remembered: Allowance | undefined;
        let forgetful: Allowance | undefined;
        let stored: Allowance | undefined;
        let nowMs = 0;
        for (const { afterMs, events } of steps) {
          nowMs += afterMs;
          if (afterMs >= 10_000) forgetful = stored;
          const one = takeAllowance(remembered, { perMinute, events, nowMs });
          const other = takeAllowance(forgetful, { perMinute, events, nowMs });
          expect(other.kind).toBe(one.kind);
          if (one.kind === 'taken') remembered = one.allowance;
          if (other.kind === 'taken') forgetful = other.allowance;
          if (forgetful !== undefined && isWorthStoring(forgetful, perMinute)) stored = forgetful;
        }
      }),
    );
  });

  it("never lets more through than one minute's events, the rate, and one batch", () => {
    const step = fc.record({
      afterMs: fc.integer({ min: -5_000, max: 30_000 }),
      events: fc.integer({ min: 1, max: 50 }),
    });

    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 1_000 }), (steps, perMinute) => {
        let allowance: Allowance | undefined;
        let nowMs = 0;
        let latestMs = 0;
        let passedMs = 0;
        let through = 0;
        for (const { afterMs, events } of steps) {
          nowMs += afterMs;
          passedMs += Math.max(0, nowMs - latestMs);
          latestMs = nowMs;
          const taken = takeAllowance(allowance, { perMinute, events, nowMs });
          if (taken.kind === 'taken') {
            allowance = taken.allowance;
            through += events;
          }
        }
        expect(through).toBeLessThanOrEqual(perMinute + (passedMs * perMinute) / MINUTE_MS + 50);
      }),
    );
  });
});
