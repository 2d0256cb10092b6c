export type BackoffOptions = { baseMs: number; maxMs: number };

/**
 * Returns the wait before the next attempt. It uses full jitter, so that deliveries that failed together don't retry
 * together.
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
 * Returns a wait with half the jitter: at least half of the maximum, so that it grows with each failure.
 *
 * @example
 * steadyBackoffMs(3, { baseMs: 1_000, maxMs: 60_000 }, 0.5) // 3_000
 */
export function steadyBackoffMs(failures: number, options: BackoffOptions, random: number): number {
  return Math.floor((ceilingMs(failures, options) * (1 + random)) / 2);
}

function ceilingMs(failures: number, { baseMs, maxMs }: BackoffOptions): number {
  // 2^40 ms are 34 years. The limit prevents an overflow in a long outage.
  return Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 40));
}
