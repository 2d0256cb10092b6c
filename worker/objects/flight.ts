import type { Access } from '../domain/access.ts';
import { isConsented } from '../domain/consent.ts';
import type { Accepted, Answer, DeliveryFailure } from '../domain/delivery-failure.ts';
import { completedElement } from '../domain/late-identity.ts';
import type { LateIdentity, WaitingConversion } from '../domain/late-identity.ts';
import { limitsOf } from '../domain/limits-of.ts';
import { nextStep } from '../domain/next-step.ts';
import type { NextStep } from '../domain/next-step.ts';
import type { RateLimits } from '../domain/permits.ts';
import { afterAccepted, afterRefused, nextProbe, searchIn } from '../domain/poison-search.ts';
import type { PoisonSearch } from '../domain/poison-search.ts';
import { withoutIdTypes } from '../domain/without-id-types.ts';
import { NEWEST_KNOWN_VERSION } from '../linkedin/versions.ts';
import { SETTING_DEFAULTS } from '../schema/integration.ts';
import type { Integration } from '../schema/integration.ts';
import type { HoldReason } from '../schema/outcome.ts';
import type { Attempt, Deliveries, PendingDelivery } from './deliveries.ts';
import type { Lane, Lanes } from './lanes.ts';
import type { Learnt } from './learnt.ts';
import type { Limiter, World } from './world.ts';

/** A permit that is this near is waited for; for a later one the lane is put off and others may go. */
const MAX_PERMIT_WAIT_MS = 2_000;

/** The integration was switched off or deleted: looked at again now and then, in case nobody says that it is back. */
const SWITCHED_OFF_PROBE_MS = 60 * 60_000;

/** A key a day for as long as LinkedIn takes an event, and some more. */
const MAX_KEYS_TRIED = 100;

/** No payload's key can be read: another event may come whose key can. */
const NO_KEY_PROBE_MS = 60_000;

/** A token for each refusal, and then one more would be a loop. */
const MAX_TOKENS = 3;

type Token = Extract<Access, { kind: 'token' }>;

/** What is known of the integration while a flight is under way. */
type Route = { integration: Integration; limits: RateLimits; version: string };

type Search = PoisonSearch<PendingDelivery>;

/** A request that LinkedIn answered, or that nobody answered, which is an answer too; and the search as it was then. */
type Answered = { attempt: Attempt; answer: Answer; search: Search };

/**
 * Takes one batch of one lane to LinkedIn, and goes on until each of its deliveries is done or has to wait.
 *
 * What an answer means is decided in `domain/next-step.ts`; here it is carried out. Every answer is written down in the
 * transaction that acts on it, so a crash in between loses no delivery and sends at most one batch again.
 */
export class Flight {
  readonly #lane: Lane;
  readonly #world: World;
  readonly #lanes: Lanes;
  readonly #deliveries: Deliveries;
  readonly #learnt: Learnt;
  /** What had been taken back when its deliveries were read. */
  #readAt = 0;

  constructor(lane: Lane, ground: { world: World; lanes: Lanes; deliveries: Deliveries; learnt: Learnt }) {
    this.#lane = lane;
    this.#world = ground.world;
    this.#lanes = ground.lanes;
    this.#deliveries = ground.deliveries;
    this.#learnt = ground.learnt;
  }

  async fly(): Promise<void> {
    const integration = await this.#world.integration(this.#lane.integrationId);
    if (integration === undefined) return this.#hold('integration_missing', SWITCHED_OFF_PROBE_MS);
    if (!integration.enabled) return this.#hold('integration_disabled', SWITCHED_OFF_PROBE_MS);
    const batch = await this.#board(integration);
    if (integration.config.test_mode === true) return this.#skip(batch, 'test_mode');
    const route = { integration, limits: limitsOf(integration.config), version: this.#version(integration) };
    let search: Search = { suspects: [], unknown: batch };
    while (nextProbe(search).length > 0) {
      const answered = await this.#request(search, route);
      if (answered === undefined) return;
      const next = this.#world.database.transaction(() => this.#apply(answered, route));
      if (next === undefined) return;
      search = next;
    }
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

  /** Takes what waits, without the identifiers that LinkedIn no longer takes. Whom nothing else identifies stays behind. */
  async #board(integration: Integration): Promise<PendingDelivery[]> {
    const readable = await this.#readable(integration);
    const refused = this.#learnt.refusedIdTypes(this.#lane.integrationId);
    if (refused.size === 0 && readable.every(({ hasWaited }) => !hasWaited)) return readable;
    const boarded: PendingDelivery[] = [];
    const unidentified: PendingDelivery[] = [];
    for (const delivery of readable) {
      const complete = delivery.hasWaited
        ? await completed(delivery, integration.consent_categories)
        : delivery.payload;
      const payload = complete === undefined ? undefined : withoutIdTypes(complete, refused);
      if (payload === undefined) unidentified.push(delivery);
      else if (payload === delivery.payload) boarded.push(delivery);
      else boarded.push({ ...delivery, payload, isRebuilt: true });
    }
    this.#skip(unidentified, 'no_identity');
    return boarded;
  }

  /**
   * What may go with the consent that the integration asks for now, with payloads that can be read. Those that cannot wait
   * for their key and let the others go first.
   */
  async #readable({ consent_categories: asked }: Integration): Promise<PendingDelivery[]> {
    for (let tries = 0; tries < MAX_KEYS_TRIED; tries += 1) {
      const withoutKeys = [...this.#world.payloads.unreadable().keys()];
      this.#readAt = this.#deliveries.takenBack;
      const waiting = this.#deliveries.pending(this.#lane, { withoutKeys });
      if (waiting.length === 0) return this.#withoutKey();
      const isAllowed = ({ consent }: PendingDelivery): boolean => isConsented(asked, consent);
      this.#skip(
        waiting.filter((delivery) => !isAllowed(delivery)),
        'no_consent',
      );
      const allowed = waiting.filter(isAllowed);
      const readable = await this.#opened(allowed);
      if (readable.length > 0 || allowed.length === 0) return readable;
      // One more key is known that cannot be read; what others seal may go.
    }
    return this.#withoutKey();
  }

