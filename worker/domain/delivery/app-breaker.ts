import { steadyBackoffMs } from './backoff.ts';
import { remainingMs } from './remaining-wait.ts';

/**
 * The state of the circuit breaker that all integrations of one LinkedIn app share.
 *
 * When LinkedIn doesn't answer, it stops all requests and lets one probe at a time through. An outage then costs the
 * same few requests, whatever the number of integrations and the size of the backlog.
 */
export type BreakerState = {
  /** Failures in a row. Failures that give no new information don't count: see `afterRequest`. */
  failures: number;
  openUntilMs: number;
  /** Failed probes in a row. Missing in states that older versions stored. */
  probes?: number;
  /** A probe is under way. */
  isAsking?: boolean;
};

export const CLOSED: BreakerState = { failures: 0, openUntilMs: 0 };

const FAILURES_TO_OPEN = 3;

/**
 * A probe after a second or two, then less and less often, up to every 100 seconds. A day of outage costs about 1,150
 * requests.
 */
const PROBE_BACKOFF = { baseMs: 2_000, maxMs: 100_000 };

/** How long others wait for a probe: longer than a request may take. */
const PROBE_TIMEOUT_MS = 15_000;

export type Passage = { isOpen: false } | { isOpen: true; retryAfterMs: number };

/**
 * Decides whether a request may pass. When the breaker is open and its wait is over, the request becomes the probe and
 * the others wait.
 */
export function passBreaker(state: BreakerState, nowMs: number): { passage: Passage; state: BreakerState } {
  if (state.failures < FAILURES_TO_OPEN) return { passage: { isOpen: false }, state };
  const retryAfterMs = breakerEndMs(state, nowMs) - nowMs;
  if (retryAfterMs > 0) return { passage: { isOpen: true, retryAfterMs }, state };
  return { passage: { isOpen: false }, state: { ...state, openUntilMs: nowMs + PROBE_TIMEOUT_MS, isAsking: true } };
}

/** Returns when the next request may pass. That is now when the breaker is closed. */
export function breakerEndMs({ openUntilMs }: BreakerState, nowMs: number): number {
  return nowMs + remainingMs(openUntilMs, { nowMs, atMostMs: PROBE_BACKOFF.maxMs + PROBE_TIMEOUT_MS });
}

/**
 * Updates the state after a request. Any answer from LinkedIn closes the breaker.
 *
 * Many requests may be under way when LinkedIn stops answering. Those that fail while the breaker is open don't
 * lengthen the wait. Only a failed probe does.
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
