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

/** What outlives a restart. */
export type StoredLimits = { permits: PermitState; breaker: BreakerState; uses: ReadonlyMap<string, Use> };

export type DeskStorage = { get(): StoredLimits | undefined; put(state: StoredLimits): void };

/** Hands out permits to call LinkedIn for one app: within its limits, shared fairly, and hardly any while it is down. */
export class RateLimitState {
  readonly #storage: DeskStorage;
  readonly #now: () => number;
  readonly #random: () => number;

  constructor({ storage, now, random }: { storage: DeskStorage; now: () => number; random: () => number }) {
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
    // The quota first: a breaker's probe that then gets no permit would keep everybody waiting for nothing.
    const taken = takePermit(state.permits, limits, nowMs);
    const permit: Permit = shareMs > 0 ? { isGranted: false, retryAfterMs: shareMs } : taken.permit;
    const { passage, state: breaker } = permit.isGranted
      ? passBreaker(state.breaker, nowMs)
      : { passage: { isOpen: false } as const, state: state.breaker };
    const answer = grant(permit, passage, breaker);
    const uses = withUse(state.uses, { integrationId, isGranted: answer.isGranted, nowMs });
    // A refusal changes nothing that has to survive, and a row that is not written is not paid for. But one that asks for
    // the first time counts among those who share; and after a clock was put back, what was counted in its future counts
    // as made now, once and not at each refusal.
    if (answer.isGranted) this.#storage.put({ permits: taken.state, breaker, uses });
    else if (!state.uses.has(integrationId) || state.permits.atMs > nowMs)
      this.#storage.put({ ...state, permits: taken.permit.isGranted ? state.permits : taken.state, uses });
    return answer;
  }

  /** LinkedIn said 429: nobody calls before this time. */
  pause(limits: RateLimits, untilMs: number): void {
    const state = this.#state(limits, this.#now());
    this.#storage.put({ ...state, permits: pausedUntil(state.permits, untilMs) });
  }

  /** Tells whether LinkedIn answered at all. */
  report(limits: RateLimits, isReachable: boolean): void {
    const nowMs = this.#now();
    const state = this.#state(limits, nowMs);
    if (isReachable && state.breaker.failures === 0) return;
    this.#storage.put({
      ...state,
      breaker: afterRequest(state.breaker, { isReachable, nowMs, random: this.#random() }),
    });
  }

  /** What is left, for people to look at. */
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