  /** Those that can be opened whole: what a person said later is as much part of it as the conversion. */
  async #opened(deliveries: readonly PendingDelivery[]): Promise<PendingDelivery[]> {
    const payloads = await this.#world.payloads.open(deliveries.map(({ payload }) => payload));
    const withLate = deliveries.filter(({ late }) => late !== undefined);
    const lates = await this.#world.payloads.open(withLate.map(({ late = '' }) => late));
    const lateOf = new Map(withLate.map((delivery, index) => [delivery, lates[index]]));
    return deliveries.flatMap((delivery, index) => {
      const payload = payloads[index];
      const late = lateOf.get(delivery);
      if (payload === undefined || (late === undefined && lateOf.has(delivery))) return [];
      return [{ ...delivery, payload, late }];
    });
  }

  /** Nothing that waits can be read. */
  #withoutKey(): [] {
    if (this.#deliveries.pending(this.#lane, { withoutKeys: [] }).length === 0) return [];
    const nowMs = this.#world.now();
    const reasons = [...this.#world.payloads.unreadable().values()];
    if (reasons.includes('sealed'))
      this.#lanes.holdRule(this.#lane, { reason: 'encryption_key_missing', nowMs, probeAfterMs: NO_KEY_PROBE_MS });
    else if (reasons.length > 0) this.#lanes.postpone(this.#lane, { untilMs: nowMs + NO_KEY_PROBE_MS });
    return [];
  }

  /** The version that is set, or what was found to work in its place. While a retired one holds us, the newest is tried. */
  #version({ id, config }: Integration): string {
    const configured = config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    if (this.#lane.probeFor === 'version_sunset') return NEWEST_KNOWN_VERSION;
    return this.#learnt.replacementOf(id, configured) ?? configured;
  }

  /** Sends once, with a token and a permit. Undefined when there is neither, and the lane waits; or when nothing is left. */
  async #request(search: Search, route: Route): Promise<Answered | undefined> {
    let access = await this.#world.access(this.#lane.integrationId);
    for (let tokens = 1; ; tokens += 1) {
      if (access.kind !== 'token') return this.#withoutToken(access);
      const answered = await this.#send(search, { ...route, access });
      if (answered === undefined) return undefined;
      if (answered.answer.kind !== 'token_refused') return answered;
      this.#deliveries.record(answered.attempt);
      access = await this.#world.refused(this.#lane.integrationId, access.tokenId);
      if (tokens === MAX_TOKENS) return this.#hold('token_refused', SWITCHED_OFF_PROBE_MS);
    }
  }

  async #send(
    read: Search,
    { access, integration, limits, version }: Route & { access: Token },
  ): Promise<Answered | undefined> {
    const limiter = this.#world.limiter(access.limiterKey);
    const grant = await this.#permit(limiter, limits);
    if (grant === undefined) return undefined;
    // From here on nothing is awaited until the request is on its way. What is left uses the permit that is there: begun
    // anew for each erasure, a flight would never leave while erasures come faster than permits.
    const search = this.#stillPending(read);
    const probe = nextProbe(search);
    if (probe.length === 0) return undefined;
    const startedAtMs = this.#world.now();
    const { answer, status } = await this.#world.send({
      token: access.token,
      version,
      elements: probe.map(({ payload }) => payload),
    });
    await this.#tell(limiter, { answer, limits, mustReport: grant.mustReport });
    const message = answer.kind === 'accepted' ? undefined : answer.message;
    return {
      answer,
      search,
      attempt: {
        laneId: this.#lane.id,
        startedAtMs,
        endedAtMs: this.#world.now(),
        status,
        outcome: answer.kind,
        message,
        batch: probe,
        consentAsked: integration.consent_categories,
      },
    };
  }

  /** Tells everybody who uses this app what was learnt. If that fails, LinkedIn's answer still counts. */
  async #tell(
    limiter: Limiter,
    { answer, limits, mustReport }: { answer: Answer; limits: RateLimits; mustReport: boolean },
  ): Promise<void> {
    try {
      if (answer.kind === 'throttled') await limiter.pause(limits, this.#world.now() + this.#pauseMs(answer));
      if (answer.kind === 'unavailable') await limiter.report(limits, false);
      else if (mustReport) await limiter.report(limits, true);
    } catch (error) {
      this.#world.log('outbox.limiter', error);
    }
  }

  async #permit(limiter: Limiter, limits: RateLimits): Promise<{ mustReport: boolean } | undefined> {
    for (;;) {
      const grant = await limiter.take(limits, this.#lane.integrationId);
      if (grant.isGranted) return grant;
      if (grant.retryAfterMs > MAX_PERMIT_WAIT_MS) {
        this.#lanes.postpone(this.#lane, { untilMs: this.#world.now() + grant.retryAfterMs });
        return undefined;
      }
      await this.#world.sleep(grant.retryAfterMs);
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
        this.#lanes.limitBatch(this.#lane, step.maxBatch);
        return undefined;
      case 'wait':
        this.#lanes.wait(this.#lane, { untilMs: this.#world.now() + step.afterMs });
        return undefined;
      case 'hold':
        if (step.scope === 'rule') this.#lanes.holdRule(this.#lane, { ...step, nowMs: this.#world.now() });
        else this.#hold(step.reason, step.probeAfterMs);
        return undefined;
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
    { refused }: Accepted,
    { probe, attemptId, route }: { probe: readonly PendingDelivery[]; attemptId: number; route: Route },
  ): void {
    const taken = probe.filter((_, index) => !refused.has(index));
    this.#deliveries.finish(taken, { state: 'delivered', atMs: this.#world.now(), attemptId });
    // 408, 429 and 5xx for one element blame nobody: it stays pending and goes again with the lane's next batch.
    const dead = [...refused].filter(
      ([, { status }]) => status >= 400 && status < 500 && status !== 408 && status !== 429,
    );
    this.#bury(new Map(dead.map(([index, { message }]) => [index, message])), { probe, attemptId });
    this.#lanes.succeeded(this.#lane);
    const configured = route.integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version;
    if (route.version !== configured)
      this.#learnt.replaceVersion(this.#lane.integrationId, { retired: configured, working: route.version });
  }

  #bury(
    elements: ReadonlyMap<number, string>,
    { probe, attemptId }: { probe: readonly PendingDelivery[]; attemptId: number },
  ): void {
    for (const [index, message] of elements) {
      const delivery = probe[index];
      if (delivery === undefined) continue;
      this.#deliveries.finish([delivery], { state: 'dead', reason: message, atMs: this.#world.now(), attemptId });
    }
  }

  /** The next flight boards without these. Where they are left out already, LinkedIn means something else: then the culprit is searched for. */
  #leaveOut(
    idTypes: readonly string[],
    { probe, search }: { probe: readonly PendingDelivery[]; search: Search },
  ): Search | undefined {
    const known = this.#learnt.refusedIdTypes(this.#lane.integrationId);
    if (!idTypes.every((idType) => known.has(idType))) {
      this.#learnt.refuseIdTypes(this.#lane.integrationId, idTypes);
      return undefined;
    }
    if (probe.length > 1) return this.#narrow(search);
    this.#lanes.wait(this.#lane, { untilMs: this.#world.now() + SWITCHED_OFF_PROBE_MS });
    return undefined;
  }

  #nextStep(failure: DeliveryFailure, { batchSize, version }: { batchSize: number; version: string }): NextStep {
    return nextStep(failure, {
      batchSize,
      failures: this.#lane.failures + 1,
      isNewestVersion: version === NEWEST_KNOWN_VERSION,
      random: this.#world.random(),
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
    if (step.kind === 'wait') this.#lanes.wait(this.#lane, { untilMs: this.#world.now() + step.afterMs });
    return undefined;
  }

  #hold(reason: HoldReason, probeAfterMs: number): undefined {
    this.#lanes.holdIntegration(this.#lane, { reason, nowMs: this.#world.now(), probeAfterMs });
  }

  #skip(batch: readonly PendingDelivery[], reason: 'test_mode' | 'no_identity' | 'no_consent'): void {
    this.#deliveries.finish(batch, { state: 'skipped', reason, atMs: this.#world.now() });
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

/** Builds the element of what has waited for its person's e-mail; undefined when nothing identifies him still. */
async function completed({ payload, late }: PendingDelivery, asked: readonly string[]): Promise<string | undefined> {
  // Written by `enqueue` from values of these types.
  const conversion: WaitingConversion = JSON.parse(payload);
  const known: LateIdentity | undefined = late === undefined ? undefined : JSON.parse(late);
  const identity = known !== undefined && isConsented(asked, known.consent) ? known.identity : undefined;
  const element = await completedElement(conversion, identity);
  return element && JSON.stringify(element);
}
