/** How many events a source may still send just now. */
export type Allowance = { left: number; atMs: number };

export type Taken = { kind: 'taken'; allowance: Allowance } | { kind: 'too_fast'; retryAfterMs: number };

const MINUTE_MS = 60_000;

/**
 * Takes the events of one request from a source's allowance, which fills evenly to what a minute may have.
 *
 * A batch is taken as a whole or not at all, and a large one may overdraw: what comes next waits until that is made good.
 *
 * @param known Undefined for a source that has sent nothing yet.
 */
export function takeAllowance(
  known: Allowance | undefined,
  { perMinute, events, nowMs }: { perMinute: number; events: number; nowMs: number },
): Taken {
  const before = known ?? { left: perMinute, atMs: nowMs };
  // After a clock was put back, what it went back by counts as passed: else nothing would fill until the old time comes round.
  const passedMs = Math.abs(nowMs - before.atMs);
  const left = Math.min(perMinute, before.left + (passedMs * perMinute) / MINUTE_MS);
  if (left < 1) return { kind: 'too_fast', retryAfterMs: Math.ceil(((1 - left) * MINUTE_MS) / perMinute) };
  return { kind: 'taken', allowance: { left: left - events, atMs: nowMs } };
}
