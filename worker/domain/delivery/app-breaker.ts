import { steadyBackoffMs } from './backoff.ts';
import { remainingMs } from './remaining.ts';

/**
 * Stops everybody who uses one LinkedIn app when LinkedIn does not answer, and lets one request at a time ask whether it
 * is back: an outage costs the same few requests whatever the number of integrations and the backlog.
 */
export type BreakerState = {
  /** In a row, as far as they tell anything new: see `afterRequest`. */
  failures: number;
  openUntilMs: number;
  /** How often in a row it was asked in vain whether LinkedIn is back. In states of older versions it is not there. */
  probes?: number;
  /** One request is on its way to ask. */
  isAsking?: boolean;
};

export const CLOSED: BreakerState = { failures: 0, openUntilMs: 0 };

const FAILURES_TO_OPEN = 3;

/** First after a second or two, then later and later, up to 100 seconds: a day of outage is some 1,150 requests. */
const PROBE_BACKOFF = { baseMs: 2_000, maxMs: 100_000 };

/** How long one probe keeps the others waiting: longer than a request may take. */
const PROBE_TIMEOUT_MS = 15_000;

export type Passage = { isOpen: false } | { isOpen: true; retryAfterMs: number };

/** Decides whether a request may pass. One that passes an open breaker is its probe, and shuts it behind itself. */
export function passBreaker(state: BreakerState, nowMs: number): { passage: Passage; state: BreakerState } {
  if (state.failures < FAILURES_TO_OPEN) return { passage: { isOpen: false }, state };
  const retryAfterMs = breakerEndMs(state, nowMs) - nowMs;
  if (retryAfterMs > 0) return { passage: { isOpen: true, retryAfterMs }, state };
  return { passage: { isOpen: false }, state: { ...state, openUntilMs: nowMs + PROBE_TIMEOUT_MS, isAsking: true } };
}

/** When the next request may pass; now when it may already. */
export function breakerEndMs({ openUntilMs }: BreakerState, nowMs: number): number {
  return nowMs + remainingMs(openUntilMs, { nowMs, atMostMs: PROBE_BACKOFF.maxMs + PROBE_TIMEOUT_MS });
}

/**
 * What is known after a request: LinkedIn answered, whatever it said, or it did not.
 *
 * Many requests may be under way when LinkedIn falls silent. Those that fail when the breaker is open already say nothing
 * new, and do not make the others wait longer; only the request that asked does.
 */
export function afterRequest(
  state: BreakerState,
  { isReachable, nowMs, random }: { isReachable: boolean; nowMs: number; random: number },
): BreakerState {
  if (isReachable) return CLOSED;
  const { failures, openUntilMs, probes = 0, isAsking = false } = state;
  if (failures + 1 < FAILURES_TO_OPEN) return { failures: failures + 1, openUntilMs };
  const isOpen = failures >= FAILURES_TO_OPEN;
  if (isOpen && !isAsking && breakerEndMs(state, nowMs) > nowMs) return state;
  const waitMs = steadyBackoffMs(probes + 1, PROBE_BACKOFF, random);
  return { failures: failures + 1, openUntilMs: nowMs + waitMs, probes: probes + 1 };
}
