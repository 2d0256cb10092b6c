import type { Access } from '../../domain/delivery/access.ts';
import type { Accepted, Answer, DeliveryFailure } from '../../domain/delivery/delivery-failure.ts';
import { limitsOf } from '../../domain/delivery/limits-of.ts';
import { nextStep } from '../../domain/delivery/next-step.ts';
import type { NextStep } from '../../domain/delivery/next-step.ts';
import type { RateLimits } from '../../domain/delivery/permits.ts';
import { afterAccepted, afterRefused, nextProbe, searchIn } from '../../domain/delivery/poison-search.ts';
import type { PoisonSearch } from '../../domain/delivery/poison-search.ts';
import { NEWEST_KNOWN_VERSION } from '../../linkedin/versions.ts';
import type { HoldReason } from '../../schema/events/outcome.ts';
import { SETTING_DEFAULTS } from '../../schema/settings/integration.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import { Boarding } from './boarding.ts';
import type { BoardingParts } from './boarding.ts';
import type { Attempt, Deliveries, PendingDelivery } from './deliveries.ts';
import type { ElementWaits } from './element-waits.ts';
import type { Lane, Lanes } from './lanes.ts';
import type { Learned } from './learned.ts';
import type { Limiter, Ports } from './ports.ts';

/** A permit that is this near is waited for; for a later one the lane is put off and others may go. */
const MAX_PERMIT_WAIT_MS = 2_000;

/** Others may be quicker each time; then the lane is put off too. */
const MAX_PERMIT_WAITS = 5;

/** The integration was switched off or deleted: looked at again now and then, in case nobody says that it is back. */
const SWITCHED_OFF_PROBE_MS = 60 * 60_000;

/** A token for each refusal, and then one more would be a loop. */
const MAX_TOKENS = 3;

type Token = Extract<Access, { kind: 'token' }>;

/** What is known of the integration while a flight is under way. */
type Route = { integration: Integration; limits: RateLimits; version: string };

export type FlightParts = BoardingParts & { elementWaits: ElementWaits };

type Search = PoisonSearch<PendingDelivery>;

/** A request that LinkedIn answered, or that nobody answered, which is an answer too; and the search as it was then. */
type Answered = { attempt: Attempt; answer: Answer; search: Search };

/**
 * Takes one batch of one lane to LinkedIn, and goes on until each of its deliveries is done or has to wait.
 *
 * What an answer means is decided in `domain/delivery/next-step.ts`; here it is carried out. Every answer is written down in the
 * transaction that acts on it, so a crash in between loses no delivery and sends at most one batch again.
 */
export class Flight {
  readonly #lane: Lane;
  readonly #ports: Ports;
  readonly #lanes: Lanes;
  readonly #deliveries: Deliveries;
  readonly #learned: Learned;
  readonly #elementWaits: ElementWaits;
  readonly #parts: FlightParts;
  /** What had been taken back when its deliveries were read. */
  #readAt = 0;

  constructor(lane: Lane, parts: FlightParts) {
    this.#lane = lane;
    this.#parts = parts;
    this.#elementWaits = parts.elementWaits;
    this.#ports = parts.ports;
    this.#lanes = parts.lanes;
    this.#deliveries = parts.deliveries;
    this.#learned = parts.learned;
  }

