import type { Access } from '../domain/access.ts';
import type { Answer, DeliveryFailure } from '../domain/delivery-failure.ts';
import { CREDENTIALS_PROBE_MS, nextStep } from '../domain/next-step.ts';
import type { Permit, RateLimits } from '../domain/permits.ts';
import { afterAccepted, afterRefused, nextProbe, searchIn } from '../domain/poison-search.ts';
import type { PoisonSearch } from '../domain/poison-search.ts';
import type { SentBatch } from '../linkedin/send-conversions.ts';
import { SETTING_DEFAULTS } from '../schema/integration.ts';
import type { Integration } from '../schema/integration.ts';
import type { Attempt, Deliveries, PendingDelivery } from './deliveries.ts';
import type { Lane, Lanes } from './lanes.ts';

/** What a flight needs of the world. Handed in, so that a simulation can be the world. */
export type World = {
  now(): number;
  random(): number;
  sleep(ms: number): Promise<void>;
  /** Undefined when there is none of this id. */
  integration(integrationId: string): Promise<Integration | undefined>;
  access(integrationId: string): Promise<Access>;
  /** @param rejectedTokenId The token that LinkedIn refused: when another one is there already, nothing is fetched. */
  refresh(integrationId: string, rejectedTokenId: string): Promise<Access>;
  takePermit(limiterKey: string, limits: RateLimits): Promise<Permit>;
  pause(limiterKey: string, untilMs: number): Promise<void>;
  send(request: { token: string; version: string; elements: readonly string[] }): Promise<SentBatch>;
  /** Runs synchronous work that is kept as a whole or not at all. */
  transaction<Result>(work: () => Result): Result;
};

/** A request that LinkedIn answered, or that nobody answered, which is an answer too. */
type Answered = { attempt: Attempt; answer: Answer; access: Extract<Access, { kind: 'token' }> };

/** A permit that is this near is waited for; for a later one the lane is put off and others may go. */
const MAX_PERMIT_WAIT_MS = 2_000;

/** The integration was switched off or deleted: looked at again now and then, in case nobody says that it is back. */
const SWITCHED_OFF_PROBE_MS = 60 * 60_000;

/**
 * Takes one batch of one lane to LinkedIn, and further until each of its deliveries is done or has to wait.
 *
 * What an answer means is decided in `domain/next-step.ts`; here it is carried out. Every answer is written down in the
 * transaction that acts on it, so a crash in between loses no delivery and sends at most one batch again.
 */
export class Flight {
  readonly #lane: Lane;
  readonly #world: World;
  readonly #lanes: Lanes;
  readonly #deliveries: Deliveries;
  #isRefreshed = false;

  constructor(lane: Lane, { world, lanes, deliveries }: { world: World; lanes: Lanes; deliveries: Deliveries }) {
    this.#lane = lane;
    this.#world = world;
    this.#lanes = lanes;
    this.#deliveries = deliveries;
  }

  async fly(): Promise<void> {
    const integration = await this.#world.integration(this.#lane.integrationId);
    if (integration === undefined) return this.#hold('integration_missing', SWITCHED_OFF_PROBE_MS);
    if (!integration.enabled) return this.#hold('integration_disabled', SWITCHED_OFF_PROBE_MS);
    const batch = this.#deliveries.pending(this.#lane);
    if (integration.config.test_mode === true) return this.#skip(batch);
    let search: PoisonSearch<PendingDelivery> = { suspects: [], unknown: batch };
    for (let probe = nextProbe(search); probe.length > 0; probe = nextProbe(search)) {
      const answered = await this.#request(probe, integration);
      if (answered === undefined) return;
      const next = this.#world.transaction(() => this.#apply(answered, { probe, search }));
      if (next === undefined) return;
      search = next;
    }
  }

  /** Sends once: with a token, with a permit. Undefined when there is neither; then the lane waits. */
  async #request(probe: readonly PendingDelivery[], integration: Integration): Promise<Answered | undefined> {
    const access = await this.#world.access(this.#lane.integrationId);
    if (access.kind !== 'token') return this.#withoutToken(access);
    if (!(await this.#isPermitted(access.limiterKey, limitsOf(integration)))) return undefined;
    const startedAtMs = this.#world.now();
    const { answer, status } = await this.#world.send({
      token: access.token,
      version: integration.config.linkedin_version ?? SETTING_DEFAULTS.linkedin_version,
      elements: probe.map(({ payload }) => payload),
    });
    const attempt: Attempt = {
      laneId: this.#lane.id,
      startedAtMs,
      endedAtMs: this.#world.now(),
      status,
      outcome: answer.kind,
      message: answer.kind === 'accepted' ? undefined : answer.message,
      batch: probe,
    };
    if (answer.kind === 'token_refused' && !this.#isRefreshed)
      return this.#refreshAndRequest({ attempt, answer, access }, integration);
    if (answer.kind === 'throttled') await this.#pauseAll(answer, access.limiterKey);
    return { attempt, answer, access };
  }

