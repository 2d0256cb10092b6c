import type { TalliedEvent } from '../../../worker/domain/collect/tallied-event.ts';
import type { Accepted } from '../../../worker/domain/delivery/delivery-failure.ts';
import type { Access } from '../../../worker/domain/delivery/linkedin-access.ts';
import type { RateLimits } from '../../../worker/domain/delivery/permits.ts';
import type { RefreshedToken } from '../../../worker/linkedin/refresh-token.ts';
import type { RequestLine } from '../../../worker/linkedin/request-line.ts';
import type { TokenStore } from '../../../worker/objects/credentials/token-store.ts';
import type { SecretChanges, Secrets } from '../../../worker/objects/credentials/token-store.ts';
import { Cleanup } from '../../../worker/objects/outbox/cleanup.ts';
import type { AcceptedEvent } from '../../../worker/objects/outbox/delivery-types.ts';
import type { OutboxEngine } from '../../../worker/objects/outbox/outbox-engine.ts';
import type { Ports } from '../../../worker/objects/outbox/ports.ts';
import { Replays } from '../../../worker/objects/outbox/replays.ts';
import { VersionTrials } from '../../../worker/objects/outbox/sending/version-trials.ts';
import type { RateLimitState } from '../../../worker/objects/rate-limiter/rate-limit-state.ts';
import type { StoredLimits } from '../../../worker/objects/rate-limiter/rate-limit-state.ts';
import type { ConfigPublisher } from '../../../worker/objects/registry/config-publisher.ts';
import { migrate } from '../../../worker/objects/sql.ts';
import type { Database } from '../../../worker/objects/sql.ts';
import type { TallyEngine } from '../../../worker/objects/tally/tally-engine.ts';
import type { Integration } from '../../../worker/schema/settings/integration.ts';
import type { SourceConfig } from '../../../worker/schema/settings/source-config.ts';
import { configKey } from '../../../worker/store/config-key.ts';
import { Chance } from './chance.ts';
import { Collector } from './collector.ts';
import { fastCipher } from './fast-cipher.ts';
import { chooseFaults } from './faults.ts';
import type { Fault } from './faults.ts';
import { memoryDatabase } from './memory-database.ts';
import type { MemoryDatabase } from './memory-database.ts';
import * as today from './parts.ts';
import { Rollout } from './rollout.ts';
import type { Parts } from './rollout.ts';
import { SimulatedKv } from './simulated-kv.ts';
import type { Location } from './simulated-kv.ts';
import { SimulatedLinkedIn, parseElements } from './simulated-linkedin.ts';
import { SimulatedObject } from './simulated-object.ts';
import type { Breakable } from './simulated-object.ts';
import { Traffic } from './traffic.ts';
import { VirtualTime } from './virtual-time.ts';
import { WrittenTexts } from './written-texts.ts';

export const HOUR_MS = 3_600_000;

const START_MS = Date.parse('2026-11-21T22:00:00Z');

const LIMITS: RateLimits = { ratePerSecond: 30, burst: 60, perMinute: 600, perDay: 500_000 };

/** Low enough that ordinary traffic reaches every limit. */
const TIGHT_LIMITS: RateLimits = { ratePerSecond: 1, burst: 4, perMinute: 6, perDay: 4_000 };

type IntegrationSpec = { id: string; source: string; app: string; rules: readonly [string, string] };

/** Two apps: one with two integrations of different sources, and one alone. Each integration has two rules. */
export const INTEGRATIONS: readonly [IntegrationSpec, ...IntegrationSpec[]] = [
  { id: 'int_a', source: 'src_a', app: 'app-1', rules: ['1001', '1002'] },
  { id: 'int_b', source: 'src_b', app: 'app-1', rules: ['2001', '2002'] },
  { id: 'int_c', source: 'src_a', app: 'app-2', rules: ['3001', '3002'] },
  // Its source may be deleted.
  { id: 'int_d', source: 'src_d', app: 'app-2', rules: ['4001', '4002'] },
];

/** A conversion that an event should make. */
export type Target = { integrationId: string; ruleId: string };

/** A configuration for the collectors, and since when it applies. */
export type ConfigVersion = { text: string; fromMs: number };

/** Every rule has its own event; this one matches several rules at once. */
export const ACROSS = 'Across';

export const nameOfRule = (ruleId: string): string => `Rule ${ruleId}`;

/** Created in the first seconds of a run with `new_source`. */
export const NEW_SOURCE = 'src_b';
const NEW_AFTER_MS = 5_000;

/** Longer than a deploy takes to restart any object. */
const ROLLOUT_MS = 10 * 60_000;