  async fly(): Promise<void> {
    const integration = await this.#integration();
    if (integration === undefined) return this.#hold('integration_missing', SWITCHED_OFF_PROBE_MS);
    if (!integration.enabled) return this.#hold('integration_disabled', SWITCHED_OFF_PROBE_MS);
    const boarding = new Boarding(this.#lane, this.#parts);
    if (integration.config.test_mode === true) return boarding.skipForTest();
    const { batch, readAt } = await boarding.board(integration);
    this.#readAt = readAt;
    const route = { integration, limits: limitsOf(integration.config), version: this.#version(integration) };
    let search: Search = { suspects: [], unknown: batch };
    while (nextProbe(search).length > 0) {
      const answered = await this.#request(search, route);
      if (answered === undefined) return;
      const next = this.#ports.database.transaction(() => this.#apply(answered, route));
      if (next === undefined) return;
      search = next;
    }
  }

  /** The integration as it is now. One of this id that is another source's is none of ours, nor are its credentials. */
  async #integration(): Promise<Integration | undefined> {
    const integration = await this.#ports.integration(this.#lane.integrationId);
    const { sourceId } = this.#ports;
    return sourceId === undefined || integration?.source_id === sourceId ? integration : undefined;
  }

  /** Leaves out what was taken back since it was read: somebody was erased, or the integration was deleted. */
  #stillPending(search: Search): Search {
    if (this.#deliveries.takenBack === this.#readAt) return search;
    this.#readAt = this.#deliveries.takenBack;
    const { suspects, unknown } = search;
    return {
      suspects: this.#deliveries.stillPending(this.#lane.id, suspects),
      unknown: this.#deliveries.stillPending(this.#lane.id, unknown),
    };
  }

  /** The version that is set, or what was found to work in its place. While a retired one holds us, the newest is tried. */
  #version({ id, config }: Integration): string {
    const configured = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    if (this.#lane.probeFor === 'version_sunset') return NEWEST_KNOWN_VERSION;
    return this.#learned.replacementOf(id, configured) ?? configured;
  }

  /** Sends once, with a token and a permit. Undefined when there is neither, and the lane waits; or when nothing is left. */
  async #request(search: Search, route: Route): Promise<Answered | undefined> {
    let access = await this.#ports.access(this.#lane.integrationId);
    let left = search;
    for (let tokens = 1; ; tokens += 1) {
      if (access.kind !== 'token') return this.#withoutToken(access);
      const answered = await this.#send(left, { ...route, access });
      if (answered === undefined) return undefined;
      if (answered.answer.kind !== 'token_refused') return answered;
      // Without those who were erased before it was sent: they are not to go with the next token either.
      left = answered.search;
      this.#deliveries.record(answered.attempt);
      access = await this.#ports.refused(this.#lane.integrationId, access.tokenId);
      if (tokens === MAX_TOKENS) return this.#hold('token_refused', SWITCHED_OFF_PROBE_MS);
    }
  }