  async #refreshAndRequest(refused: Answered, integration: Integration): Promise<Answered | undefined> {
    this.#isRefreshed = true;
    const renewed = await this.#world.refresh(this.#lane.integrationId, refused.access.tokenId);
    // Without another token the refusal stands.
    if (renewed.kind !== 'token') return this.#withoutToken(renewed, refused.attempt);
    this.#deliveries.record(refused.attempt);
    return this.#request(refused.attempt.batch, integration);
  }

  /** Writes down what LinkedIn said and what follows. Returns what is left to send now, or undefined when the lane has to wait. */
  #apply(
    { attempt, answer }: { attempt: Attempt; answer: Answer },
    { probe, search }: { probe: readonly PendingDelivery[]; search: PoisonSearch<PendingDelivery> },
  ): PoisonSearch<PendingDelivery> | undefined {
    const attemptId = this.#deliveries.record(attempt);
    if (answer.kind === 'accepted') {
      this.#accept({ answer, probe, attemptId });
      return afterAccepted(search);
    }
    const step = this.#nextStep(answer, probe.length);
    const nowMs = this.#world.now();
    switch (step.kind) {
      case 'bury': {
        this.#bury(step.elements, { probe, attemptId });
        const buried = new Set([...step.elements.keys()].map((index) => probe[index]?.eventId));
        const isLeft = ({ eventId }: PendingDelivery): boolean => !buried.has(eventId);
        // A probe of one was the culprit that the search was after; else all that is left is worth one request together.
        return answer.kind === 'batch_refused' && search.suspects.length > 0
          ? afterRefused(search)
          : { suspects: [], unknown: [...search.suspects, ...search.unknown].filter(isLeft) };
      }
      case 'search':
        return search.suspects.length > 0 ? afterRefused(search) : searchIn(search.unknown);
      case 'shrink':
        this.#lanes.limitBatch(this.#lane, step.maxBatch);
        return undefined;
      case 'wait':
        this.#lanes.wait(this.#lane, { untilMs: nowMs + step.afterMs });
        return undefined;
      case 'hold':
        if (step.scope === 'rule') this.#lanes.holdRule(this.#lane, { ...step, nowMs });
        else this.#lanes.holdIntegration(this.#lane, { ...step, nowMs });
        return undefined;
      case 'refresh':
        throw new Error('Cannot refresh here: a refused token is renewed before its answer is applied');
    }
  }

  #nextStep(failure: DeliveryFailure, batchSize: number): ReturnType<typeof nextStep> {
    return nextStep(failure, {
      batchSize,
      failures: this.#lane.failures + 1,
      isRefreshed: this.#isRefreshed,
      random: this.#world.random(),
    });
  }

  #accept({
    answer,
    probe,
    attemptId,
  }: {
    answer: Extract<Answer, { kind: 'accepted' }>;
    probe: readonly PendingDelivery[];
    attemptId: number;
  }): void {
    const atMs = this.#world.now();
    const isTaken = (_: PendingDelivery, index: number): boolean => !answer.refused.has(index);
    this.#deliveries.finish(probe.filter(isTaken), { state: 'delivered', atMs, attemptId });
    // 429 and 5xx for one element blame nobody: it stays pending and goes again with the lane's next batch.
    const isOwnFault = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;
    const dead = [...answer.refused].filter(([, { status }]) => isOwnFault(status));
    this.#bury(new Map(dead.map(([index, { message }]) => [index, message])), { probe, attemptId });
    this.#lanes.succeeded(this.#lane);
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

  #withoutToken(access: Exclude<Access, { kind: 'token' }>, refused?: Attempt): undefined {
    this.#world.transaction(() => {
      if (refused !== undefined) this.#deliveries.record(refused);
      if (access.kind === 'unavailable')
        this.#lanes.wait(this.#lane, { untilMs: this.#world.now() + this.#unavailableMs() });
      else this.#hold(access.reason, CREDENTIALS_PROBE_MS);
    });
  }

  #unavailableMs(): number {
    const step = this.#nextStep({ kind: 'unavailable', message: 'no token' }, 1);
    return step.kind === 'wait' ? step.afterMs : CREDENTIALS_PROBE_MS;
  }

  async #isPermitted(limiterKey: string, limits: RateLimits): Promise<boolean> {
    for (;;) {
      const permit = await this.#world.takePermit(limiterKey, limits);
      if (permit.isGranted) return true;
      if (permit.retryAfterMs > MAX_PERMIT_WAIT_MS) {
        this.#lanes.postpone(this.#lane, { untilMs: this.#world.now() + permit.retryAfterMs });
        return false;
      }
      await this.#world.sleep(permit.retryAfterMs);
    }
  }

  /** A 429 is for everybody who uses this LinkedIn app, not for this lane alone. */
  async #pauseAll(answer: DeliveryFailure, limiterKey: string): Promise<void> {
    const step = this.#nextStep(answer, 1);
    if (step.kind === 'wait') await this.#world.pause(limiterKey, this.#world.now() + step.afterMs);
  }

  #hold(reason: Parameters<Lanes['holdIntegration']>[1]['reason'], probeAfterMs: number): void {
    this.#lanes.holdIntegration(this.#lane, { reason, nowMs: this.#world.now(), probeAfterMs });
  }

  #skip(batch: readonly PendingDelivery[]): void {
    this.#deliveries.finish(batch, { state: 'skipped', reason: 'test_mode', atMs: this.#world.now() });
  }
}

function limitsOf({ config }: Integration): RateLimits {
  return {
    ratePerSecond: config.rate_limit_rps ?? SETTING_DEFAULTS.rate_limit_rps,
    burst: config.rate_limit_burst ?? SETTING_DEFAULTS.rate_limit_burst,
    perMinute: config.quota_per_minute ?? SETTING_DEFAULTS.quota_per_minute,
    perDay: config.quota_per_day ?? SETTING_DEFAULTS.quota_per_day,
  };
}
