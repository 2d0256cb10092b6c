/**
 * How long something still lasts, seen from now: 0 when it is over.
 *
 * A time that is further away than any that is set comes from a clock that was wrong, and is over. So nothing waits longer
 * than its own maximum, wherever the clock was when it was written down.
 *
 * @example
 * remainingMs(5_000, { nowMs: 2_000, atMostMs: 60_000 }) // 3_000
 */
export function remainingMs(untilMs: number, { nowMs, atMostMs }: { nowMs: number; atMostMs: number }): number {
  const leftMs = untilMs - nowMs;
  return leftMs > 0 && leftMs <= atMostMs ? leftMs : 0;
}