  async #send(
    read: Search,
    { access, integration, limits, version }: Route & { access: Token },
  ): Promise<Answered | undefined> {
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
      elements: probe.map(({ payload }) => payload),
    });
    await this.#tell(limiter, { answer, limits, mustReport: permit.mustReport });
    return {
      answer,
      search,
      attempt: {
        laneId: this.#lane.id,
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
      if (answer.kind === 'throttled') await limiter.pause(limits, this.#ports.now() + this.#pauseMs(answer));
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
        limiter.take(limits, this.#lane.integrationId),
        this.#integration(),
      ]);
      if (grant.isGranted) return { mustReport: grant.mustReport, integration };
      if (grant.retryAfterMs > MAX_PERMIT_WAIT_MS || asked === MAX_PERMIT_WAITS) {
        this.#lanes.postponeIntegration(this.#lane, { nowMs: this.#ports.now(), afterMs: grant.retryAfterMs });
        return undefined;
      }
      await this.#ports.sleep(grant.retryAfterMs);
    }
  }

  /** Writes down what LinkedIn said and what follows. Returns what is left to send now, or undefined when the lane has to wait. */
  #apply({ attempt, answer, search }: Answered, route: Route): Search | undefined {
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
        this.#lanes.limitBatch(this.#lane, { maxBatch: step.maxBatch, nowMs: this.#ports.now() });
        return undefined;
      case 'wait':
        this.#lanes.wait(this.#lane, { nowMs: this.#ports.now(), afterMs: step.afterMs });
        return undefined;
      case 'hold':
        if (step.scope === 'rule') this.#lanes.holdRule(this.#lane, { ...step, nowMs: this.#ports.now() });
        else this.#hold(step.reason, step.probeAfterMs);
        return undefined;
      case 'suspect':
        return this.#suspect(step, probe);
      case 'replace_token':
        throw new Error('Cannot replace a token here: a refused one is replaced before its answer is applied');
    }
  }

  /**
   * Looks for the culprit in the first half. The lane keeps the size of that half: if the flight ends here, for want of a
   * permit or with the isolate, the next one goes on where this one stood, since the suspects come first in its order.
   */
  #narrow(search: Search): Search {
    const narrowed = search.suspects.length > 0 ? afterRefused(search) : searchIn(search.unknown);
    this.#lanes.narrow(this.#lane, nextProbe(narrowed).length);
    return narrowed;
  }

  #accept(
    { refused, unconfirmed }: Accepted,
    { probe, attemptId, route }: { probe: readonly PendingDelivery[]; attemptId: number; route: Route },
  ): void {
    const taken = probe.filter((_, index) => !refused.has(index));
    const unread = new Set(probe.filter((_, index) => unconfirmed.has(index)));
    const delivered = { state: 'delivered', atMs: this.#ports.now(), attemptId } as const;
    this.#deliveries.finish(
      taken.filter((delivery) => !unread.has(delivery)),
      delivered,
    );
    this.#deliveries.finish(
      taken.filter((delivery) => unread.has(delivery)),
      { ...delivered, reason: 'unconfirmed' },
    );
    // 408, 429 and 5xx for one element blame nobody: it stays pending and goes again later, by itself.
    const isDead = ({ status }: { status: number | undefined }): boolean =>
      status === undefined || (status >= 400 && status < 500 && status !== 408 && status !== 429);
    const dead = [...refused].filter(([, refusal]) => isDead(refusal));
    const later = probe.filter((_, index) => {
      const refusal = refused.get(index);
      return refusal !== undefined && !isDead(refusal);
    });
    this.#elementWaits.begin(later, { nowMs: this.#ports.now(), random: () => this.#ports.random() });
    this.#bury(new Map(dead.map(([index, { message }]) => [index, message])), { probe, attemptId });
    this.#lanes.succeeded(this.#lane, this.#ports.now());
    const configured = route.integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    if (route.version !== configured)
      this.#learned.replaceVersion(this.#lane.integrationId, { retired: configured, working: route.version });
  }

  #bury(
    elements: ReadonlyMap<number, string>,
    { probe, attemptId }: { probe: readonly PendingDelivery[]; attemptId: number },
  ): void {
    for (const [index, message] of elements) {
      const delivery = probe[index];
      if (delivery === undefined) continue;
      this.#deliveries.finish([delivery], { state: 'dead', reason: message, atMs: this.#ports.now(), attemptId });
    }
  }

  /** The next flight boards without these. Where they are left out already, LinkedIn means something else: then the culprit is searched for. */
  #leaveOut(
    idTypes: readonly string[],
    { probe, search }: { probe: readonly PendingDelivery[]; search: Search },
  ): Search | undefined {
    const known = this.#learned.refusedIdTypes(this.#lane.integrationId);
    if (!idTypes.every((idType) => known.has(idType))) {
      this.#learned.refuseIdTypes(this.#lane.integrationId, idTypes);
      return undefined;
    }
    if (probe.length > 1) return this.#narrow(search);
    this.#lanes.wait(this.#lane, { nowMs: this.#ports.now(), afterMs: SWITCHED_OFF_PROBE_MS });
    return undefined;
  }

  /**
   * Nobody knows what LinkedIn means: the rule waits. One event by itself lets another one ask next time, in case it is
   * the event that LinkedIn means; it goes again later and later.
   */
  #suspect(step: Extract<NextStep, { kind: 'suspect' }>, probe: readonly PendingDelivery[]): undefined {
    const nowMs = this.#ports.now();
    if (probe.length === 1 && this.#lane.failures > 0)
      this.#elementWaits.begin(probe, {
        nowMs,
        random: () => this.#ports.random(),
        // When the rule is asked for again, it is still another one's turn.
        atLeastMs: 2 * step.probeAfterMs,
      });
    this.#lanes.suspect(this.#lane, { ...step, nowMs });
  }

  #nextStep(failure: DeliveryFailure, { batchSize, version }: { batchSize: number; version: string }): NextStep {
    return nextStep(failure, {
      batchSize,
      failures: this.#lane.failures + 1,
      isNewestVersion: version === NEWEST_KNOWN_VERSION,
      random: this.#ports.random(),
    });
  }

  #pauseMs(answer: DeliveryFailure): number {
    const step = this.#nextStep(answer, { batchSize: 1, version: NEWEST_KNOWN_VERSION });
    return step.kind === 'wait' ? step.afterMs : 0;
  }

  #withoutToken(access: Exclude<Access, Token>): undefined {
    if (access.kind === 'none') return this.#hold(access.reason, access.retryAfterMs);
    const step = this.#nextStep(
      { kind: 'unavailable', message: 'no token' },
      { batchSize: 1, version: NEWEST_KNOWN_VERSION },
    );
    if (step.kind === 'wait') this.#lanes.wait(this.#lane, { nowMs: this.#ports.now(), afterMs: step.afterMs });
    return undefined;
  }

  #hold(reason: HoldReason, probeAfterMs: number): undefined {
    this.#lanes.holdIntegration(this.#lane, { reason, nowMs: this.#ports.now(), probeAfterMs });
  }
}

/** Whether a flight may go on that was begun by another reading of its integration. */
function isUnchanged(now: Integration | undefined, then: Integration): boolean {
  return now !== undefined && groundOf(now) === groundOf(then);
}

function groundOf({ enabled, consent_categories, config }: Integration): string {
  return JSON.stringify([enabled, consent_categories, config.test_mode, config.linkedin_version, limitsOf(config)]);
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
