import type { Accepted, DeliveryFailure } from '../../../domain/delivery/delivery-failure.ts';
import { nextStep } from '../../../domain/delivery/next-step.ts';
import type { NextStep } from '../../../domain/delivery/next-step.ts';
import { afterAccepted, afterRefused, nextProbe, searchIn } from '../../../domain/delivery/poison-search.ts';
import { NEWEST_KNOWN_VERSION } from '../../../linkedin/versions.ts';
import { SETTING_DEFAULTS } from '../../../schema/settings/integration.ts';
import type { Deliveries } from '../deliveries.ts';
import type { PendingDelivery } from '../delivery-types.ts';
import type { Ports } from '../ports.ts';
import type { AssemblyParts } from './assemble-batch.ts';
import type { ElementWaits } from './element-waits.ts';
import type { Learned } from './learned-from-linkedin.ts';
import type { RuleQueue, RuleQueues } from './rule-queues.ts';
import { SWITCHED_OFF_PROBE_MS } from './send-batch.ts';
import type { BatchAttempt, Route, Search } from './send-batch.ts';
import { VersionTrials } from './version-trials.ts';

export type ApplyParts = AssemblyParts & { elementWaits: ElementWaits };

/** Carries out the consequences of LinkedIn's response to a batch, which `domain/delivery/next-step.ts` decides. */
export class ResponseApplier {
  readonly #queue: RuleQueue;
  readonly #ports: Ports;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  readonly #learned: Learned;
  readonly #elementWaits: ElementWaits;
  readonly #trials: VersionTrials;
  /** LinkedIn's refusal of the version that this run tried. */
  #refusedTrial: { version: string; answer: string } | undefined;

  constructor(queue: RuleQueue, { ports, queues, deliveries, learned, elementWaits }: ApplyParts) {
    this.#queue = queue;
    this.#ports = ports;
    this.#queues = queues;
    this.#deliveries = deliveries;
    this.#learned = learned;
    this.#elementWaits = elementWaits;
    this.#trials = new VersionTrials(ports.database.sql);
  }

  /**
   * Stores LinkedIn's response and its consequences. Returns what must still be sent now, or undefined when the rule
   * queue has to wait.
   */
  apply({ attempt, response, search }: BatchAttempt, route: Route): Search | undefined {
    const probe = attempt.batch;
    const attemptId = this.#deliveries.record(attempt);
    if (response.kind === 'accepted') {
      this.#accept(response, { probe, attemptId, route });
      return afterAccepted(search);
    }
    const answer = `${response.kind} ${response.message}`;
    if (route.isTrial === true && response.kind !== 'throttled') {
      this.#refuseVersion(response.kind === 'unavailable' ? undefined : response.message, route);
      this.#refusedTrial = { version: route.version, answer };
      // LinkedIn may have refused the version, so this is no reason to fail or hold anything.
      if (response.kind !== 'unavailable') return this.#withoutTrial(search);
    } else if (this.#refusedTrial?.answer === answer)
      this.#trials.excuse(this.#queue.integrationId, this.#refusedTrial.version);
    const step = this.#nextStep(response, { batchSize: probe.length, version: route.version });
    switch (step.kind) {
      case 'fail':
        this.#fail(step.elements, { probe, attemptId });
        return leftAfterFailure({ search, probe, failed: step.elements, isNamed: response.kind !== 'batch_refused' });
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
   * Searches for the culprit in the first half. The rule queue's batch limit becomes the size of that half. If the run
   * ends here, for lack of a permit or with the isolate, the next run continues the search, because the suspects come
   * first in its order.
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
    // Deliveries that LinkedIn put off stay pending, and each is retried later by itself.
    const later = probe.filter((_, index) => deferred.has(index));
    this.#putOff(later, { nowMs: this.#ports.now() });
    const isTrial = route.isTrial === true;
    // If a batch is refused with a version that is being tried, its deliveries stay pending, and are sent again with
    // the version in use.
    if (!isTrial) this.#fail(refused, { probe, attemptId });
    this.#queues.succeeded(this.#queue, this.#ports.now());
    const configured = route.integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    if (isTrial && (refused.size > 0 || unread.size > 0))
      this.#refuseVersion([...refused.values()][0] ?? 'The answer could not be read.', route);
    else if (isTrial || (this.#queue.probeFor === 'version_sunset' && route.version !== configured))
      this.#trials.follow(this.#queue.integrationId, { configured, version: route.version });
  }

  #refuseVersion(message: string | undefined, { version }: Route): void {
    this.#trials.refuse(this.#queue.integrationId, { version, atMs: this.#ports.now(), message });
  }

  /** Sends the batch again with the version in use. If that one is retired, the rule queue tries another version. */
  #withoutTrial(search: Search): Search | undefined {
    if (this.#queue.probeFor !== 'version_sunset') return search;
    this.#queues.holdIntegration(this.#queue, { reason: 'version_sunset', nowMs: this.#ports.now(), probeAfterMs: 0 });
    return undefined;
  }

  #fail(
    elements: ReadonlyMap<number, string>,
    { probe, attemptId }: { probe: readonly PendingDelivery[]; attemptId: number },
  ): void {
    for (const [index, message] of elements) {
      const delivery = probe[index];
      if (delivery === undefined) continue;
      this.#deliveries.states.fail([delivery], { reason: message, atMs: this.#ports.now(), attemptId });
    }
  }

  /**
   * Leaves the refused identifier types out of the next batch. If they are already left out, LinkedIn means something
   * else, and the culprit is searched for.
   */
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
   * Pauses the rule, because it is unclear what LinkedIn means. If the batch was a single event, another event is sent
   * next time, in case this event was the cause. This one is retried at growing intervals.
   */
  #suspect(step: Extract<NextStep, { kind: 'suspect' }>, probe: readonly PendingDelivery[]): undefined {
    const nowMs = this.#ports.now();
    if (probe.length === 1 && this.#queue.failures > 0)
      this.#putOff(probe, {
        nowMs,
        // When the rule tries again, it is still another event's turn.
        atLeastMs: 2 * step.probeAfterMs,
      });
    this.#queues.suspect(this.#queue, { ...step, nowMs });
  }

  #putOff(deliveries: readonly PendingDelivery[], when: { nowMs: number; atLeastMs?: number }): void {
    // Only the index shows which deliveries wait individually.
    this.#deliveries.states.fresh.settle(deliveries);
    this.#elementWaits.begin(deliveries, { ...when, random: () => this.#ports.random() });
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

/** Returns what a search must still send after some of its elements have failed. */
function leftAfterFailure({
  search,
  probe,
  failed,
  isNamed,
}: {
  search: Search;
  probe: readonly PendingDelivery[];
  failed: ReadonlyMap<number, string>;
  isNamed: boolean;
}): Search {
  // A probe of one was the culprit of the search.
  if (!isNamed && search.suspects.length > 0) return afterRefused(search);
  // LinkedIn named the culprits, so the rest can go in one request.
  const names = new Set([...failed.keys()].map((index) => probe[index]?.eventId));
  return {
    suspects: [],
    unknown: [...search.suspects, ...search.unknown].filter(({ eventId }) => !names.has(eventId)),
  };
}
