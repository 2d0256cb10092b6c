import { DurableObject } from 'cloudflare:workers';

import { fullBucket, pausedUntil, takePermit } from '../domain/permits.ts';
import type { Permit, PermitState, RateLimits } from '../domain/permits.ts';
import type { Env } from '../env.ts';

const STATE = 'permits';

/**
 * Hands out permits to call LinkedIn. One per LinkedIn app, or per token where there is no app: LinkedIn counts by those,
 * whatever the number of integrations that share one.
 *
 * The state is in storage and not in memory: an eviction would otherwise hand out a fresh burst, and the permit is on disk
 * before the caller has it.
 */
export class RateLimiter extends DurableObject<Env> {
  take(limits: RateLimits): Permit {
    const nowMs = Date.now();
    const { permit, state } = takePermit(this.#state() ?? fullBucket(limits, nowMs), limits, nowMs);
    if (permit.isGranted) this.#keep(state);
    return permit;
  }

  /** Nobody calls before this time: LinkedIn said 429. */
  pause(untilMs: number): void {
    const state = this.#state();
    if (state !== undefined) this.#keep(pausedUntil(state, untilMs));
  }

  #state(): PermitState | undefined {
    return this.ctx.storage.kv.get<PermitState>(STATE);
  }

  #keep(state: PermitState): void {
    this.ctx.storage.kv.put(STATE, state);
  }
}
