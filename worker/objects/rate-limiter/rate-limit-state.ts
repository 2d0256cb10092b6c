import { CLOSED, afterRequest, breakerEndMs, passBreaker } from '../../domain/delivery/app-breaker.ts';
import type { BreakerState, Passage } from '../../domain/delivery/app-breaker.ts';
import { waitForShare, withUse } from '../../domain/delivery/fair-share.ts';
import type { Use } from '../../domain/delivery/fair-share.ts';
import {
  fullBucket,
  pauseEndMs,
  pausedUntil,
  takePermit,
  usedThisMinute,
  usedToday,
} from '../../domain/delivery/permits.ts';
import type { Grant, Permit, PermitState, RateLimits } from '../../domain/delivery/permits.ts';

/** The state that is stored, so that it survives a restart. */
export type StoredLimits = { permits: PermitState; breaker: BreakerState; uses: ReadonlyMap<string, Use> };

export type RateLimitStorage = { get(): StoredLimits | undefined; put(state: StoredLimits): void };

/**
 * Gives out permits to call one LinkedIn app: within its limits, shared fairly, and very few while LinkedIn is down.
 */
export class RateLimitState {
  readonly #storage: RateLimitStorage;
  readonly #now: () => number;
  readonly #random: () => number;

  constructor({ storage, now, random }: { storage: RateLimitStorage; now: () => number; random: () => number }) {
    this.#storage = storage;
    this.#now = now;
    this.#random = random;
  }

  take(limits: RateLimits, integrationId: string): Grant {
    const nowMs = this.#now();
    const state = this.#state(limits, nowMs);
    const shareMs = waitForShare(state.uses, {
      integrationId,
      perMinute: limits.perMinute,
      nowMs,
    });
    // The quota is checked before the breaker. Otherwise a probe could be granted and then fail to get a permit, and
    // everybody would wait for a probe that is never sent.
    const taken = takePermit(state.permits, limits, nowMs);
    const permit: Permit = shareMs > 0 ? { isGranted: false, retryAfterMs: shareMs } : taken.permit;
    const { passage, state: breaker } = permit.isGranted
      ? passBreaker(state.breaker, nowMs)
      : { passage: { isOpen: false } as const, state: state.breaker };
    const answer = grant(permit, passage, breaker);
    const uses = withUse(state.uses, { integrationId, isGranted: answer.isGranted, nowMs });
    // A refusal is not stored, because it changes nothing that must survive and each row written costs money. There are
    // two exceptions. An integration that asks for the first time counts among those that share the quota. And after
    // the clock was set back, state from the future is rewritten as of now, once, not at each refusal.
    if (answer.isGranted) this.#storage.put({ permits: taken.state, breaker, uses });
    else if (!state.uses.has(integrationId) || state.permits.atMs > nowMs)
      this.#storage.put({ ...state, permits: taken.permit.isGranted ? state.permits : taken.state, uses });
    return answer;
  }

  /** Stops all calls until this time, after LinkedIn answered 429. */
  pause(limits: RateLimits, untilMs: number): void {
    const state = this.#state(limits, this.#now());
    this.#storage.put({ ...state, permits: pausedUntil(state.permits, untilMs) });
  }

  /** Records whether LinkedIn answered at all. */
  report(limits: RateLimits, isReachable: boolean): void {
    const nowMs = this.#now();
    const state = this.#state(limits, nowMs);
    if (isReachable && state.breaker.failures === 0) return;
    this.#storage.put({
      ...state,
      breaker: afterRequest(state.breaker, { isReachable, nowMs, random: this.#random() }),
    });
  }

  /** Returns how much of the limits is used, for people to see. */
  status(limits: RateLimits): { usedThisMinute: number; usedToday: number; pausedUntilMs: number; failures: number } {
    const nowMs = this.#now();
    const { permits, breaker } = this.#state(limits, nowMs);
    return {
      usedThisMinute: usedThisMinute(permits, nowMs),
      usedToday: usedToday(permits, nowMs),
      pausedUntilMs: Math.max(pauseEndMs(permits, nowMs), breakerEndMs(breaker, nowMs)),
      failures: breaker.failures,
    };
  }

  #state(limits: RateLimits, nowMs: number): StoredLimits {
    return this.#storage.get() ?? { permits: fullBucket(limits, nowMs), breaker: CLOSED, uses: new Map() };
  }
}

function grant(permit: Permit, passage: Passage, { failures }: BreakerState): Grant {
  if (!permit.isGranted) return permit;
  return passage.isOpen
    ? { isGranted: false, retryAfterMs: passage.retryAfterMs }
    : { isGranted: true, mustReport: failures > 0 };
}
