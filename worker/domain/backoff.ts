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
export function backoffMs(failures: number, { baseMs, maxMs }: BackoffOptions, random: number): number {
  // 2^40 ms are 34 years: the exponent is bounded so that a long outage cannot overflow it.
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 40));
  return Math.floor(ceiling * random);
}
