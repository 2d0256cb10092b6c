import { DurableObject } from 'cloudflare:workers';

import type { Grant, RateLimits } from '../../domain/delivery/permits.ts';
import type { Env } from '../../env.ts';
import { RateLimitState } from './rate-limit-state.ts';
import type { StoredLimits } from './rate-limit-state.ts';

const STATE = 'desk';

/**
 * Hands out permits to call LinkedIn. One per LinkedIn app, or per token where there is no app: LinkedIn counts by those,
 * whatever the number of integrations that share one.
 *
 * The state is in storage and not in memory: an eviction would otherwise hand out a fresh burst, and the permit is on disk
 * before the caller has it.
 */
export class RateLimiter extends DurableObject<Env> {
  readonly #state: RateLimitState;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv } = ctx.storage;
    this.#state = new RateLimitState({
      storage: { get: () => kv.get<StoredLimits>(STATE), put: (state) => kv.put(STATE, state) },
      now: () => Date.now(),
      random: () => Math.random(),
    });
  }

  take(limits: RateLimits, integrationId: string): Grant {
    return this.#state.take(limits, integrationId);
  }

  pause(limits: RateLimits, untilMs: number): void {
    this.#state.pause(limits, untilMs);
  }

  report(limits: RateLimits, isReachable: boolean): void {
    this.#state.report(limits, isReachable);
  }

  status(limits: RateLimits): ReturnType<RateLimitState['status']> {
    return this.#state.status(limits);
  }
}
