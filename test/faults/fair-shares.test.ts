/**
 * Twenty integrations use one LinkedIn app, and one of them sends a hundred times as much. The others should not
 * notice.
 */
import { expect, it } from 'vitest';

import { RateLimitState } from '../../worker/objects/rate-limiter/rate-limit-state.ts';
import type { StoredLimits } from '../../worker/objects/rate-limiter/rate-limit-state.ts';

const LIMITS = { ratePerSecond: 30, burst: 60, perMinute: 600, perDay: 500_000 };
const QUIET = 19;
const MINUTES = 20;

it('a noisy integration delays no quiet one, and together they stay within the quota', () => {
  let nowMs = Date.parse('2026-11-21T22:00:00Z');
  let stored: StoredLimits | undefined;
  const desk = new RateLimitState({
    storage: { get: () => stored, put: (state) => (stored = state) },
    now: () => nowMs,
    random: () => 0.5,
  });
  const granted: { atMs: number; isNoisy: boolean }[] = [];
  const waitsMs: number[] = [];

  for (const endMs = nowMs + MINUTES * 60_000; nowMs < endMs; nowMs += 50) {
    if (desk.take(LIMITS, 'noisy').isGranted) granted.push({ atMs: nowMs, isNoisy: true });
    // Each quiet integration has a request about every five seconds.
    const quiet = Math.floor(nowMs / 50) % 100;
    if (quiet >= QUIET) continue;
    const grant = desk.take(LIMITS, `quiet-${quiet}`);
    waitsMs.push(grant.isGranted ? 0 : grant.retryAfterMs);
    if (grant.isGranted) granted.push({ atMs: nowMs, isNoisy: false });
  }

  const p95 = waitsMs.toSorted((a, b) => a - b)[Math.floor(waitsMs.length * 0.95)];
  expect(p95).toBe(0);
  expect(granted.filter(({ isNoisy }) => isNoisy).length).toBeGreaterThan(MINUTES * 200);
  for (const { atMs } of granted) {
    const inMinute = granted.filter((other) => other.atMs > atMs - 60_000 && other.atMs <= atMs).length;
    expect(inMinute).toBeLessThanOrEqual(LIMITS.perMinute);
  }
});
