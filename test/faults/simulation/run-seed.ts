import type { Integration } from '../../../worker/schema/settings/integration.ts';
import { aReceipt } from './a-receipt.ts';
import { Chance } from './chance.ts';
import type { Fault } from './faults.ts';
import { formerParts } from './former-parts.ts';
import { InvariantsOfWidth } from './invariants-of-width.ts';
import { CALLS_UNDER_WAY_MS, Invariants } from './invariants.ts';
import type { Made, Violation } from './invariants.ts';
import { KNOWN } from './known.ts';
import { olderRows } from './older-rows.ts';
import { People } from './people.ts';
import { ACROSS, HOUR_MS, INTEGRATIONS, NEW_SOURCE, Simulation, nameOfRule } from './simulation.ts';
import { BusyLoop } from './virtual-time.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
const WATCHDOG_EVERY_MS = 5 * MINUTE_MS;

/** The permits that each of four batches may have taken for deliveries that a change then forbade. */
const PERMITS_A_CHANGE = 4;

/** Few enough that an erased person usually has something waiting. */
const PEOPLE = 12;

/** One in ten, on KV's bad days. It is also unreachable for whole hours. */
const KV_FAILURES = 0.1;

/** Longer than the product's longest wait, which is an hour for a probed hold. */
const CALM_MS = 12 * HOUR_MS;
const STORM_MS = 36 * HOUR_MS;

export type SeedReport = {
  seed: number;
  violations: Violation[];
  faults: Fault[];
  events: number;
  acknowledged: number;
  requests: number;
  taken: number;
  takenTwice: number;
  crashes: number;
  evictions: number;
};

const FORMER_PARTS = formerParts();

/** Ends a run early: it has violated what it was run for. */
class SeenEnough extends Error {}

/**
 * Runs one seed: a day and a half in which anything may fail, then half a day in which nothing does.
 *
 * @param options.untilViolated Ends the run at the first violation that says more than an error does. A bug may cause
 * more and more work, and then the run would never end.
 */
export async function runSeed(
  seed: number,
  { known = KNOWN, untilViolated = false }: { known?: typeof KNOWN; untilViolated?: boolean } = {},
): Promise<SeedReport> {
  const simulation = new Simulation(seed, { former: await FORMER_PARTS });
  const made = new Map<string, Made>();
  const invariants = new Invariants(simulation, made);
  const width = new InvariantsOfWidth(simulation, {
    made,
    violate: (name, what) => invariants.violate(name, what),
    erased: invariants.erased,
  });
  const storm = new Storm(simulation, made, { invariants, width });
  simulation.onSend = (self, database, elements, token) => {
    invariants.onSend(self, database, elements);
    width.onSend({ token, elements });
    storm.onSend({ elements });
  };
  let steps = 0;
  const afterEach = (): void => {
    invariants.afterStep();
    steps += 1;
    if (steps % 200 === 0) width.afterSteps({ isClockExcused: simulation.time.nowMs < invariants.excusedUntilMs });
    if (untilViolated && invariants.violations.some(({ name }) => name !== 'nothing throws' && !known.has(name)))
      throw new SeenEnough();
  };
  const startMs = simulation.time.nowMs;
  storm.begin();
  try {
    await simulation.time.run(startMs + STORM_MS, afterEach);
    storm.end();
    await simulation.time.run(startMs + STORM_MS + CALM_MS, afterEach);
    invariants.atEnd();
    width.atEnd();
    await invariants.erasedIsNoise();
  } catch (error) {
    if (error instanceof BusyLoop) invariants.violate('time advances', error.message);
    else if (!(error instanceof SeenEnough)) throw error;
  }
  const { taken, requests } = simulation.linkedIn;
  return {
    seed,
    violations: invariants.violations.filter(({ name }) => !known.has(name)),
    faults: [...simulation.faults],
    events: made.size,
    acknowledged: [...made.values()].filter(({ isAcknowledged }) => isAcknowledged).length,
    requests: requests.length,
    taken: taken.length,
    takenTwice: taken.length - new Set(taken.map(({ ruleId, eventId }) => `${ruleId}/${eventId}`)).size,
    crashes: simulation.objects().reduce((sum, object) => sum + object.crashes, 0),
    evictions: simulation.objects().reduce((sum, object) => sum + object.evictions, 0),
  };
}

