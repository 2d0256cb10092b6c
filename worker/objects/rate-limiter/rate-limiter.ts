import { DurableObject } from 'cloudflare:workers';

import type { RateLimits } from '../../domain/delivery/permits.ts';
import type { Env } from '../../env.ts';
import { PermitDesk } from './permit-desk.ts';
import type { DeskState, Grant } from './permit-desk.ts';

const STATE = 'desk';

/**
 * Hands out permits to call LinkedIn. One per LinkedIn app, or per token where there is no app: LinkedIn counts by those,
 * whatever the number of integrations that share one.
 *
 * The state is in storage and not in memory: an eviction would otherwise hand out a fresh burst, and the permit is on disk
 * before the caller has it.
 */
export class RateLimiter extends DurableObject<Env> {
  readonly #desk: PermitDesk;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv } = ctx.storage;
    this.#desk = new PermitDesk({
      storage: { get: () => kv.get<DeskState>(STATE), put: (state) => kv.put(STATE, state) },
      now: () => Date.now(),
      random: () => Math.random(),
    });
  }

  take(limits: RateLimits, integrationId: string): Grant {
    return this.#desk.take(limits, integrationId);
  }

  pause(limits: RateLimits, untilMs: number): void {
    this.#desk.pause(limits, untilMs);
  }

  report(limits: RateLimits, isReachable: boolean): void {
    this.#desk.report(limits, isReachable);
  }

  status(limits: RateLimits): ReturnType<PermitDesk['status']> {
    return this.#desk.status(limits);
  }
}
