import type { Access } from '../../../domain/delivery/access.ts';
import type { Answer } from '../../../domain/delivery/delivery-failure.ts';
import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import { throttledMs, unavailableMs } from '../../../domain/delivery/next-step.ts';
import type { RateLimits } from '../../../domain/delivery/permits.ts';
import { nextProbe } from '../../../domain/delivery/poison-search.ts';
import type { PoisonSearch } from '../../../domain/delivery/poison-search.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Attempt, PendingDelivery } from '../delivery.ts';
import type { Limiter, Ports } from '../ports.ts';
import type { AssemblyParts } from './assemble-batch.ts';
import type { RuleQueue, RuleQueues } from './rule-queues.ts';

/** A permit that is this near is waited for; for a later one the rule queue is put off and others may go. */
const MAX_PERMIT_WAIT_MS = 2_000;

/** Others may be quicker each time; then the rule queue is put off too. */
const MAX_PERMIT_WAITS = 5;

/** A token for each refusal, and then one more would be a loop. */
const MAX_TOKENS = 3;

/** How often one event asks whether something that was switched off, or a token that was refused, works again. */
export const SWITCHED_OFF_PROBE_MS = 60 * 60_000;

type Token = Extract<Access, { kind: 'token' }>;

/** What is known of the integration while its batch is under way. */
export type Route = { integration: Integration; limits: RateLimits; version: string };

export type Search = PoisonSearch<PendingDelivery>;

/** A request that LinkedIn answered, or that nobody answered, which is an answer too; and the search as it was then. */
export type Answered<Kind extends Answer = Exclude<Answer, { kind: 'token_refused' }>> = {
  attempt: Attempt;
  answer: Kind;
  search: Search;
};

/** Sends a batch of one rule queue to LinkedIn: token, permit, request, and word of the answer to the rate limiter. */
export class BatchSender {
  readonly #queue: RuleQueue;
  readonly #ports: Ports;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  /** What had been taken back when the deliveries were read. */
  #readAt: number;

  /** @param readAt What had been taken back when the deliveries of the batch were read. */
  constructor(queue: RuleQueue, { ports, queues, deliveries }: AssemblyParts, readAt: number) {
    this.#queue = queue;
    this.#ports = ports;
    this.#queues = queues;
    this.#deliveries = deliveries;
    this.#readAt = readAt;
  }

  /** Sends once, with a token and a permit. Undefined when there is neither, and the rule queue waits; or when nothing is left. */
  async request(search: Search, route: Route): Promise<Answered | undefined> {
    let access = await this.#ports.access(this.#queue.integrationId);
    let left = search;
    for (let tokens = 1; ; tokens += 1) {
      if (access.kind !== 'token') return this.#withoutToken(access);
      const answered = await this.#send(left, { ...route, access });
      if (answered === undefined) return undefined;
      if (isToTheBatch(answered)) return answered;
      // Without those who were erased before it was sent: they are not to go with the next token either.
      left = answered.search;
      this.#deliveries.record(answered.attempt);
      access = await this.#ports.refused(this.#queue.integrationId, access.tokenId);
      if (tokens === MAX_TOKENS)
        return this.#withoutToken({ kind: 'none', reason: 'token_refused', retryAfterMs: SWITCHED_OFF_PROBE_MS });
    }
  }

