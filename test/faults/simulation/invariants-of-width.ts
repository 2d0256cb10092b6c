import type { Invariant, Made } from './invariants.ts';
import { isAllowed } from './invariants.ts';
import { parseElements } from './simulated-linkedin.ts';
import { HOUR_MS, INTEGRATIONS } from './simulation.ts';
import type { Simulation } from './simulation.ts';
import type { Said } from './traffic.ts';

/** The names of the invariants for slow calls between objects. */
export type WidthInvariant =
  | 'a healthy source accepts events'
  | 'KV costs only the first key'
  | 'a known source is not unknown'
  | 'permits are used'
  | 'no wait is over an hour'
  | 'requests follow the settings'
  | "requests use the admin's token"
  | 'no change of secrets is lost'
  | "erased people's events are not sent"
  | 'a deleted source leaves nothing in KV'
  | 'few requests per event'
  | 'key deletion waits for sending'
  | 'few alarms per minute'
  | 'time advances';

/** A batch run asks the registry while it waits for its permit. Its request is sent after that. */
const SETTINGS_IN_FORCE_MS = 2_000;

/** A token is requested before the permit is. */
const TOKEN_IN_FORCE_MS = 60_000;

/** The longest wait in the product: an hour, for a hold. The quota of a day is never reached here. */
const LONGEST_WAIT_MS = HOUR_MS + 60_000;

/** The time by which a deleted source's outbox is cleaned up, including retries. */
const CLEARED_UP_MS = 15 * 60_000;

/** Well above all of an outage's probes, searches and restarts together. */
const REQUESTS_AN_EVENT_AN_HOUR = 250;

/** Longer than any single call. Due deliveries wait no longer for work that isn't urgent. */
const HOUSEKEEPING_MS = 10_000;

/** The number of an outbox's simultaneous batches: the permits that a crash may cost. */
const BATCHES = 4;

const SOME_PERMITS = 15;

/** A collector remembers for two seconds that there was no such key. The rest is for the calls. */
const KNOWN_AFTER_MS = 4_000;

/** A busy minute has about thirty. Two a second mean that alarms find nothing to do. */
const ALARMS_A_MINUTE = 120;

type Ground = {
  made: ReadonlyMap<string, Made>;
  violate: (name: Invariant, what: string) => void;
  /** The time of each person's erasure: requested, and confirmed. */
  erased: ReadonlyMap<string, { fromMs: number; doneAtMs: number }>;
};

/** The invariants for slow calls: `onSend` for each request, `afterSteps` now and then, `atEnd` once. */
export class InvariantsOfWidth {
  readonly #simulation: Simulation;
  readonly #ground: Ground;
  /** How often each event was sent to a rule in the current hour. */
  readonly #sent = new Map<string, { hour: number; requests: number }>();
  /** Permits that could not be used, because an erasure emptied the batch or its integration changed. */
  permitsExcused = 0;
  /** When KV was last unhealthy, or a call to it failed on purpose. */
  kvUnwellAtMs = Number.NEGATIVE_INFINITY;
  /** When reads of KV last failed or took long; looked at now and then. */
  #readsFailedAtMs = Number.NEGATIVE_INFINITY;
  readonly #acceptedAtMs = new Map<string, number>();
  /** When each outbox started to delete keys one after another, without sending in between. */
  readonly #deletingKeys = new Map<string, { fromMs: number; lastMs: number; begun: number }>();

  constructor(simulation: Simulation, ground: Ground) {
    this.#simulation = simulation;
    this.#ground = ground;
    simulation.onRefusal = (source, refusal) => this.#refused(source, refusal);
    simulation.onKeyDeletion = (source) => this.#housekeepingWaits(source);
  }

  /** Records that a source stored a lead. */
  accepted(source: string): void {
    this.#acceptedAtMs.set(source, this.#simulation.time.nowMs);
  }

