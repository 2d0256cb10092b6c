import type { Accepted, DeliveryFailure } from '../../../domain/delivery/delivery-failure.ts';
import { nextStep } from '../../../domain/delivery/next-step.ts';
import type { NextStep } from '../../../domain/delivery/next-step.ts';
import { afterAccepted, afterRefused, nextProbe, searchIn } from '../../../domain/delivery/poison-search.ts';
import { NEWEST_KNOWN_VERSION } from '../../../linkedin/versions.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import type { Deliveries } from '../deliveries.ts';
import type { PendingDelivery } from '../delivery.ts';
import type { Ports } from '../ports.ts';
import type { AssemblyParts } from './assemble-batch.ts';
import type { ElementWaits } from './element-waits.ts';
import type { Learned } from './learned.ts';
import type { RuleQueue, RuleQueues } from './rule-queues.ts';
import { SWITCHED_OFF_PROBE_MS } from './send-batch.ts';
import type { Answered, Route, Search } from './send-batch.ts';

export type AnswerParts = AssemblyParts & { elementWaits: ElementWaits };

/** Carries out what LinkedIn's answer to a batch means, which `domain/delivery/next-step.ts` decides. */
export class AnswerApplier {
  readonly #queue: RuleQueue;
  readonly #ports: Ports;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  readonly #learned: Learned;
  readonly #elementWaits: ElementWaits;

  constructor(queue: RuleQueue, { ports, queues, deliveries, learned, elementWaits }: AnswerParts) {
    this.#queue = queue;
    this.#ports = ports;
    this.#queues = queues;
    this.#deliveries = deliveries;
    this.#learned = learned;
    this.#elementWaits = elementWaits;
  }

  /** Writes down what LinkedIn said and what follows. Returns what is left to send now, or undefined when the rule queue has to wait. */
  apply({ attempt, answer, search }: Answered, route: Route): Search | undefined {
    const probe = attempt.batch;
    const attemptId = this.#deliveries.record(attempt);
    if (answer.kind === 'accepted') {
      this.#accept(answer, { probe, attemptId, route });
      return afterAccepted(search);
    }
    const step = this.#nextStep(answer, { batchSize: probe.length, version: route.version });
    switch (step.kind) {
      case 'bury':
        this.#bury(step.elements, { probe, attemptId });
        return leftAfterBurial({ search, probe, buried: step.elements, isNamed: answer.kind !== 'batch_refused' });
      case 'search':
        return this.#narrow(search);
      case 'leave_out':
        return this.#leaveOut(step.idTypes, { probe, search });
      case 'shrink':
        this.#queues.limitBatch(this.#queue, { maxBatch: step.maxBatch, nowMs: this.#ports.now() });
        return undefined;
      case 'wait':
        this.#queues.wait(this.#queue, { nowMs: this.#ports.now(), afterMs: step.afterMs });
        return undefined;
      case 'hold':
        if (step.scope === 'rule') this.#queues.holdRule(this.#queue, { ...step, nowMs: this.#ports.now() });
        else this.#queues.holdIntegration(this.#queue, { ...step, nowMs: this.#ports.now() });
        return undefined;
      case 'suspect':
        return this.#suspect(step, probe);
    }
  }