/**
 * The product's own outbox, payload keys, registry publisher, config cache of the collector, permit limiter and token
 * keeper, in a world where everything may fail, under a clock that can run a month in a second.
 */
export class Simulation {
  readonly seed: number;
  readonly time = new VirtualTime(START_MS);
  readonly chance: Chance;
  readonly faults: ReadonlySet<Fault>;
  readonly linkedIn: SimulatedLinkedIn;
  readonly limits: RateLimits;
  readonly integrations = new Map<string, Integration>();
  readonly databases = new Map<string, MemoryDatabase>();
  readonly outboxes = new Map<string, SimulatedObject<OutboxEngine>>();
  readonly tallyDatabases = new Map<string, MemoryDatabase>();
  readonly tallies = new Map<string, SimulatedObject<TallyEngine>>();
  /** Small ones, so that a run reaches them. */
  readonly tallyRoom: { uncounted: number; chars: number };
  readonly desks = new Map<string, SimulatedObject<RateLimitState>>();
  readonly keepers = new Map<string, SimulatedObject<TokenStore>>();
  readonly registry: SimulatedObject<ConfigPublisher>;
  readonly kv: SimulatedKv;
  /** The history of the settings, by source. */
  readonly configs = new Map<string, ConfigVersion[]>();
  /** When this version published the settings that the former one may have published wrongly. */
  settingsPublishedAtMs: number | undefined;
  readonly deskStates = new Map<string, StoredLimits>();
  readonly written = new WrittenTexts();
  readonly secrets = new Map<string, Secrets>();
  readonly faultsLogged: string[] = [];
  readonly requestLines: RequestLine[] = [];
  /** The deliveries that each outbox knows as accepted, by `rule/event`, with its number of crashes until then. */
  readonly told = new Map<string, number>();
  /** The traffic between the objects, for the invariants of invariants-of-width.ts. */
  readonly traffic = new Traffic();
  /** The start of the watchdog's last visit that succeeded, by source. */
  readonly visitedAtMs = new Map<string, number>();
  /** The deleted sources, with the time at which every object knew of it. */
  readonly deletedAtMs = new Map<string, number>();
  /** The longest time of a call to another object with its answer, and of a call to KV. */
  readonly slowestCallMs: number;
  mostRenewalsAtOnce = 0;
  /** The database size that each outbox reads. */
  databaseBytes = 0;
  readonly #renewing = new Map<string, number>();
  /** Separate, so that the outboxes' random numbers don't depend on the tallies. */
  readonly #tallyChance: Chance;
  #isTokenServerDown = false;
  #tokens = 0;
  #keys = 1;
  #objects = 0;
  /**
   * The `ENCRYPTION_KEY` of the newest deploy, and the previous one, which is still used in places until the rollout
   * ends.
   */
  #keyRing: Uint8Array[] = [keyOf(1)];
  /** The calls so far that changed secrets, including those whose answer was lost. */
  #turns = 0;
  #formerKeyRing: Uint8Array[] = [keyOf(1)];
  #lostKeys: readonly Uint8Array[] = [];
  #rolledOutAtMs = 0;

  /** Which version runs where; undefined while everything runs this version. */
  readonly #rollout: Rollout | undefined;
  readonly #former: Parts | undefined;
  /** The memory of the collectors, as of one isolate. A cold isolate begins at another location with nothing. */
  readonly #ofCollectors: Chance;
  #collectorLocation: Location = new Map();
  readonly #collectorLocations: readonly [Location, ...Location[]] = [this.#collectorLocation, new Map(), new Map()];

