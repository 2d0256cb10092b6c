import { DurableObject } from 'cloudflare:workers';

import type { Grant, RateLimits } from '../../domain/delivery/permits.ts';
import type { Env } from '../../env.ts';
import { RateLimitState } from './rate-limit-state.ts';
import type { StoredLimits } from './rate-limit-state.ts';

const STATE = 'desk';

/**
 * Gives out permits to call LinkedIn. There is one object per LinkedIn app, or per token when there is no app, because
 * LinkedIn counts requests per app, however many integrations share it.
 *
 * The state is stored, because an eviction would otherwise grant a fresh burst. A permit is stored before the caller
 * gets it.
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