  async #send(
    read: Search,
    { access, integration, limits, version }: Route & { access: Token },
  ): Promise<Answered<Answer> | undefined> {
    const limiter = this.#ports.limiter(access.limiterKey);
    const permit = await this.#permit(limiter, limits);
    if (permit === undefined) return undefined;
    // Somebody has changed what this flight goes by: the next one goes by their word. The permit is lost, once a change.
    if (!isUnchanged(permit.integration, integration)) return undefined;
    // From here on nothing is awaited until the request is on its way. What is left uses the permit that is there: begun
    // anew for each erasure, a flight would never leave while erasures come faster than permits.
    const search = this.#stillPending(read);
    const probe = nextProbe(search);
    if (probe.length === 0) return undefined;
    const startedAtMs = this.#ports.now();
    const { answer, status } = await this.#ports.send({
      token: access.token,
      version,
      elements: probe.map(({ payload }) => payload.element),
    });
    await this.#tell(limiter, { answer, limits, mustReport: permit.mustReport });
    return {
      answer,
      search,
      attempt: {
        queueId: this.#queue.id,
        startedAtMs,
        endedAtMs: this.#ports.now(),
        status,
        outcome: answer.kind === 'accepted' && answer.unconfirmed.size > 0 ? 'unconfirmed' : answer.kind,
        code: answer.kind === 'accepted' ? undefined : answer.code,
        message: answer.message,
        batch: probe,
        consentAsked: integration.consent_categories,
      },
    };
  }

  /** Tells everybody who uses this app what was learned. If that fails, LinkedIn's answer still counts. */
  async #tell(
    limiter: Limiter,
    { answer, limits, mustReport }: { answer: Answer; limits: RateLimits; mustReport: boolean },
  ): Promise<void> {
    try {
      if (answer.kind === 'throttled')
        await limiter.pause(
          limits,
          this.#ports.now() + throttledMs(answer.retryAfterMs, this.#queue.failures + 1, this.#ports.random()),
        );
      if (answer.kind === 'unavailable') await limiter.report(limits, false);
      else if (mustReport) await limiter.report(limits, true);
    } catch (error) {
      this.#ports.log('outbox.limiter', error);
    }
  }

  /** Takes a permit, and looks meanwhile what the integration is by now: it may have been a while since it was read. */
  async #permit(
    limiter: Limiter,
    limits: RateLimits,
  ): Promise<{ mustReport: boolean; integration: Integration | undefined } | undefined> {
    for (let asked = 1; ; asked += 1) {
      const [grant, integration] = await Promise.all([
        limiter.take(limits, this.#queue.integrationId),
        integrationOf(this.#queue, this.#ports),
      ]);
      if (grant.isGranted) return { mustReport: grant.mustReport, integration };
      if (grant.retryAfterMs > MAX_PERMIT_WAIT_MS || asked === MAX_PERMIT_WAITS) {
        this.#queues.postponeIntegration(this.#queue, { nowMs: this.#ports.now(), afterMs: grant.retryAfterMs });
        return undefined;
      }
      await this.#ports.sleep(grant.retryAfterMs);
    }
  }

  /** Leaves out what was taken back since it was read: somebody was erased, or the integration was deleted. */
  #stillPending(search: Search): Search {
    if (this.#deliveries.takenBack === this.#readAt) return search;
    this.#readAt = this.#deliveries.takenBack;
    const { suspects, unknown } = search;
    return {
      suspects: this.#deliveries.stillPending(this.#queue.id, suspects),
      unknown: this.#deliveries.stillPending(this.#queue.id, unknown),
    };
  }

  #withoutToken(access: Exclude<Access, Token>): undefined {
    const nowMs = this.#ports.now();
    if (access.kind === 'none') {
      const { reason, retryAfterMs: probeAfterMs } = access;
      this.#queues.holdIntegration(this.#queue, { reason, nowMs, probeAfterMs });
    } else {
      const afterMs = unavailableMs(this.#queue.failures + 1, this.#ports.random());
      this.#queues.wait(this.#queue, { nowMs, afterMs });
    }
  }
}

/** The integration as it is now. One of this ID that is another source's is none of ours, nor are its credentials. */
export async function integrationOf(queue: RuleQueue, ports: Ports): Promise<Integration | undefined> {
  const integration = await ports.integration(queue.integrationId);
  const { sourceId } = ports;
  return sourceId === undefined || integration?.source_id === sourceId ? integration : undefined;
}

/** A refused token is replaced, and is no answer to the batch. */
function isToTheBatch(answered: Answered<Answer>): answered is Answered {
  return answered.answer.kind !== 'token_refused';
}

/** Whether a batch may go that was begun by another reading of its integration. */
function isUnchanged(now: Integration | undefined, then: Integration): boolean {
  return now !== undefined && settingsThatCount(now) === settingsThatCount(then);
}

function settingsThatCount({ enabled, consent_categories, config }: Integration): string {
  return JSON.stringify([enabled, consent_categories, config.test_mode, config.linkedin_version, limitsOf(config)]);
}