  /** @param options.former The code of the version before, for seeds with two versions. Without it, they have one. */
  constructor(seed: number, { faults, former }: { faults?: ReadonlySet<Fault>; former?: Parts } = {}) {
    this.seed = seed;
    this.chance = new Chance(seed);
    this.faults = faults ?? chooseFaults(this.chance, seed);
    this.#ofCollectors = new Chance(seed ^ 0xc011);
    this.#former = former;
    if (former !== undefined && this.faults.has('two_versions'))
      this.#rollout = new Rollout({ time: this.time, seed, now: today, former });
    // A world with a fixed list of faults is a calm one, where calls are fast.
    this.slowestCallMs = faults === undefined ? this.chance.of([30, 100, 300, 300]) : 10;
    this.limits = this.faults.has('tight_limits') ? TIGHT_LIMITS : LIMITS;
    this.linkedIn = new SimulatedLinkedIn({ time: this.time, chance: this.chance });
    this.kv = new SimulatedKv({ time: this.time, chance: this.chance, seed });
    this.kv.isStale = this.faults.has('kv_stale');
    this.kv.isCached = this.faults.has('kv_cached');
    this.kv.isWriteRateLimited = this.faults.has('kv_quota');
    this.kv.slowestMs = faults === undefined ? this.slowestCallMs : 200;
    // This is the memory of one isolate, and earlier runs may have filled it.
    this.#forgetConfigs();
    this.#tallyChance = new Chance(seed ^ 0x7a11);
    this.tallyRoom = {
      uncounted: this.#tallyChance.of([3, 20, 2_000]),
      chars: this.#tallyChance.of([6_000, 20_000_000]),
    };
    for (const app of new Set(INTEGRATIONS.map((integration) => integration.app))) this.desks.set(app, this.#desk(app));
    for (const source of new Set(INTEGRATIONS.map((integration) => integration.source))) {
      const database = memoryDatabase();
      migrate(database, this.#firstParts.OUTBOX_MIGRATIONS);
      this.databases.set(source, database);
      this.outboxes.set(source, this.#outbox(source));
      const tallyDatabase = memoryDatabase();
      migrate(tallyDatabase, this.#firstParts.TALLY_MIGRATIONS);
      this.tallyDatabases.set(source, tallyDatabase);
      this.tallies.set(source, this.#tally(source));
    }
    for (const { id, source, app, rules } of INTEGRATIONS) {
      const integration = anIntegration({ id, source, rules }, this.limits);
      this.integrations.set(id, integration);
      this.traffic.say(id, { fromMs: START_MS - HOUR_MS, integration });
      const token = this.issueToken(app, { forMs: 365 * 24 * HOUR_MS });
      this.secrets.set(id, {
        tokens: [{ token, issuedAtMs: START_MS - HOUR_MS }],
        refreshToken: `ref-${id}`,
        clientId: app,
        clientSecret: 'secret',
      });
      this.keepers.set(id, this.#keeper(id, app));
    }
    this.registry = this.#registryObject();
    for (const source of this.outboxes.keys()) {
      this.configs.set(source, [{ text: JSON.stringify(this.#config(source)), fromMs: START_MS - HOUR_MS }]);
      if (this.exists(source))
        this.kv.putLongAgo(configKey({ kind: 'write', key: source }), JSON.stringify(this.#config(source)));
      else void this.#create(source);
    }
    for (const object of this.objects())
      object.evictProbability = this.faults.has('evicted') ? this.#ofCollectors.of([0.05, 0.2]) : 0;
  }

  /** Until this version has published all settings, KV may have a late write of the former one. */
  get settingsMayBeOfFormerUntilMs(): number {
    if (this.#rollout === undefined) return 0;
    return this.settingsPublishedAtMs ?? Number.POSITIVE_INFINITY;
  }

  /** Creates an object, which runs the former version first if there is one. */
  #object<Instance>(
    name: string,
    {
      chance = this.chance,
      start,
      onAlarm,
    }: {
      chance?: Chance;
      start: (self: SimulatedObject<Instance>, parts: Parts) => { instance: Instance; started: Promise<void> };
      onAlarm: (instance: Instance) => Promise<void>;
    },
  ): SimulatedObject<Instance> {
    this.#objects += 1;
    const object = new SimulatedObject<Instance>({
      time: this.time,
      chance,
      slowestCallMs: this.slowestCallMs,
      evictionSeed: this.seed ^ (this.#objects << 16),
      start: (self) => start(self, this.#rollout?.ofObject(name) ?? today),
      onAlarm,
    });
    this.#rollout?.add(name, () => object.crash());
    return object;
  }

  get #firstParts(): Parts {
    return this.#rollout === undefined || this.#former === undefined ? today : this.#former;
  }

  /** Checks each request as it is sent; see invariants.ts. */
  onSend: (self: Breakable, database: Database, elements: readonly string[], token: string) => void = () => undefined;

  /** Called when a running outbox doesn't store events. */
  onRefusal: (source: string, refusal: { error: unknown; epoch: number }) => void = () => undefined;

  /** Called for each payload key that an outbox deletes. */
  onKeyDeletion: (source: string) => void = () => undefined;

  /** Called at the start of each renewal, with the time that it will take. */
  onRenewal: (integrationId: string, ms: number) => void = () => undefined;

  objects(): Breakable[] {
    return [
      ...this.outboxes.values(),
      ...this.tallies.values(),
      ...this.desks.values(),
      ...this.keepers.values(),
      this.registry,
    ];
  }

  issueToken(
    app: string,
    { forMs, afterMs = 0, grantedAtMs }: { forMs: number; afterMs?: number; grantedAtMs?: number },
  ): string {
    this.#tokens += 1;
    const token = `token-${this.#tokens}`;
    const nowMs = this.time.nowMs;
    this.traffic.tokenGrantedAtMs.set(token, grantedAtMs ?? nowMs);
    this.linkedIn.validTokens.set(token, { app, fromMs: nowMs + afterMs, untilMs: nowMs + forMs });
    return token;
  }

  appOf(integrationId: string): string {
    return INTEGRATIONS.find(({ id }) => id === integrationId)?.app ?? '';
  }

  get isTokenServerDown(): boolean {
    return this.#isTokenServerDown;
  }

  set isTokenServerDown(isDown: boolean) {
    this.#isTokenServerDown = isDown;
  }

  /** Hands a collector's events over. Resolves when they are acknowledged. */
  enqueue(source: string, receipts: readonly AcceptedEvent[], reached: () => void = () => undefined): Promise<boolean> {
    const outbox = this.#found(this.outboxes, source);
    return outbox.call(async (engine) => {
      reached();
      const { epoch } = outbox;
      try {
        const { kind } = await engine.enqueue(receipts, []);
        const isSealed = receipts.some(({ deliveries, introduction }) => deliveries.length > 0 || introduction);
        if (kind === 'kept' && isSealed) this.traffic.sealed.set(source, { epoch, atMs: outbox.now() });
        return kind === 'kept';
      } catch (error) {
        // The former version can't be changed, so it may refuse what this one accepts.
        const parts = this.#rollout?.ofObject(`outbox ${source}`) ?? today;
        if (outbox.epoch === epoch && parts === today) this.onRefusal(source, { error, epoch });
        throw error;
      }
    });
  }

  /** Hands events that no rule asks for over to the tally. */
  count(source: string, events: readonly TalliedEvent[]): Promise<boolean> {
    return this.#found(this.tallies, source).call(async (engine) => {
      const request = { events, rejected: [], triggerSets: [], asked: ['advertising'], consent: {} };
      return (await engine.count(request)).kind === 'kept';
    });
  }

  /** Returns the collector that gets the next request. */
  collector(): Collector {
    const isCold = this.faults.has('cold_collectors') && this.#ofCollectors.is(0.3);
    if (isCold) {
      this.#forgetConfigs();
      this.#collectorLocation = this.#ofCollectors.of(this.#collectorLocations);
    }
    return new Collector(this, {
      parts: this.#rollout?.ofCollector() ?? today,
      kv: this.kv.seenThrough((ms, work) => this.#later(ms, work), { location: this.#collectorLocation }),
      askRegistry: (key) =>
        this.registry.call(() => {
          const source = [...this.outboxes.keys()].find((id) => configKey({ kind: 'write', key: id }) === key);
          return source === undefined || !this.exists(source) ? undefined : JSON.stringify(this.#config(source));
        }),
    });
  }

  /** Whether the registry has the source. */
  exists(source: string): boolean {
    return !this.deletedAtMs.has(source) && this.createdAtMs(source) <= this.time.nowMs;
  }

  /** Returns when the registry got the source: before the run, unless it is a new one. */
  createdAtMs(source: string): number {
    return source === NEW_SOURCE && this.faults.has('new_source') ? START_MS + NEW_AFTER_MS : 0;
  }

  #forgetConfigs(): void {
    today.forgetConfigs();
    this.#former?.forgetConfigs();
  }

  /** The new source. Its key was requested at every location before it existed, so that KV has cached its absence. */
  async #create(source: string): Promise<void> {
    const key = configKey({ kind: 'write', key: source });
    for (const location of this.#collectorLocations)
      await this.kv
        .seenThrough((ms, work) => this.#later(ms, work), { location })
        .getText(key)
        .catch(() => undefined);
    this.time.at(this.createdAtMs(source), () => {
      void this.#untilItSucceeds(() =>
        this.registry.call((publisher) => {
          publisher.mark([key], source);
          return publisher.publish();
        }),
      );
    });
  }

  /** Changes settings as the management API does: the change is saved, then published to KV, where it arrives later. */
  async change(id: string, changed: Integration | undefined): Promise<void> {
    const source = this.#sourceOf(id);
    await this.registry.call((publisher) => {
      // A change of a deleted source gets an error.
      if (this.deletedAtMs.has(source)) return undefined;
      if (changed === undefined) this.integrations.delete(id);
      else this.integrations.set(id, changed);
      this.traffic.say(id, { fromMs: this.time.nowMs, integration: changed });
      const versions = this.configs.get(source) ?? [];
      versions.push({ text: JSON.stringify(this.#config(source)), fromMs: this.time.nowMs });
      publisher.mark([configKey({ kind: 'write', key: source })], source);
      return publisher.publish();
    });
  }

  /**
   * Deletes a source, as the management API does: its integration, then the source itself, then its outbox's data. An
   * unreachable outbox is tried again.
   */
  async deleteSource(source: string): Promise<void> {
    const own = [...this.integrations.values()].filter(({ source_id: id }) => id === source);
    for (const { id } of own) await this.#untilItSucceeds(() => this.change(id, undefined));
    await this.#untilItSucceeds(() =>
      this.registry.call((publisher) => {
        this.deletedAtMs.set(source, Number.POSITIVE_INFINITY);
        publisher.mark([configKey({ kind: 'write', key: source })], null);
        return publisher.publish();
      }),
    );
    await this.#untilItSucceeds(() => this.#eraseOutbox(source));
    await this.#untilItSucceeds(() => this.#eraseTally(source));
    this.deletedAtMs.set(source, this.time.nowMs);
  }

  /** Repeats a person's call, as they do when it fails. */
  async #untilItSucceeds(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch {
        await this.#later(1_000, () => undefined);
      }
    }
  }

  /** Same as the class `Outbox`. */
  #eraseOutbox(source: string): Promise<void> {
    const outbox = this.#found(this.outboxes, source);
    return outbox.call((engine) => {
      const names = engine.payloadKeys();
      outbox.clearAlarm();
      this.databases.get(source)?.deleteAll();
      return outbox.replaceInstance().inherit(names);
    });
  }

  /** Same as the class `Tally`. */
  #eraseTally(source: string): Promise<void> {
    const tally = this.#found(this.tallies, source);
    return tally.call((_) => {
      tally.clearAlarm();
      this.tallyDatabases.get(source)?.deleteAll();
      tally.replaceInstance().noteDeletion();
    });
  }

  /** Changes an integration's secrets, as the management API does. It repeats the call until it is confirmed. */
  async changeSecrets(id: string, changes: SecretChanges): Promise<void> {
    const saidFromMs = this.time.nowMs;
    let turn = 0;
    for (;;) {
      try {
        await this.#found(this.keepers, id).call((keeper) => {
          this.#turns += 1;
          turn = this.#turns;
          return keeper.change(changes);
        });
        this.traffic.saySecrets(id, changes, { saidFromMs, saidAtMs: this.time.nowMs, turn });
        return;
      } catch {
        await this.#later(this.chance.between(100, 2_000), () => undefined);
      }
    }
  }

  /** Restarts every object within some minutes. Until then old and new code and settings run side by side. */
  deploy({ isKeyRotated }: { isKeyRotated: boolean }): void {
    this.#formerKeyRing = this.#keyRing;
    if (isKeyRotated) {
      this.#keys += 1;
      this.#keyRing = [keyOf(this.#keys), ...this.#keyRing];
    }
    this.#rolledOutAtMs = this.time.nowMs + ROLLOUT_MS;
    for (const object of this.objects()) {
      this.time.after(this.chance.between(0, ROLLOUT_MS), () => object.crash());
      // The latest time at which it runs the new code.
      this.time.after(ROLLOUT_MS, () => object.crash());
    }
    this.time.after(this.chance.between(0, ROLLOUT_MS), () => this.#forgetConfigs());
  }

  /** Deploys another `ENCRYPTION_KEY` without the previous ones, so that nothing old can be opened. */
  replaceEncryptionKey(): void {
    this.#keys += 1;
    this.#lostKeys = this.#keyRing;
    this.#keyRing = [keyOf(this.#keys)];
    for (const object of this.objects()) object.crash();
  }

  putEncryptionKeyBack(): void {
    this.#keyRing = [...this.#keyRing, ...this.#lostKeys];
    for (const object of this.objects()) object.crash();
  }

  #later<Result>(ms: number, work: () => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.time.after(ms, () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  /** The settings of the deploy that started this object. */
  #settings(): Uint8Array[] {
    const isRollingOut = this.time.nowMs < this.#rolledOutAtMs;
    return isRollingOut && this.chance.is(0.5) ? this.#formerKeyRing : this.#keyRing;
  }

  #sourceOf(integrationId: string): string {
    return INTEGRATIONS.find(({ id }) => id === integrationId)?.source ?? '';
  }

  #config(source: string): SourceConfig {
    const integrations = [...this.integrations.values()].filter(({ source_id: id }) => id === source);
    return {
      source: { id: source, allowed_origins: [], require_origin: false, unknown_consent: 'granted' },
      integrations: integrations.map(({ id, enabled, config, consent_categories }) => ({
        id,
        enabled,
        config,
        consent_categories,
      })),
    };
  }

  #registryObject(): SimulatedObject<ConfigPublisher> {
    const database = memoryDatabase();
    migrate(database, this.#firstParts.REGISTRY_MIGRATIONS);
    const location: Location = new Map();
    return this.#object<ConfigPublisher>('registry', {
      start: (self, parts) => {
        migrate(database, parts.REGISTRY_MIGRATIONS);
        const publisher = new parts.ConfigPublisher({
          sql: database.sql,
          kv: this.kv.seenBy(self, { location }),
          value: (_, source) => (source === null ? undefined : JSON.stringify(this.#config(source))),
          alarm: {
            set: (atMs) => {
              self.setAlarm(atMs);
              return self.await(0, () => undefined);
            },
            clear: () => {
              self.clearAlarm();
              return self.await(0, () => undefined);
            },
          },
          now: () => self.now(),
          log: (where, error) => void this.faultsLogged.push(`${where}: ${String(error)}`),
        });
        if (parts === today && this.#rollout !== undefined && this.settingsPublishedAtMs === undefined) {
          // As `RegistryEngine` does when a release is new.
          this.settingsPublishedAtMs = this.time.nowMs;
          for (const source of this.configs.keys())
            if (this.exists(source)) publisher.mark([configKey({ kind: 'write', key: source })], source);
          void publisher.publish();
        }
        return { instance: publisher, started: Promise.resolve() };
      },
      onAlarm: (publisher) => publisher.publish(),
    });
  }

  outboxOf(integrationId: string): SimulatedObject<OutboxEngine> {
    return this.#found(this.outboxes, this.#sourceOf(integrationId));
  }

  /** The cron trigger's work every five minutes. */
  watchdog(): void {
    const atMs = this.time.nowMs;
    for (const [source, outbox] of this.outboxes)
      void outbox
        .call((engine) => engine.visit())
        .then(() => this.visitedAtMs.set(source, atMs))
        .catch(() => undefined);
  }

  #outbox(source: string): SimulatedObject<OutboxEngine> {
    const location: Location = new Map();
    return this.#object<OutboxEngine>(`outbox ${source}`, {
      start: (self, parts) => {
        migrate(this.#found(this.databases, source), parts.OUTBOX_MIGRATIONS);
        const engine = new parts.OutboxEngine(this.#world(self, source, { parts, location }));
        return { instance: engine, started: engine.repair() };
      },
      onAlarm: (engine) => engine.alarm(),
    });
  }

  #tally(source: string): SimulatedObject<TallyEngine> {
    const database = this.#found(this.tallyDatabases, source);
    const chance = this.#tallyChance;
    return this.#object<TallyEngine>(`tally ${source}`, {
      chance,
      start: (self, parts) => {
        const engine = new parts.TallyEngine({
          room: this.tallyRoom,
          database,
          written: () => self.await(chance.between(0, this.slowestCallMs), () => undefined),
          now: () => self.now(),
          sleep: (ms) => self.await(ms, () => undefined),
          alarm: {
            get: () => self.await(0, () => self.alarmAtMs),
            set: (atMs) => {
              self.setAlarm(atMs);
              return self.await(0, () => undefined);
            },
            clear: () => {
              self.clearAlarm();
              return self.await(0, () => undefined);
            },
          },
          isSourceBack: () => self.await(chance.between(1, this.slowestCallMs), () => !this.deletedAtMs.has(source)),
          retentionMs: () => self.await(chance.between(1, this.slowestCallMs), () => 91 * 24 * HOUR_MS),
          log: (where, error) => void this.faultsLogged.push(`${where}: ${String(error)}`),
        });
        return { instance: engine, started: engine.repair() };
      },
      onAlarm: (engine) => engine.alarm(),
    });
  }

  #world(
    self: SimulatedObject<OutboxEngine>,
    source: string,
    { parts, location }: { parts: Parts; location: Location },
  ): Ports {
    const database = this.#found(this.databases, source);
    const kv = this.kv.seenBy(self, { location, givesUp: true });
    const keyRing = this.#settings();
    const keys = new parts.PayloadKeys<string>({
      cipher: fastCipher(this.chance),
      sql: database.sql,
      kv: {
        get: (key) => kv.getText(key),
        put: (key, value) => kv.put(key, value),
        delete: (key) => {
          this.onKeyDeletion(source);
          return kv.delete(key);
        },
        list: (prefix) => kv.list(prefix),
      },
      owner: source,
      keyRing: () => keyRing,
      now: () => self.now(),
    });
    // Only work on sending counts as busy.
    const working = <Result>(ms: number, work: () => Result | Promise<Result>): Promise<Result> => {
      const ended = this.traffic.begin(source, self.epoch);
      return self.await(ms, work).finally(ended);
    };
    const rpc = <Result>(work: () => Promise<Result>): Promise<Result> => working(0, work);
    return {
      sourceId: source,
      database,
      databaseBytes: () => this.databaseBytes,
      // Small, so that in every storm newer events overtake some deliveries.
      eventsPerCheck: 40,
      written: () => self.await(this.chance.between(0, this.slowestCallMs), () => undefined),
      payloads: {
        // Sealing and opening take time, and a crash may come.
        seal: (texts) => self.await(this.chance.between(0, 20), () => keys.seal(texts)),
        open: (sealed) => working(this.chance.between(0, 20), () => keys.open(sealed)),
        throwAway: (isUsed) => self.await(0, () => keys.throwAway(isUsed)),
        unreadable: () => keys.unreadable(),
        unusable: (sealed) => keys.unusable(sealed),
        remember: (written) => {
          keys.remember(written);
          this.written.write(source, written);
        },
        placesOf: (tags) => keys.placesOf(tags),
        condemn: (tags) => keys.condemn(tags),
        condemned: (atMost) => keys.condemned(atMost),
        keysOfOlderVersions: () => keys.keysOfOlderVersions(),
        throwAwayAtMs: () => keys.throwAwayAtMs(),
        names: () => keys.names(),
        inherit: (names) => keys.inherit(names),
      },
      now: () => self.now(),
      random: () => this.chance.next(),
      sleep: (ms) => working(ms, () => undefined),
      alarm: {
        get: () => self.await(0, () => self.alarmAtMs),
        // It is stored together with the other writes of its turn; only the confirmation takes time.
        set: (atMs) => {
          self.setAlarm(atMs);
          return self.await(0, () => undefined);
        },
        clear: () => {
          self.clearAlarm();
          return self.await(0, () => undefined);
        },
      },
      isSourceBack: () => self.await(this.chance.between(1, this.slowestCallMs), () => !this.deletedAtMs.has(source)),
      retention: () =>
        self.await(this.chance.between(1, this.slowestCallMs), () => ({
          eventsMs: 91 * 24 * HOUR_MS,
          deadLettersMs: 90 * 24 * HOUR_MS,
        })),
      // The registry is strongly consistent: a caller reads the last saved value.
      integration: (id) => rpc(() => this.#registry(id)),
      access: (id) => rpc(() => this.#keeperCall(id, (keeper) => keeper.access())),
      refused: (id, tokenId) => rpc(() => this.#keeperCall(id, (keeper) => keeper.refused(tokenId))),
      limiter: (key) => {
        const app = key.replace(/^app:/, '');
        const desk = this.#found(this.desks, app);
        const take = (instance: RateLimitState, limits: RateLimits, id: string): ReturnType<RateLimitState['take']> => {
          const grant = instance.take(limits, id);
          if (grant.isGranted) this.traffic.permits.push({ app, atMs: this.time.nowMs });
          return grant;
        };
        return {
          take: (limits, id) => rpc(() => desk.call((instance) => take(instance, limits, id))),
          pause: (limits, untilMs) => rpc(() => desk.call((instance) => instance.pause(limits, untilMs))),
          report: (limits, isReachable) => rpc(() => desk.call((instance) => instance.report(limits, isReachable))),
        };
      },
      // The former version doesn't try newer versions of LinkedIn's API.
      sending: async () => ({ BatchRun: parts.BatchRun, Cleanup, Replays, VersionTrials }),
      send: (request) => {
        this.onSend(self, database, request.elements, request.token);
        const { ms, answer } = this.linkedIn.receive(request);
        return working(ms, answer).then((sent) => {
          if (sent.response.kind === 'accepted') this.#hear(self, request.elements, sent.response);
          return sent;
        });
      },
      log: (where, error) => void this.faultsLogged.push(`${where}: ${String(error)}`),
      logRequest: (line) => void this.requestLines.push(line),
    };
  }

  /** The outbox, while it lives, knows that LinkedIn accepted these. They should then be on disk as delivered. */
  #hear(self: Breakable, elements: readonly string[], { refused, deferred }: Accepted): void {
    for (const [index, { ruleId, eventId }] of parseElements(elements).entries())
      if (!refused.has(index) && !deferred.has(index)) this.told.set(`${ruleId}/${eventId}`, self.crashes);
  }

  async #registry(id: string): Promise<Integration | undefined> {
    const legMs = (): number => this.chance.between(1, Math.ceil(this.slowestCallMs / 2));
    const isLost = this.faults.has('unreachable_object') && this.chance.is(0.01);
    const read = await this.#later(legMs(), () => {
      if (isLost) throw new Error('Network connection lost.');
      return this.integrations.get(id);
    });
    return this.#later(legMs(), () => read);
  }

  #keeperCall(id: string, work: (keeper: TokenStore) => Promise<Access>): Promise<Access> {
    return this.#found(this.keepers, id).call(work);
  }

  #desk(app: string): SimulatedObject<RateLimitState> {
    return this.#object<RateLimitState>(`limiter ${app}`, {
      start: (self, parts) => ({
        instance: new parts.RateLimitState({
          storage: { get: () => this.deskStates.get(app), put: (state) => void this.deskStates.set(app, state) },
          now: () => self.now(),
          random: () => this.chance.next(),
        }),
        started: Promise.resolve(),
      }),
      onAlarm: async () => undefined,
    });
  }

  #keeper(id: string, app: string): SimulatedObject<TokenStore> {
    return this.#object<TokenStore>(`credentials ${id}`, {
      start: (self, parts) => ({
        instance: new parts.TokenStore({
          // A read returns the state at its start; opening and sealing take a moment.
          read: () => {
            const secrets = this.secrets.get(id) ?? 'absent';
            return self.await(this.chance.between(1, 20), () => secrets);
          },
          write: (secrets) => self.await(this.chance.between(1, 20), () => void this.secrets.set(id, secrets)),
          clear: () => self.await(1, () => void this.secrets.delete(id)),
          tokenId: (token) => self.await(this.chance.between(0, 2), () => token),
          renew: ({ refreshToken }) => {
            const ended = this.#countRenewal(`${id} ${self.epoch}`);
            const ms = this.chance.of([this.chance.between(50, 400), this.chance.between(400, 9_000)]);
            const grantedAtMs = this.time.nowMs;
            this.onRenewal(id, ms);
            return self.await(ms, () => {
              ended();
              // LinkedIn revoked the grant when the integration was disconnected or connected again.
              if (refreshToken !== this.traffic.refreshTokenOf(id, `ref-${id}`)) return { kind: 'refused' };
              return this.#renew(app, grantedAtMs);
            });
          },
          now: () => self.now(),
        }),
        started: Promise.resolve(),
      }),
      onAlarm: async (keeper) => void (await keeper.renewAhead()),
    });
  }

  /** Counted for each start of each object, because an object that is evicted takes its renewal with it. */
  #countRenewal(life: string): () => void {
    const now = (this.#renewing.get(life) ?? 0) + 1;
    this.#renewing.set(life, now);
    this.mostRenewalsAtOnce = Math.max(this.mostRenewalsAtOnce, now);
    return () => this.#renewing.set(life, (this.#renewing.get(life) ?? 1) - 1);
  }

  #renew(app: string, grantedAtMs: number): RefreshedToken {
    if (this.#isTokenServerDown) return { kind: 'unavailable' };
    const isYoungRefused = this.faults.has('token_young_refused') && this.chance.is(0.3);
    const accessToken = this.issueToken(app, {
      forMs: 60 * 24 * HOUR_MS,
      grantedAtMs,
      afterMs: isYoungRefused ? this.chance.between(1, 600) * 1_000 : 0,
    });
    return {
      kind: 'refreshed',
      accessToken,
      expiresInSeconds: 5_184_000,
      refreshToken: undefined,
      refreshTokenExpiresInSeconds: undefined,
    };
  }

  #found<Item>(items: ReadonlyMap<string, Item>, key: string): Item {
    const item = items.get(key);
    if (item === undefined) throw new Error(`The simulation has no ${key}`);
    return item;
  }
}

/** Makes the `ENCRYPTION_KEY` with this number. */
function keyOf(number: number): Uint8Array {
  return new Uint8Array(32).fill(number);
}

function anIntegration(
  { id, source, rules: [first, second] }: Pick<IntegrationSpec, 'id' | 'source' | 'rules'>,
  limits: RateLimits,
): Integration {
  const now = new Date(START_MS).toISOString();
  return {
    id,
    source_id: source,
    vendor: 'linkedin',
    name: id,
    enabled: true,
    config: {
      account_id: '100',
      conversion_rule_id: {
        [nameOfRule(first)]: first,
        [nameOfRule(second)]: [second],
        [ACROSS]: id === 'int_c' ? [second] : [first, second],
      },
      linkedin_version: '202601',
      rate_limit_rps: limits.ratePerSecond,
      rate_limit_burst: limits.burst,
      quota_per_minute: limits.perMinute,
      quota_per_day: limits.perDay,
    },
    secrets: {},
    consent_categories: ['advertising'],
    created_at: now,
    updated_at: now,
  };
}