  /**
   * Looks for the culprit in the first half. The rule queue keeps the size of that half: if the run ends here, for want of a
   * permit or with the isolate, the next one goes on where this one stood, since the suspects come first in its order.
   */
  #narrow(search: Search): Search {
    const narrowed = search.suspects.length > 0 ? afterRefused(search) : searchIn(search.unknown);
    this.#queues.narrow(this.#queue, nextProbe(narrowed).length);
    return narrowed;
  }

  #accept(
    { refused, deferred, unconfirmed }: Accepted,
    { probe, attemptId, route }: { probe: readonly PendingDelivery[]; attemptId: number; route: Route },
  ): void {
    const taken = probe.filter((_, index) => !refused.has(index) && !deferred.has(index));
    const unread = new Set(probe.filter((_, index) => unconfirmed.has(index)));
    const delivered = { atMs: this.#ports.now(), attemptId };
    this.#deliveries.states.deliver(
      taken.filter((delivery) => !unread.has(delivery)),
      delivered,
    );
    this.#deliveries.states.deliver(
      taken.filter((delivery) => unread.has(delivery)),
      { ...delivered, reason: 'unconfirmed' },
    );
    // What LinkedIn put off stays pending and goes again later, by itself.
    const later = probe.filter((_, index) => deferred.has(index));
    this.#elementWaits.begin(later, { nowMs: this.#ports.now(), random: () => this.#ports.random() });
    this.#bury(refused, { probe, attemptId });
    this.#queues.succeeded(this.#queue, this.#ports.now());
    const configured = route.integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    if (route.version !== configured)
      this.#learned.replaceVersion(this.#queue.integrationId, { retired: configured, working: route.version });
  }

  #bury(
    elements: ReadonlyMap<number, string>,
    { probe, attemptId }: { probe: readonly PendingDelivery[]; attemptId: number },
  ): void {
    for (const [index, message] of elements) {
      const delivery = probe[index];
      if (delivery === undefined) continue;
      this.#deliveries.states.fail([delivery], { reason: message, atMs: this.#ports.now(), attemptId });
    }
  }

  /** The next batch goes without these. Where they are left out already, LinkedIn means something else: then the culprit is searched for. */
  #leaveOut(
    idTypes: readonly string[],
    { probe, search }: { probe: readonly PendingDelivery[]; search: Search },
  ): Search | undefined {
    const known = this.#learned.refusedIdTypes(this.#queue.integrationId);
    if (!idTypes.every((idType) => known.has(idType))) {
      this.#learned.refuseIdTypes(this.#queue.integrationId, idTypes);
      return undefined;
    }
    if (probe.length > 1) return this.#narrow(search);
    this.#queues.wait(this.#queue, { nowMs: this.#ports.now(), afterMs: SWITCHED_OFF_PROBE_MS });
    return undefined;
  }

  /**
   * Nobody knows what LinkedIn means: the rule waits. One event by itself lets another one ask next time, in case it is
   * the event that LinkedIn means; it goes again later and later.
   */
  #suspect(step: Extract<NextStep, { kind: 'suspect' }>, probe: readonly PendingDelivery[]): undefined {
    const nowMs = this.#ports.now();
    if (probe.length === 1 && this.#queue.failures > 0)
      this.#elementWaits.begin(probe, {
        nowMs,
        random: () => this.#ports.random(),
        // When the rule is asked for again, it is still another one's turn.
        atLeastMs: 2 * step.probeAfterMs,
      });
    this.#queues.suspect(this.#queue, { ...step, nowMs });
  }

  #nextStep(
    failure: Exclude<DeliveryFailure, { kind: 'token_refused' }>,
    { batchSize, version }: { batchSize: number; version: string },
  ): NextStep {
    return nextStep(failure, {
      batchSize,
      failures: this.#queue.failures + 1,
      isNewestVersion: version === NEWEST_KNOWN_VERSION,
      random: this.#ports.random(),
    });
  }
}

/** What a search still has to send after some of its elements have been buried. */
function leftAfterBurial({
  search,
  probe,
  buried,
  isNamed,
}: {
  search: Search;
  probe: readonly PendingDelivery[];
  buried: ReadonlyMap<number, string>;
  isNamed: boolean;
}): Search {
  // A probe of one was the culprit that the search was after.
  if (!isNamed && search.suspects.length > 0) return afterRefused(search);
  // LinkedIn named them: what is left is worth one request together.
  const names = new Set([...buried.keys()].map((index) => probe[index]?.eventId));
  return {
    suspects: [],
    unknown: [...search.suspects, ...search.unknown].filter(({ eventId }) => !names.has(eventId)),
  };
}
