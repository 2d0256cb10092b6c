/**
 * Returns how long a wait still lasts: 0 when it is over.
 *
 * A time further away than the maximum was set by a wrong clock, so it counts as over. A wait is therefore never longer
 * than its maximum, whatever the clock was when it was stored.
 *
 * @example
 * remainingMs(5_000, { nowMs: 2_000, atMostMs: 60_000 }) // 3_000
 */
export function remainingMs(untilMs: number, { nowMs, atMostMs }: { nowMs: number; atMostMs: number }): number {
  const leftMs = untilMs - nowMs;
  return leftMs > 0 && leftMs <= atMostMs ? leftMs : 0;
}
