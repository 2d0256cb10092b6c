/** Q18: a time that was stored while the clock was ahead lasts no longer than its limit. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { takeAllowance } from '../../../worker/domain/collect/event-allowance.ts';
import { breakerEndMs } from '../../../worker/domain/delivery/app-breaker.ts';
import { fullBucket, pausedUntil, takePermit } from '../../../worker/domain/delivery/permits.ts';
import { remainingMs } from '../../../worker/domain/delivery/remaining-wait.ts';
import { chooseToken, nextTokenAtMs, withRefusal } from '../../../worker/domain/delivery/token-choice.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LIMITS = { ratePerSecond: 30, burst: 60, perMinute: 600, perDay: 500_000 };

/** How far the clock was ahead. */
const ahead = fc.integer({ min: 1, max: 400 * DAY_MS });

describe('after the clock was ahead', () => {
  it('nothing lasts longer than its own limit, and nothing that ended starts again', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (untilMs, atMostMs) => {
        const leftMs = remainingMs(untilMs, { nowMs: NOW, atMostMs });

        expect(leftMs).toBeGreaterThanOrEqual(0);
        expect(leftMs).toBeLessThanOrEqual(atMostMs);
      }),
    );
  });

  it('a refused token is tried again within an hour', () => {
    fc.assert(
      fc.property(ahead, (byMs) => {
        const tokens = withRefusal([{ token: 'one', issuedAtMs: NOW - DAY_MS }], 'one', NOW + byMs);

        expect(nextTokenAtMs(tokens, NOW)).toBeLessThanOrEqual(NOW + HOUR_MS);
        expect(chooseToken(tokens, nextTokenAtMs(tokens, NOW) ?? 0)?.token).toBe('one');
      }),
    );
  });

  it('a pause and a breaker end within their limits, and the daily quota ends with the day', () => {
    fc.assert(
      fc.property(ahead, (byMs) => {
        const paused = pausedUntil(fullBucket(LIMITS, NOW + byMs), NOW + byMs + 15 * MINUTE_MS);
        const { permit } = takePermit(paused, LIMITS, NOW);
        const breaker = { failures: 9, openUntilMs: NOW + byMs + 100_000 };

        expect(permit.isGranted || permit.retryAfterMs <= 16 * MINUTE_MS).toBe(true);
        expect(breakerEndMs(breaker, NOW)).toBeLessThanOrEqual(NOW + 115_000);
      }),
    );
  });

  it("a source's allowance refills within a minute", () => {
    fc.assert(
      fc.property(ahead, (byMs) => {
        const used = { left: 0, atMs: NOW + byMs };

        const taken = takeAllowance(used, { perMinute: 100, events: 1, nowMs: NOW });
        const later = takeAllowance(used, { perMinute: 100, events: 1, nowMs: NOW + MINUTE_MS });

        expect([taken.kind, later.kind]).toContain('taken');
      }),
    );
  });
});