/** Everything active: clients, admins, LinkedIn's moods, and the faults. */
class Storm {
  readonly #simulation: Simulation;
  readonly #made: Map<string, Made>;
  readonly #invariants: Invariants;
  readonly #width: InvariantsOfWidth;
  readonly #people: People;
  readonly #chance: Chance;
  /** The original integrations, for those that are deleted and created again. */
  readonly #originals: ReadonlyMap<string, Integration>;
  /** Random numbers for waiting events. They are separate, so that seeds without such events stay the same. */
  readonly #ofWaits: Chance;
  readonly #waits: boolean;
  /** The same for the platform's behaviour. */
  readonly #ofPlatform: Chance;
  #isOver = false;
  #events = 0;

  constructor(
    simulation: Simulation,
    made: Map<string, Made>,
    { invariants, width }: { invariants: Invariants; width: InvariantsOfWidth },
  ) {
    this.#simulation = simulation;
    this.#made = made;
    this.#invariants = invariants;
    this.#width = width;
    this.#chance = simulation.chance;
    this.#ofWaits = new Chance(simulation.seed ^ 0x1d);
    this.#ofPlatform = new Chance(simulation.seed ^ 0x91af);
    this.#waits = this.#ofWaits.is(0.5);
    this.#originals = new Map(simulation.integrations);
    this.#people = new People(simulation, {
      erased: invariants.erased,
      ended: (deliveries) => void (width.permitsExcused += deliveries),
      isOver: () => this.#isOver,
      lead: (source, person) => void this.#send(source, [this.#event(source, person)], 1),
      change: (id, changed) => this.#change(id, changed),
      restore: (id) => this.#restore(id, undefined),
    });
  }

  onSend(request: { elements: readonly string[] }): void {
    this.#people.onSend(request);
  }

  begin(): void {
    const { time } = this.#simulation;
    this.#arm();
    if (this.#has('kv_down')) {
      this.#simulation.kv.failureProbability = KV_FAILURES;
      this.#width.kvUnwellAtMs = Number.POSITIVE_INFINITY;
    }
    if (this.#has('older_rows'))
      for (const event of olderRows(this.#simulation)) this.#made.set(event.messageId, event);
    this.#every(WATCHDOG_EVERY_MS, () => this.#simulation.watchdog());
    const sessions = this.#chance.between(60, 140);
    for (let session = 0; session < sessions; session += 1)
      time.after(this.#chance.between(0, STORM_MS), () => this.#session());
    this.#nowAndThen(2 * HOUR_MS, () => this.#simulation.linkedIn.changeMood(this.#simulation.faults));
    this.#nowAndThen(2 * HOUR_MS, () => this.#mischief());
    if (this.#has('alarm_lost')) this.#nowAndThen(3 * HOUR_MS, () => this.#loseAlarms());
    if (this.#has('remapped')) this.#nowAndThen(2 * HOUR_MS, () => this.#edit());
    if (this.#has('erased'))
      this.#nowAndThen(2 * HOUR_MS, () => this.#people.erase(`person-${this.#chance.between(1, PEOPLE)}`));
    this.#people.begin();
    if (this.#has('kv_deletes_down')) this.#nowAndThen(6 * HOUR_MS, () => this.#stopDeletions());
    if (this.#has('kv_quota')) this.#nowAndThen(10 * HOUR_MS, () => this.#useUpQuotas());
    if (this.#has('kv_slow')) this.#nowAndThen(6 * HOUR_MS, () => this.#slowDown());
    if (this.#has('new_source'))
      for (let second = 5; second <= 60; second += 5)
        time.after(second * 1_000, () => void this.#send(NEW_SOURCE, [this.#event(NEW_SOURCE)], 1));
    if (this.#has('clock_jump')) this.#nowAndThen(HOUR_MS, () => this.#jump());
  }

  /** Fixes all causes. In half the runs the outbox isn't notified, and its own probes have to find out. */
  end(): void {
    this.#isOver = true;
    this.#invariants.calmFromMs = this.#simulation.time.nowMs;
    const { linkedIn, integrations } = this.#simulation;
    for (const object of this.#simulation.objects()) {
      object.crashProbability = 0;
      object.unreachableProbability = 0;
      object.loseAlarmProbability = 0;
      object.doubleAlarmProbability = 0;
    }
    this.#excuse(0);
    linkedIn.recover();
    this.#simulation.isTokenServerDown = false;
    this.#simulation.kv.failureProbability = 0;
    this.#simulation.kv.isDeleteDown = false;
    this.#simulation.kv.renewQuotas();
    this.#simulation.kv.beSlow(0);
    this.#kvIsWell();
    this.#people.end();
    this.#invariants.kvIsBackFromMs = Math.min(this.#invariants.kvIsBackFromMs, this.#simulation.time.nowMs);
    const isTold = this.#chance.is(0.5);
    for (const { id, source } of INTEGRATIONS) {
      if (this.#simulation.deletedAtMs.has(source)) continue;
      const version = integrations.get(id)?.config.linkedin_version;
      if (this.#isChanged(id, version)) this.#restore(id, version);
      if (isTold) this.#tell(id);
      if (this.#has('replay')) this.#replay(id, { id: 'rep_end' });
      // A change that was under way arrives after this.
      this.#simulation.time.after(CALLS_UNDER_WAY_MS, () => this.#restoreLate(id, { version, isTold }));
    }
  }

  #restoreLate(id: string, { version, isTold }: { version: string | undefined; isTold: boolean }): void {
    if (!this.#isChanged(id, version)) return;
    this.#restore(id, version);
    if (isTold) this.#tell(id);
  }

  /** Marks KV as healthy from now on, unless it keeps failing now and then. */
  #kvIsWell(): void {
    const { kv, time } = this.#simulation;
    const isWell = kv.failureProbability === 0 && !kv.isDeleteDown;
    this.#width.kvUnwellAtMs = isWell ? time.nowMs : Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    for (const object of this.#simulation.objects()) {
      object.crashProbability = this.#has('crash') ? this.#chance.of([0.001, 0.01, 0.05]) : 0;
      object.unreachableProbability = this.#has('unreachable_object') ? 0.02 : 0;
      object.doubleAlarmProbability = this.#has('alarm_twice') ? 0.1 : 0;
    }
  }

  /** A visitor, or a server with several events at once. */
  #session(): void {
    const { source } = this.#chance.of(INTEGRATIONS);
    const size = this.#chance.of([1, 1, 1, 3, 20]);
    const events = Array.from({ length: size }, () => this.#event(source));
    void this.#send(source, events, 1);
    for (const event of events) {
      if (event.wait !== undefined && this.#ofWaits.is(0.6)) this.#introduce(event, event.wait);
    }
  }

  #event(source: string, person = `person-${this.#chance.between(1, PEOPLE)}`): Made {
    this.#events += 1;
    const nowMs = this.#simulation.time.nowMs;
    const rules = INTEGRATIONS.filter((integration) => integration.source === source).flatMap(
      (integration) => integration.rules,
    );
    const event: Made = {
      messageId: `${this.#kind()}${this.#events}`,
      source,
      name: this.#chance.of(['Unmapped', this.#ruleName(rules), this.#ruleName(rules), ACROSS]),
      tries: [],
      happenedAtMs: nowMs - this.#age(),
      receivedAtMs: nowMs,
      idTypes: this.#idTypes(),
      person,
      ...(this.#chance.is(0.3) && {
        consent: { categories: { analytics: false }, policy: 'granted' as const, country: undefined },
      }),
      reachedAtMs: [],
      isAcknowledged: false,
      ...(this.#waits &&
        this.#ofWaits.is(0.15) && {
          idTypes: this.#ofWaits.is(0.5) ? [] : (['SHA256_EMAIL'] as const),
          wait: { tag: `tag-${this.#events}`, forMs: this.#ofWaits.of([1, 10, 60]) * MINUTE_MS },
        }),
    };
    this.#made.set(event.messageId, event);
    return event;
  }

  /** The visitor gives their e-mail: at once, later, or too late. */
  #introduce({ source, messageId }: Made, { tag, forMs }: { tag: string; forMs: number }): void {
    this.#simulation.time.after(this.#ofWaits.between(0, 1.5 * forMs), () => {
      const nowMs = this.#simulation.time.nowMs;
      const event: Made = {
        messageId: `identify-${messageId}`,
        source,
        name: 'Unmapped',
        tries: [],
        happenedAtMs: nowMs,
        receivedAtMs: nowMs,
        introduces: tag,
        reachedAtMs: [],
        isAcknowledged: false,
      };
      this.#made.set(event.messageId, event);
      void this.#send(source, [event], 1);
    });
  }

  #ruleName(rules: readonly string[]): string {
    return nameOfRule(rules[this.#chance.between(0, rules.length - 1)] ?? '');
  }

  #kind(): string {
    if (this.#has('poison_named') && this.#chance.is(0.04)) return 'poison-';
    if (this.#has('poison_unnamed') && this.#chance.is(0.03)) return 'unnamed-poison-';
    return 'event-';
  }

  #age(): number {
    if (!this.#has('old_events') || !this.#chance.is(0.2)) return this.#chance.between(0, MINUTE_MS);
    return this.#chance.of([
      this.#chance.between(0, 80 * 24) * HOUR_MS,
      90 * 24 * HOUR_MS - this.#chance.between(1, 48 * 60) * MINUTE_MS,
    ]);
  }

  #idTypes(): ('SHA256_EMAIL' | 'ORACLE_MOAT_ID')[] {
    if (!this.#has('id_type_refused') || !this.#chance.is(0.1)) return ['SHA256_EMAIL'];
    return this.#chance.of([['ORACLE_MOAT_ID'], ['SHA256_EMAIL', 'ORACLE_MOAT_ID']]);
  }

  /** Sends events, and repeats them with the same IDs until they are acknowledged, as the tag and the SDKs do. */
  async #send(source: string, events: readonly Made[], attempt: number): Promise<void> {
    const again = (): void => {
      if (attempt < 12)
        this.#simulation.time.after(
          this.#chance.between(1, 60) * 1_000,
          () => void this.#send(source, events, attempt + 1),
        );
    };
    if (this.#has('lost_request') && this.#chance.is(0.1)) return again();
    const outbox = this.#simulation.outboxes.get(source);
    const collector = this.#simulation.collector();
    const config = await collector.configOf(source).catch((error: unknown) => {
      if (collector.isOfThisVersion) this.#width.configUnavailable(source, error);
      return 'unavailable' as const;
    });
    if (config === undefined) this.#width.unknown(source);
    // 401 or 503: nothing is stored.
    if (config === undefined || config === 'unavailable') return again();
    const receipts = events.map((event) => {
      const to = collector.targets(config, event.name);
      event.tries.push(to);
      return aReceipt({ ...event, to, receivedAtMs: outbox?.now() ?? event.receivedAtMs });
    });
    this.#invariants.configIsFresh(source, JSON.stringify(config));
    const isKept = await collector
      .collect(source, receipts, () => {
        for (const { reachedAtMs } of events) reachedAtMs.push(this.#simulation.time.nowMs);
      })
      .catch((error: unknown) => {
        this.#width.turnedAway(source, error);
        return false;
      });
    if (!isKept) return again();
    this.#width.accepted(source);
    for (const event of events) {
      event.isAcknowledged = true;
      event.acknowledgedAtMs ??= this.#simulation.time.nowMs;
    }
    if (this.#has('lost_answer') && this.#chance.is(0.1)) again();
    if (this.#has('duplicates') && this.#chance.is(0.1))
      this.#simulation.time.after(this.#chance.between(1, 3_600) * 1_000, () => void this.#send(source, events, 12));
  }

  /** Causes one fault, and fixes it later. */
  #mischief(): void {
    const { id } = this.#chance.of(INTEGRATIONS);
    const { linkedIn, faults, time } = this.#simulation;
    const forMs = this.#chance.between(5, 8 * 60) * MINUTE_MS;
    const later = (fix: () => void): void =>
      time.after(forMs, () => {
        if (!this.#isOver) fix();
      });
    const possible: (() => void)[] = [];
    const may = (fault: Fault, work: () => void): void => void (faults.has(fault) && possible.push(work));
    may('rule_refused', () => {
      const ruleId = this.#chance.of(['1001', '2002', '3001']);
      linkedIn.refusedRules.set(
        ruleId,
        this.#chance.of([
          'No ad accounts found',
          'Invalid conversion target, failed to grant access. Conversion must be a CAPI conversion and not deleted.',
          'Blocked for a reason that nobody has heard of',
          "Incorrect conversions information provided. Conversion's method should be CONVERSIONS_API, indices [0] (0-indexed)",
          "Invalid Conversion information provided, this event(s) is associated to a conversion that's marked as deleted. Conversion enabled should be true",
        ]),
      );
      later(() => linkedIn.refusedRules.delete(ruleId));
    });
    may('token_expired', () => this.#endTokens(id));
    may('token_server_down', () => {
      this.#simulation.isTokenServerDown = true;
      this.#endTokens(id);
      later(() => (this.#simulation.isTokenServerDown = false));
    });
    may('access_refused', () => {
      for (const token of linkedIn.validTokens.keys()) linkedIn.deniedTokens.add(token);
      later(() => linkedIn.deniedTokens.clear());
    });
    may('version_retired', () => linkedIn.retiredVersions.add('202601'));
    may('id_type_refused', () => linkedIn.refusedIdTypes.add('ORACLE_MOAT_ID'));
    may('batch_too_large', () => {
      linkedIn.maxElements = this.#chance.of([1, 5, 50]);
      later(() => (linkedIn.maxElements = 5_000));
    });
    const back = (): void => {
      this.#restore(id, undefined);
      if (this.#chance.is(0.7)) this.#tell(id);
    };
    may('switched_off', () => {
      this.#change(id, (known) => ({ ...known, enabled: false }));
      later(back);
    });
    may('deleted', () => {
      this.#width.permitsExcused += PERMITS_A_CHANGE;
      void this.#simulation.change(id, undefined).catch(() => undefined);
      later(back);
    });
    may('remapped', () => {
      this.#change(id, (known) => ({ ...known, config: { ...known.config, conversion_rule_id: swapped(known) } }));
      later(back);
    });
    may('kv_down', () => {
      this.#simulation.kv.failureProbability = this.#chance.of([0.3, 1]);
      this.#invariants.kvIsBackFromMs = Number.POSITIVE_INFINITY;
      later(() => {
        this.#simulation.kv.failureProbability = KV_FAILURES;
        this.#invariants.kvIsBackFromMs = time.nowMs;
      });
    });
    may('deploy', () => this.#deploy({ isKeyRotated: false }));
    may('key_rotated', () => this.#deploy({ isKeyRotated: true }));
    may('replay', () => this.#replay(id, { id: this.#chance.is(0.2) ? null : 'rep_1' }));
    may('crash', () => this.#simulation.outboxOf(id).crash());
    const [first, ...rest] = possible;
    if (first !== undefined) this.#chance.of([first, ...rest])();
  }

  /** An undecided admin: the next change comes while the first is on its way to KV. */
  #edit(): void {
    const { id } = this.#chance.of(INTEGRATIONS);
    for (const currency of ['USD', 'EUR', 'GBP'])
      this.#simulation.time.after(this.#chance.between(1, 150), () =>
        this.#change(id, (known) => ({ ...known, config: { ...known.config, default_currency: currency } })),
      );
  }

  /** KV refuses deletions for some hours. */
  #stopDeletions(): void {
    const { kv, time } = this.#simulation;
    kv.isDeleteDown = true;
    this.#width.kvUnwellAtMs = Number.POSITIVE_INFINITY;
    const forMs = this.#chance.between(1, 5 * 60) * MINUTE_MS;
    this.#people.comeAndRefuse(forMs + MINUTE_MS);
    time.after(forMs, () => {
      kv.isDeleteDown = false;
      this.#kvIsWell();
    });
  }

  /**
   * The free plan's quotas are used up until midnight. This never happens in the first hour of a day, so the day's keys
   * exist by then.
   */
  #useUpQuotas(): void {
    const { kv, time } = this.#simulation;
    if (time.nowMs % DAY_MS < HOUR_MS) return;
    kv.useUp(this.#ofPlatform.of([['PUT'], ['PUT'], ['DELETE'], ['PUT', 'DELETE'], ['GET', 'PUT', 'DELETE', 'LIST']]));
    time.at(Math.ceil((time.nowMs + 1) / DAY_MS) * DAY_MS, () => kv.renewQuotas());
  }

  /**
   * For a while, some operations of KV take seconds or minutes. At the same time, an admin changes settings and the
   * registry restarts, so its writes arrive later.
   */
  #slowDown(): void {
    const { kv, time, registry } = this.#simulation;
    const untilMs = this.#ofPlatform.between(5, 4 * 60) * MINUTE_MS;
    kv.beSlow(this.#ofPlatform.of([0.05, 0.3, 1]));
    time.after(untilMs, () => kv.beSlow(0));
    if (!this.#has('crash')) return;
    for (let atMs = 0; atMs < untilMs; atMs += this.#ofPlatform.between(10, 60) * MINUTE_MS) {
      time.after(atMs, () => this.#edit());
      time.after(atMs + this.#ofPlatform.between(1, 30) * 1_000, () => registry.crash());
    }
  }

  #deploy(what: { isKeyRotated: boolean }): void {
    this.#simulation.deploy(what);
    // A restarted object doesn't remember an alarm that the clock jump removed.
    this.#excuse(11 * MINUTE_MS);
  }

  #endTokens(id: string): void {
    const app = this.#simulation.appOf(id);
    for (const [token, known] of this.#simulation.linkedIn.validTokens)
      if (known.app === app)
        this.#simulation.linkedIn.validTokens.set(token, { ...known, untilMs: this.#simulation.time.nowMs });
  }

  #loseAlarms(): void {
    for (const outbox of this.#simulation.outboxes.values()) {
      outbox.loseAlarmProbability = 1;
      this.#simulation.time.after(MINUTE_MS, () => (outbox.loseAlarmProbability = 0));
    }
    this.#excuse(MINUTE_MS);
  }

  #jump(): void {
    const { outboxes, desks } = this.#simulation;
    const objects = [...outboxes.values(), ...desks.values()];
    const [first, ...rest] = objects;
    if (first === undefined) return;
    this.#chance.of([first, ...rest]).jumpClock(this.#chance.between(-60, 60) * MINUTE_MS);
    this.#excuse(0);
  }

  /** Excuses missing alarms until the watchdog has run, or run twice if its call may be lost. */
  #excuse(forMs: number): void {
    // An object that crashes just then misses the watchdog too.
    const rounds = this.#has('unreachable_object') || this.#has('crash') ? 3 : 1;
    const untilMs = this.#simulation.time.nowMs + forMs + rounds * WATCHDOG_EVERY_MS + MINUTE_MS;
    this.#invariants.excusedUntilMs = Math.max(this.#invariants.excusedUntilMs, untilMs);
    this.#invariants.alarmsLostAtMs = Math.max(this.#invariants.alarmsLostAtMs, this.#simulation.time.nowMs + forMs);
  }

  #restore(id: string, version: string | undefined): void {
    if (this.#simulation.deletedAtMs.has(this.#originals.get(id)?.source_id ?? '')) return;
    void this.#simulation.change(id, this.#asItWas(id, version)).catch(() => undefined);
  }

  #asItWas(id: string, version: string | undefined): Integration {
    const original = this.#originals.get(id);
    if (original === undefined) throw new Error(`The simulation has no ${id}`);
    return { ...original, config: { ...original.config, linkedin_version: version ?? '202601' } };
  }

  /** A restored integration isn't saved again, so it must have been published at that time. */
  #isChanged(id: string, version: string | undefined): boolean {
    return JSON.stringify(this.#simulation.integrations.get(id)) !== JSON.stringify(this.#asItWas(id, version));
  }

  #replay(id: string, how: { id: string | null }): void {
    void this.#simulation
      .outboxOf(id)
      .call((engine) => engine.replay(id, { filter: {} }, how))
      .catch(() => undefined);
  }

  #change(id: string, changed: (known: Integration) => Integration): void {
    const known = this.#simulation.integrations.get(id);
    this.#width.permitsExcused += PERMITS_A_CHANGE;
    if (known !== undefined) void this.#simulation.change(id, changed(known)).catch(() => undefined);
  }

  /**
   * Notifies the outbox of a change, as the management API does. The call may be lost, and then the outbox finds out
   * itself.
   */
  #tell(id: string): void {
    void this.#simulation
      .outboxOf(id)
      .call((engine) => engine.resume(id))
      .catch(() => undefined);
  }

  #nowAndThen(everyMs: number, happen: () => void): void {
    this.#simulation.time.after(this.#chance.between(1, 2 * everyMs), () => {
      if (this.#isOver) return;
      happen();
      this.#nowAndThen(everyMs, happen);
    });
  }

  #every(everyMs: number, happen: () => void): void {
    this.#simulation.time.after(everyMs, () => {
      happen();
      this.#every(everyMs, happen);
    });
  }

  #has(fault: Fault): boolean {
    return this.#simulation.faults.has(fault);
  }
}

/** Swaps the two rules of an integration. */
function swapped({ config }: Integration): Record<string, string | string[]> {
  const entries = Object.entries(config.conversion_rule_id ?? {});
  const rules = entries.map(([, rule]) => rule).toReversed();
  return Object.fromEntries(entries.map(([name], index) => [name, rules[index] ?? []]));
}
