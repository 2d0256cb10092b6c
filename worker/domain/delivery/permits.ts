import { remainingMs } from './remaining-wait.ts';

/**
 * The limits on requests to LinkedIn: a token bucket, and a quota per minute and per day.
 *
 * In every window of t seconds: requests ≤ burst + rate × t. In any 60 seconds and any UTC day: requests ≤ the quotas.
 */
export type RateLimits = { ratePerSecond: number; burst: number; perMinute: number; perDay: number };

/** The state that must survive a restart. Otherwise each eviction would refill the bucket and allow another burst. */
export type PermitState = {
  /** The tokens in the bucket at `atMs`. */
  tokens: number;
  atMs: number;
  /** The requests of the last minute, by epoch second. */
  bySecond: ReadonlyMap<number, number>;
  /** The UTC day, as days since the epoch, and the requests made on it. */
  day: number;
  usedToday: number;
  /** LinkedIn answered 429: no request before this time. */
  pausedUntilMs: number;
};

export type Permit = { isGranted: true } | { isGranted: false; retryAfterMs: number };

/**
 * The limiter's answer to a request for a permit. `mustReport`: LinkedIn did not answer recently, so report if it does
 * now.
 */
export type Grant = { isGranted: true; mustReport: boolean } | { isGranted: false; retryAfterMs: number };

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const WINDOW_SECONDS = 60;

/** Longer than any possible pause: `next-step.ts` limits LinkedIn's Retry-After to 15 minutes. */
const MAX_PAUSE_MS = 16 * 60 * SECOND_MS;

export function fullBucket({ burst }: RateLimits, nowMs: number): PermitState {
  return { tokens: burst, atMs: nowMs, bySecond: new Map(), day: dayOf(nowMs), usedToday: 0, pausedUntilMs: 0 };
}

/** Decides whether one request may be sent now, and returns the next state. */
export function takePermit(
  state: PermitState,
  limits: RateLimits,
  nowMs: number,
): { permit: Permit; state: PermitState } {
  const refilled = refill(state, limits, nowMs);
  const retryAfterMs = Math.max(
    waitForPause(refilled),
    waitForToken(refilled, limits),
    waitForMinute(refilled, limits),
    waitForDay(refilled, limits),
  );
  if (retryAfterMs > 0) return { permit: { isGranted: false, retryAfterMs }, state: refilled };
  const second = secondOf(refilled.atMs);
  const bySecond = new Map(refilled.bySecond).set(second, (refilled.bySecond.get(second) ?? 0) + 1);
  return {
    permit: { isGranted: true },
    state: { ...refilled, tokens: refilled.tokens - 1, bySecond, usedToday: refilled.usedToday + 1 },
  };
}

/** Returns the requests of the last minute, counted in whole seconds. */
export function usedThisMinute({ bySecond }: PermitState, nowMs: number): number {
  const oldest = secondOf(nowMs) - WINDOW_SECONDS;
  return [...bySecond].reduce((sum, [second, count]) => (second >= oldest ? sum + count : sum), 0);
}

/** Returns the requests of this UTC day. The stored count may be from an earlier day when nobody has asked since. */
export function usedToday({ day, usedToday: used }: PermitState, nowMs: number): number {
  return dayOf(nowMs) > day ? 0 : used;
}

/** Returns when LinkedIn's pause ends. Without a pause, that is now. */
export function pauseEndMs({ pausedUntilMs }: PermitState, nowMs: number): number {
  return nowMs + remainingMs(pausedUntilMs, { nowMs, atMostMs: MAX_PAUSE_MS });
}

export function pausedUntil(state: PermitState, untilMs: number): PermitState {
  return { ...state, pausedUntilMs: Math.max(state.pausedUntilMs, untilMs) };
}

/**
 * Refills the bucket up to now. A clock that jumps back refills nothing, and requests counted in its future count as
 * now. The limiter is then too strict for a minute, instead of blocked until the old time is reached again.
 */
function refill(state: PermitState, { ratePerSecond, burst }: RateLimits, nowMs: number): PermitState {
  const elapsedMs = Math.max(0, nowMs - state.atMs);
  const tokens = Math.min(burst, state.tokens + (elapsedMs / SECOND_MS) * ratePerSecond);
  const oldest = secondOf(nowMs) - WINDOW_SECONDS;
  const bySecond = new Map<number, number>();
  for (const [second, count] of state.bySecond) {
    const countedIn = Math.min(second, secondOf(nowMs));
    if (countedIn >= oldest) bySecond.set(countedIn, (bySecond.get(countedIn) ?? 0) + count);
  }
  // A clock that steps back over midnight stays in the later day. Otherwise that day's quota would be given out twice.
  const day = dayOf(nowMs) === state.day - 1 ? state.day : dayOf(nowMs);
  return { ...state, tokens, atMs: nowMs, bySecond, day, usedToday: day > state.day ? 0 : state.usedToday };
}

function waitForPause({ pausedUntilMs, atMs }: PermitState): number {
  return remainingMs(pausedUntilMs, { nowMs: atMs, atMostMs: MAX_PAUSE_MS });
}

function waitForToken({ tokens }: PermitState, { ratePerSecond }: RateLimits): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / ratePerSecond) * SECOND_MS);
}

/**
 * Returns the wait for the quota per minute. Whole seconds are counted, the oldest in full. The quota is never exceeded
 * in any 60 seconds, but a few requests may wait too long.
 */
function waitForMinute({ bySecond, atMs }: PermitState, { perMinute }: RateLimits): number {
  let excess = [...bySecond.values()].reduce((sum, count) => sum + count, 0) - perMinute + 1;
  if (excess <= 0) return 0;
  for (const [second, count] of [...bySecond].toSorted(([a], [b]) => a - b)) {
    excess -= count;
    if (excess <= 0) return (second + WINDOW_SECONDS + 1) * SECOND_MS - atMs;
  }
  return WINDOW_SECONDS * SECOND_MS;
}

function waitForDay({ usedToday: used, day, atMs }: PermitState, { perDay }: RateLimits): number {
  return used < perDay ? 0 : (day + 1) * DAY_MS - atMs;
}

function secondOf(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}
