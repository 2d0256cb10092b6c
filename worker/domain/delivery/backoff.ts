export type BackoffOptions = { baseMs: number; maxMs: number };

/**
 * How long to wait before the next attempt: full jitter, so that what failed together does not come back together.
 *
 * @param failures Failures in a row so far, from 1.
 * @param random A number in [0, 1). Passed in, so that a test can choose it.
 * @returns Milliseconds, between 0 and `maxMs`.
 *
 * @example
 * backoffMs(3, { baseMs: 1_000, maxMs: 60_000 }, 0.5) // 2_000
 */
export function backoffMs(failures: number, options: BackoffOptions, random: number): number {
  return Math.floor(ceilingMs(failures, options) * random);
}

/**
 * The same with half the jitter: at least half of what it may be, so that it grows with each failure.
 *
 * @example
 * steadyBackoffMs(3, { baseMs: 1_000, maxMs: 60_000 }, 0.5) // 3_000
 */
export function steadyBackoffMs(failures: number, options: BackoffOptions, random: number): number {
  return Math.floor((ceilingMs(failures, options) * (1 + random)) / 2);
}

function ceilingMs(failures: number, { baseMs, maxMs }: BackoffOptions): number {
  // 2^40 ms are 34 years: the exponent is bounded so that a long outage cannot overflow it.
  return Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 40));
}