  /** (a) A source that accepted leads before accepts them now, if KV has been healthy for an hour. */
  turnedAway(source: string, why: unknown): void {
    if (/Network connection lost|The object was replaced/.test(String(why))) return;
    if (this.#simulation.deletedAtMs.has(source) || !this.#acceptedAtMs.has(source)) return;
    const isKvWell =
      this.#simulation.time.nowMs - Math.max(this.kvUnwellAtMs, this.#simulation.kv.troubledUntilMs) >= HOUR_MS;
    if (!isKvWell && /KV \w+ failed/.test(String(why))) return;
    this.#ground.violate('a healthy source accepts events', `${source} refused a lead: ${String(why)}`);
  }

  /**
   * (i) Whatever KV does, an outbox refuses events only before its first key: as long as it has the key in memory, or can
   * read it while KV takes no writes, it stores them.
   */
  #refused(source: string, { error, epoch }: { error: unknown; epoch: number }): void {
    const { traffic, deletedAtMs, faults, outboxes, kv, time } = this.#simulation;
    const nowMs = outboxes.get(source)?.now() ?? 0;
    // A clock that jumps takes an outbox into a day for which it has no key.
    if (!/KV \w+ failed/.test(String(error)) || deletedAtMs.has(source) || faults.has('clock_jump')) return;
    const keys = this.#keysOf(source, nowMs);
    const last = traffic.sealed.get(source);
    const isInMemory = last?.epoch === epoch && nowMs - last.atMs < HOUR_MS * 24 && keys.length > 0;
    const isReadable =
      kv.canRead &&
      time.nowMs - this.#readsFailedAtMs > HOUR_MS &&
      // A restarted outbox may have older settings for a while, which don't open the new key.
      !faults.has('key_rotated') &&
      keys.some((key) => {
        const atMs = kv.firstWrittenAtMs(`payload-key:${source}:${key}`);
        return atMs !== undefined && atMs < time.nowMs - kv.maxLagMs;
      });
    if (isInMemory || isReadable)
      this.#ground.violate(
        'KV costs only the first key',
        `${source} refused events although it ${isInMemory ? 'has its key in memory' : 'can read its key'}: ${String(error)}`,
      );
  }

  /** Returns the keys with which the outbox may seal: the newest of today, and of yesterday. */
  #keysOf(source: string, nowMs: number): string[] {
    const days = [0, 1].map((ago) => new Date(nowMs - ago * 24 * HOUR_MS).toISOString().slice(0, 10));
    const rows = this.#simulation.databases
      .get(source)
      ?.sql.exec<{ key_id: string }>(
        `SELECT key_id FROM payload_keys AS page WHERE day IN (?, ?) AND condemned = 0 AND dropped_at_ms IS NULL
         AND number = (SELECT max(number) FROM payload_keys WHERE day = page.day AND condemned = 0 AND dropped_at_ms IS NULL)`,
        ...days,
      )
      .toArray();
    return rows?.map(({ key_id: key }) => key) ?? [];
  }

  /** (j) A collector answers 401 only for a source that doesn't exist, and KV's faults alone don't make it answer 503. */
  unknown(source: string): void {
    const { time, deletedAtMs } = this.#simulation;
    const isNew = time.nowMs < this.#simulation.createdAtMs(source) + KNOWN_AFTER_MS;
    if (!deletedAtMs.has(source) && !isNew)
      this.#ground.violate('a known source is not unknown', `a collector answers 401 to ${source}`);
  }

  configUnavailable(source: string, error: unknown): void {
    // The registry, which it then asks, may be unreachable.
    if (/KV \w+ failed/.test(String(error)))
      this.#ground.violate('KV costs only the first key', `a collector of ${source} gives up: ${String(error)}`);
  }

  onSend({ token, elements }: { token: string; elements: readonly string[] }): void {
    for (const { ruleId, eventId } of parseElements(elements)) {
      const event = this.#ground.made.get(eventId);
      if (event === undefined) continue;
      this.#fewRequests(`${ruleId}/${eventId}`);
      this.#settingsInForce(ruleId, event);
      this.#isNotErased(event);
    }
    this.#tokenInForce(token, parseElements(elements)[0]?.ruleId ?? '');
  }

  afterSteps({ isClockExcused }: { isClockExcused: boolean }): void {
    if (!this.#simulation.kv.canRead) this.#readsFailedAtMs = this.#simulation.time.nowMs;
    if (!isClockExcused) this.#dueInReach();
    this.#deletedLeavesNothing();
  }

  atEnd(): void {
    this.#permitsAreUsed();
    this.#deletedLeavesNothing();
    this.#secretsAreAsSaid();
    this.#alarmsRest();
  }

  /** (b) Permits are used for requests. A crash may lose those of the batches that die with it. */
  #permitsAreUsed(): void {
    const { traffic, linkedIn, desks } = this.#simulation;
    const crashes = [...this.#simulation.outboxes.values()].reduce((sum, outbox) => sum + outbox.crashes, 0);
    for (const app of desks.keys()) {
      const permits = traffic.permits.filter((permit) => permit.app === app).length;
      const requests = linkedIn.requests.filter((request) => request.app === app).length;
      const excused = this.permitsExcused + BATCHES * crashes + SOME_PERMITS;
      if (permits > requests + excused)
        this.#ground.violate('permits are used', `${app} took ${permits} permits for ${requests} requests`);
      if (requests > permits)
        this.#ground.violate('permits are used', `${app} made ${requests} requests with ${permits} permits`);
    }
  }

  /** Each alarm costs money, so work that can't be done now gets a later one. */
  #alarmsRest(): void {
    for (const [source, { mostAlarmsAMinute: most }] of this.#simulation.outboxes)
      if (most > ALARMS_A_MINUTE)
        this.#ground.violate('few alarms per minute', `${source} was woken ${most} times in a minute`);
  }

  /** (c) Nothing waits longer than the product's longest wait, counted from now. */
  #dueInReach(): void {
    for (const [source, outbox] of this.#simulation.outboxes) {
      if (!outbox.hasStarted || !outbox.isAtRest) continue;
      const rows = this.#simulation.databases
        .get(source)
        ?.sql.exec<{ due: number | null }>(
          `SELECT max(due_at_ms) AS due FROM (SELECT due_at_ms FROM lanes
             WHERE EXISTS (SELECT 1 FROM deliveries WHERE lane_id = lanes.id AND state = 'pending')
           UNION ALL SELECT due_at_ms FROM integration_holds)`,
        )
        .toArray();
      const dueAtMs = rows?.[0]?.due ?? 0;
      const inMs = dueAtMs - outbox.now();
      if (!Number.isFinite(dueAtMs) || inMs > LONGEST_WAIT_MS)
        this.#ground.violate('no wait is over an hour', `${source} waits ${Math.round(inMs / 60_000)} minutes`);
    }
  }

  /** (d) Requests follow the admin's settings: whether any may be sent, and with which consent. */
  #settingsInForce(ruleId: string, event: Made): void {
    const id = integrationOf(ruleId);
    const nowMs = this.#simulation.time.nowMs;
    const said = this.#simulation.traffic.said.get(id) ?? [];
    const inForce = said.filter(
      (_, index) => (said[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) >= nowMs - SETTINGS_IN_FORCE_MS,
    );
    if (!inForce.some(({ integration }) => maySend(integration, event)))
      this.#ground.violate(
        'requests follow the settings',
        `${event.messageId} goes to ${id} against ${toldOf(said.at(-1))}`,
      );
  }

  /** (d) A token that an admin replaced or cleared isn't used, nor one that was obtained with the replaced settings. */
  #tokenInForce(token: string, ruleId: string): void {
    const id = integrationOf(ruleId);
    const { traffic, time } = this.#simulation;
    const said = traffic.saidTokens.get(id);
    const grantedAtMs = traffic.tokenGrantedAtMs.get(token);
    if (said === undefined || grantedAtMs === undefined) return;
    if (said.saidAtMs + TOKEN_IN_FORCE_MS < time.nowMs && grantedAtMs < said.saidFromMs)
      this.#ground.violate(
        "requests use the admin's token",
        `${id} is called with ${token}, which an admin had replaced`,
      );
  }

  /** (d) No simultaneous change is lost. */
  #secretsAreAsSaid(): void {
    const { traffic, secrets } = this.#simulation;
    for (const { id, app } of INTEGRATIONS) {
      const kept = secrets.get(id);
      const said = { clientId: app, clientSecret: 'secret', ...traffic.saidApp(id) };
      if (kept === undefined) continue;
      if (kept.refreshToken !== traffic.refreshTokenOf(id, `ref-${id}`))
        this.#ground.violate('no change of secrets is lost', `${id} does not have the refresh token that was set last`);
      if (kept.clientId !== said.clientId || kept.clientSecret !== said.clientSecret)
        this.#ground.violate('no change of secrets is lost', `${id} does not have the app that was set last`);
    }
  }

  /** (e) An erased person's events aren't sent afterwards, unless they came again. */
  #isNotErased({ messageId, person, reachedAtMs }: Made): void {
    const erased = this.#ground.erased.get(person ?? '');
    if (erased === undefined || this.#simulation.time.nowMs <= erased.doneAtMs) return;
    if (reachedAtMs.length > 0 && reachedAtMs.every((atMs) => atMs < erased.fromMs))
      this.#ground.violate(
        "erased people's events are not sent",
        `${messageId} is sent after ${person ?? ''} was erased`,
      );
  }

  /** (f) A deleted source leaves nothing in KV. */
  #deletedLeavesNothing(): void {
    for (const [source, atMs] of this.#simulation.deletedAtMs) {
      const sinceMs = Math.max(atMs, this.kvUnwellAtMs, this.#simulation.kv.troubledUntilMs);
      if (this.#simulation.time.nowMs < sinceMs + CLEARED_UP_MS) continue;
      const [left] = this.#simulation.kv.names().filter((name) => name.split(':').includes(source));
      if (left !== undefined) this.#ground.violate('a deleted source leaves nothing in KV', `KV still has ${left}`);
    }
  }

  /** (g) One event isn't sent again and again. */
  #fewRequests(key: string): void {
    const hour = Math.floor(this.#simulation.time.nowMs / HOUR_MS);
    const known = this.#sent.get(key);
    const requests = known?.hour === hour ? known.requests + 1 : 1;
    this.#sent.set(key, { hour, requests });
    if (requests > REQUESTS_AN_EVENT_AN_HOUR)
      this.#ground.violate('few requests per event', `${key} went ${requests} times within an hour`);
  }

  /** (h) While a delivery is due and nothing works on it, keys aren't deleted one after another. */
  #housekeepingWaits(source: string): void {
    const { nowMs } = this.#simulation.time;
    const known = this.#deletingKeys.get(source);
    const begun = this.#simulation.traffic.begunBy(source);
    const fromMs = known?.begun === begun && nowMs - known.lastMs < 2_000 ? known.fromMs : nowMs;
    this.#deletingKeys.set(source, { fromMs, lastMs: nowMs, begun });
    const outbox = this.#simulation.outboxes.get(source);
    if (outbox === undefined || nowMs - fromMs < HOUSEKEEPING_MS) return;
    if (this.#simulation.traffic.isSending(source, outbox.epoch)) return;
    const dueAtMs = this.#dueAtMs(source);
    if (dueAtMs !== undefined && dueAtMs < outbox.now() - HOUSEKEEPING_MS)
      this.#ground.violate('key deletion waits for sending', `${source} deletes keys while leads wait`);
  }

  #dueAtMs(source: string): number | undefined {
    const [row] =
      this.#simulation.databases
        .get(source)
        ?.sql.exec<{ due: number | null }>(
          `SELECT min(max(lanes.due_at_ms, ifnull(hold.due_at_ms, 0), (
             SELECT min(enqueued_at_ms) FROM deliveries WHERE lane_id = lanes.id AND state = 'pending'))) AS due
           FROM lanes LEFT JOIN integration_holds AS hold USING (integration_id)
           WHERE EXISTS (SELECT 1 FROM deliveries WHERE lane_id = lanes.id AND state = 'pending')`,
        )
        .toArray() ?? [];
    return row?.due ?? undefined;
  }
}

function maySend(integration: Said['integration'], event: Made): boolean {
  return (
    integration !== undefined &&
    integration.enabled &&
    integration.config.test_mode !== true &&
    isAllowed(event, integration)
  );
}

function toldOf(said: Said | undefined): string {
  const { integration } = said ?? {};
  if (integration === undefined) return 'its deletion';
  if (!integration.enabled) return 'its being disabled';
  return integration.config.test_mode === true
    ? 'its test mode'
    : `consent to ${integration.consent_categories.join(', ')}`;
}

function integrationOf(ruleId: string): string {
  return INTEGRATIONS.find(({ rules }) => rules.includes(ruleId))?.id ?? '';
}
