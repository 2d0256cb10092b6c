import { backoffMs } from './backoff.ts';
import { remainingMs } from './remaining.ts';

/**
 * Stops everybody who uses one LinkedIn app when LinkedIn does not answer, and lets one request at a time ask whether it
 * is back: an outage costs the same few requests whatever the number of integrations and the backlog.
 */
export type BreakerState = { failures: number; openUntilMs: number };

export const CLOSED: BreakerState = { failures: 0, openUntilMs: 0 };

const FAILURES_TO_OPEN = 3;

/** First a few quick looks, then one every 50 seconds on average: a day of outage is some 1,700 requests. */
const PROBE_BACKOFF = { baseMs: 1_000, maxMs: 100_000 };
const MIN_PROBE_MS = 500;

/** How long one probe keeps the others waiting: longer than a request may take. */
const PROBE_TIMEOUT_MS = 15_000;

export type Passage = { isOpen: false } | { isOpen: true; retryAfterMs: number };

/** Decides whether a request may pass. One that passes an open breaker is its probe, and shuts it behind itself. */
export function passBreaker(state: BreakerState, nowMs: number): { passage: Passage; state: BreakerState } {
  if (state.failures < FAILURES_TO_OPEN) return { passage: { isOpen: false }, state };
  const retryAfterMs = breakerEndMs(state, nowMs) - nowMs;
  if (retryAfterMs > 0) return { passage: { isOpen: true, retryAfterMs }, state };
  return { passage: { isOpen: false }, state: { ...state, openUntilMs: nowMs + PROBE_TIMEOUT_MS } };
}

/** When the next request may pass; now when it may already. */
export function breakerEndMs({ openUntilMs }: BreakerState, nowMs: number): number {
  return nowMs + remainingMs(openUntilMs, { nowMs, atMostMs: PROBE_BACKOFF.maxMs + PROBE_TIMEOUT_MS });
}

/** What is known after a request: LinkedIn answered, whatever it said, or it did not. */
export function afterRequest(
  state: BreakerState,
  { isReachable, nowMs, random }: { isReachable: boolean; nowMs: number; random: number },
): BreakerState {
  if (isReachable) return CLOSED;
  const failures = state.failures + 1;
  const waitMs = Math.max(MIN_PROBE_MS, backoffMs(failures, PROBE_BACKOFF, random));
  return { failures, openUntilMs: nowMs + waitMs };
}
