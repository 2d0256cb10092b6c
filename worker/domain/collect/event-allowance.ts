/** How many events a source may still send at a moment. */
export type Allowance = { left: number; atMs: number };

export type Taken = { kind: 'taken'; allowance: Allowance } | { kind: 'too_fast'; retryAfterMs: number };

const MINUTE_MS = 60_000;

/**
 * Takes the events of one request from a source's allowance. The allowance refills evenly, up to the limit per minute.
 *
 * A batch is accepted as a whole or not at all. A large batch may overdraw the allowance. Later requests then wait
 * until it is positive again.
 *
 * @param known Undefined for a source that has sent nothing yet.
 */
export function takeAllowance(
  known: Allowance | undefined,
  { perMinute, events, nowMs }: { perMinute: number; events: number; nowMs: number },
): Taken {
  const before = known ?? { left: perMinute, atMs: nowMs };
  // When the clock was set back, the difference counts as elapsed time. Otherwise nothing would refill until the old
  // time is reached again.
  const passedMs = Math.abs(nowMs - before.atMs);
  const left = Math.min(perMinute, before.left + (passedMs * perMinute) / MINUTE_MS);
  if (left < 1) return { kind: 'too_fast', retryAfterMs: Math.ceil(((1 - left) * MINUTE_MS) / perMinute) };
  return { kind: 'taken', allowance: { left: left - events, atMs: nowMs } };
}

/** An object leaves memory after ten quiet seconds, and in that time this part of the allowance refills. */
const REFILLED_WHEN_QUIET = 1 / 6;

/**
 * Checks whether an allowance has to be stored. It need not be if the quiet time before its object leaves memory is
 * long enough to refill it. So a source that stays well below its limit pays for no row.
 */
export function isWorthStoring({ left }: Allowance, perMinute: number): boolean {
  return left < perMinute * (1 - REFILLED_WHEN_QUIET);
}
