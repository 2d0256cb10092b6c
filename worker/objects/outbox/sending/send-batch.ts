import type { BatchResponse } from '../../../domain/delivery/delivery-failure.ts';
import { limitsOf } from '../../../domain/delivery/limits-of.ts';
import { unavailableMs } from '../../../domain/delivery/next-step.ts';
import type { RateLimits } from '../../../domain/delivery/permits.ts';
import { nextProbe } from '../../../domain/delivery/poison-search.ts';
import type { PoisonSearch } from '../../../domain/delivery/poison-search.ts';
import { askLinkedIn } from '../../../linkedin/ask-linkedin.ts';
import type { AskPorts, NoToken, Patience, CallResult } from '../../../linkedin/ask-linkedin.ts';
import { batchResult, outcomeOf } from '../../../linkedin/batch/batch-result.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Attempt, PendingDelivery } from '../delivery-types.ts';
import type { Ports } from '../ports.ts';
import type { AssemblyParts } from './assemble-batch.ts';
import type { RuleQueue, RuleQueues } from './rule-queues.ts';

/**
 * How long to wait for a permit. If none is free by then, the rule queue is postponed, so that others can send. It is
 * also postponed if others get the permit first each time.
 */
const PATIENCE: Patience = { totalMs: 2_000, asks: 5 };

/** How often one event tests whether a disabled rule or a refused token works again. */
export const SWITCHED_OFF_PROBE_MS = 60 * 60_000;

/** The state of the integration while its batch is being sent. */
export type Route = {
  integration: Integration;
  limits: RateLimits;
  version: string;
  /** The first batch with a newer version, before all others follow. */
  isTrial?: boolean;
};

export type Search = PoisonSearch<PendingDelivery>;

/** A request and its result, which may be that no response came, with the state of the search at that time. */
export type BatchAttempt<Kind extends BatchResponse = Exclude<BatchResponse, { kind: 'token_refused' }>> = {
  attempt: Attempt;
  response: Kind;
  search: Search;
};

/** Sends a batch of one rule queue through `linkedin/ask-linkedin.ts`, like every other request to LinkedIn. */
export class BatchSender {
  readonly #queue: RuleQueue;
  readonly #ports: Ports;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  /** The value of `takenBack` when the deliveries were read. */
  #readAt: number;

  /** @param readAt The value of `takenBack` when the deliveries of the batch were read. */
  constructor(queue: RuleQueue, { ports, queues, deliveries }: AssemblyParts, readAt: number) {
    this.#queue = queue;
    this.#ports = ports;
    this.#queues = queues;
    this.#deliveries = deliveries;
    this.#readAt = readAt;
  }

  /**
   * Sends once, with a token and a permit. Returns undefined when it gets neither and the rule queue waits, or when
   * nothing is left.
   */
  async request(search: Search, route: Route): Promise<BatchAttempt | undefined> {
    let left = search;
    let current: Integration | undefined;
    const asked = await askLinkedIn<BatchAttempt<BatchResponse>>(
      {
        integrationId: this.#queue.integrationId,
        limits: route.limits,
        asker: 'delivery',
        rule: this.#queue.ruleId,
        version: route.version,
        failures: this.#queue.failures,
        patience: PATIENCE,
        // The integration may have been read a while ago, and the permit may take a while.
        meanwhile: async () => {
          current = await integrationOf(this.#queue, this.#ports);
        },
        send: (token) => {
          // A person changed the settings of this run. The next run uses the new ones. One permit is lost per change.
          if (!isUnchanged(current, route.integration)) return undefined;
          // The remaining deliveries use this permit. If the run started anew after each erasure, it would never send
          // while erasures come faster than permits.
          const pending = this.#stillPending(left);
          // Without the people who were erased before it was sent: the next token must not send them either.
          left = pending;
          return nextProbe(pending).length === 0 ? undefined : this.#send(pending, { ...route, token });
        },
      },
      this.#askPorts(),
    );
    switch (asked.kind) {
      case 'answered':
        if (!isToTheBatch(asked.value)) throw new Error('Cannot use an answer to a token as one to a batch');
        return asked.value;
      case 'no_token':
        return this.#withoutToken(asked.access);
      case 'no_permit':
        this.#queues.postponeIntegration(this.#queue, { nowMs: this.#ports.now(), afterMs: asked.retryAfterMs });
        return undefined;
      case 'withdrawn':
        return undefined;
    }
  }

  async #send(
    search: Search,
    { token, version, integration }: Route & { token: string },
  ): Promise<CallResult<BatchAttempt<BatchResponse>>> {
    const probe = nextProbe(search);
    const startedAtMs = this.#ports.now();
    const sent = await this.#ports.send({
      token,
      version,
      elements: probe.map(({ payload }) => payload.element),
    });
    const { response, status } = sent;
    const attempt: Attempt = {
      queueId: this.#queue.id,
      startedAtMs,
      endedAtMs: this.#ports.now(),
      status,
      outcome: outcomeOf(response),
      code: response.kind === 'accepted' ? undefined : response.code,
      message: response.message,
      batch: probe,
      consentAsked: integration.consent_categories,
    };
    // A refused token is recorded here, because without another token no response to the batch follows.
    if (response.kind === 'token_refused') this.#deliveries.record(attempt);
    return batchResult(sent, { value: { attempt, response, search }, events: probe.length });
  }

  #askPorts(): AskPorts {
    const { integrationId } = this.#queue;
    return {
      access: () => this.#ports.access(integrationId),
      refused: (tokenId) => this.#ports.refused(integrationId, tokenId),
      limiter: (key) => this.#ports.limiter(key),
      now: () => this.#ports.now(),
      random: () => this.#ports.random(),
      sleep: (ms) => this.#ports.sleep(ms),
      log: (where, error) => this.#ports.log(where, error),
      logRequest: (line) => this.#ports.logRequest(line),
    };
  }

  /**
   * Leaves out deliveries that were taken back since they were read: a person was erased, or the integration was
   * deleted.
   */
  #stillPending(search: Search): Search {
    if (this.#deliveries.takenBack === this.#readAt) return search;
    this.#readAt = this.#deliveries.takenBack;
    const { suspects, unknown } = search;
    return {
      suspects: this.#deliveries.stillPending(this.#queue.id, suspects),
      unknown: this.#deliveries.stillPending(this.#queue.id, unknown),
    };
  }

  #withoutToken(access: NoToken): undefined {
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

/**
 * Returns the current integration; undefined when it belongs to another source by now. Its credentials are not ours
 * then.
 */
export async function integrationOf(queue: RuleQueue, ports: Ports): Promise<Integration | undefined> {
  const integration = await ports.integration(queue.integrationId);
  const { sourceId } = ports;
  return sourceId === undefined || integration?.source_id === sourceId ? integration : undefined;
}

/** Returns false for a refused token: it is replaced, and says nothing about the batch. */
function isToTheBatch(attempted: BatchAttempt<BatchResponse>): attempted is BatchAttempt {
  return attempted.response.kind !== 'token_refused';
}

/** Returns whether a batch may still be sent, given how its integration was when the batch was begun. */
function isUnchanged(now: Integration | undefined, then: Integration): boolean {
  return now !== undefined && settingsThatCount(now) === settingsThatCount(then);
}

function settingsThatCount({ enabled, consent_categories, config }: Integration): string {
  return JSON.stringify([enabled, consent_categories, config.test_mode, config.linkedin_version, limitsOf(config)]);
}
