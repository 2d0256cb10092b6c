import type { Invariant, Made } from './invariants.ts';
import { isAllowed } from './invariants.ts';
import { parseElements } from './simulated-linkedin.ts';
import { HOUR_MS, INTEGRATIONS } from './simulation.ts';
import type { Simulation } from './simulation.ts';
import type { Said } from './traffic.ts';

/** What must hold when calls between objects take time, by name. */
export type WidthInvariant =
  | 'healthy source accepts'
  | 'permits are used'
  | 'due in reach'
  | 'last word: settings'
  | 'last word: token'
  | 'last word: secrets'
  | 'erased is not sent'
  | 'deleted leaves nothing'
  | 'few requests an event'
  | 'housekeeping waits'
  | 'alarms rest'
  | 'time goes on';

/** A flight asks the registry while it waits for its permit; then its request leaves. */
const SETTINGS_IN_FORCE_MS = 2_000;

/** A token is asked for before the permit is. */
const TOKEN_IN_FORCE_MS = 60_000;

/** The longest wait that is set anywhere: an hour, for a hold. The quota of a day is never met here. */
const LONGEST_WAIT_MS = HOUR_MS + 60_000;

/** The outbox of a deleted source is cleared up by then, also where it had to be tried again. */
const CLEARED_UP_MS = 15 * 60_000;

/** An outage's probes, searches and restarts together stay far below this. */
const REQUESTS_AN_EVENT_AN_HOUR = 250;

/** Longer than any one call; what is due waits no longer for what is not urgent. */
const HOUSEKEEPING_MS = 10_000;

/** Flights of an outbox at once: what a crash may cost in permits. */
const FLIGHTS = 4;

const SOME_PERMITS = 15;

/** A busy minute has some thirty; two a second are an alarm that finds nothing to do. */
const ALARMS_A_MINUTE = 120;

type Ground = {
  made: ReadonlyMap<string, Made>;
  violate: (name: Invariant, what: string) => void;
  /** When each person was erased: asked for, and told that it is done. */
  erased: ReadonlyMap<string, { fromMs: number; doneAtMs: number }>;
};

/** What must hold when calls take time: `onSend` for each request, `afterSteps` now and then, `atEnd` once. */
export class InvariantsOfWidth {
  readonly #simulation: Simulation;
  readonly #ground: Ground;
  /** How often each event went to a rule, in the hour that runs. */
  readonly #sent = new Map<string, { hour: number; requests: number }>();
  /** Permits that came to nothing for a reason: a flight whose own deliveries were taken back, or whose integration changed. */
  permitsExcused = 0;
  /** When KV last was not well, or some call to it failed on purpose. */
  kvUnwellAtMs = Number.NEGATIVE_INFINITY;
  readonly #acceptedAtMs = new Map<string, number>();
  /** Since when each outbox deletes keys one after another, and tries to send nothing in between. */
  readonly #deletingKeys = new Map<string, { fromMs: number; lastMs: number; begun: number }>();

  constructor(simulation: Simulation, ground: Ground) {
    this.#simulation = simulation;
    this.#ground = ground;
    simulation.onKeyDeletion = (source) => this.#housekeepingWaits(source);
  }

  /** A lead was kept. */
  accepted(source: string): void {
    this.#acceptedAtMs.set(source, this.#simulation.time.nowMs);
  }

  /** (a) A source that accepted leads before accepts them now, if KV has been well for an hour. */
  turnedAway(source: string, why: unknown): void {
    if (/Network connection lost|The object was replaced/.test(String(why))) return;
    if (this.#simulation.deletedAtMs.has(source) || !this.#acceptedAtMs.has(source)) return;
    const isKvWell = this.#simulation.time.nowMs - this.kvUnwellAtMs >= HOUR_MS;
    if (!isKvWell && /KV \w+ failed/.test(String(why))) return;
    this.#ground.violate('healthy source accepts', `${source} turned a lead away: ${String(why)}`);
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
    if (!isClockExcused) this.#dueInReach();
    this.#deletedLeavesNothing();
  }

  atEnd(): void {
    this.#permitsAreUsed();
    this.#deletedLeavesNothing();
    this.#secretsAreAsSaid();
    this.#alarmsRest();
  }

  /** (b) Permits are for requests. A crash may lose those of the flights that die with it. */
  #permitsAreUsed(): void {
    const { traffic, linkedIn, desks } = this.#simulation;
    const crashes = [...this.#simulation.outboxes.values()].reduce((sum, outbox) => sum + outbox.crashes, 0);
    for (const app of desks.keys()) {
      const permits = traffic.permits.filter((permit) => permit.app === app).length;
      const requests = linkedIn.requests.filter((request) => request.app === app).length;
      const excused = this.permitsExcused + FLIGHTS * crashes + SOME_PERMITS;
      if (permits > requests + excused)
        this.#ground.violate('permits are used', `${app} took ${permits} permits for ${requests} requests`);
      if (requests > permits)
        this.#ground.violate('permits are used', `${app} made ${requests} requests with ${permits} permits`);
    }
  }

  /** An alarm is a request that somebody pays for: one that can do nothing now comes later. */
  #alarmsRest(): void {
    for (const [source, { mostAlarmsAMinute: most }] of this.#simulation.outboxes)
      if (most > ALARMS_A_MINUTE) this.#ground.violate('alarms rest', `${source} was woken ${most} times in a minute`);
  }

  /** (c) Nothing waits longer than the longest wait that is ever set, seen from now. */
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
        this.#ground.violate('due in reach', `${source} waits ${Math.round(inMs / 60_000)} minutes`);
    }
  }

  /** (d) What an admin set is what requests go by: whether any may go, and with which consent. */
  #settingsInForce(ruleId: string, event: Made): void {
    const id = integrationOf(ruleId);
    const nowMs = this.#simulation.time.nowMs;
    const said = this.#simulation.traffic.said.get(id) ?? [];
    const inForce = said.filter(
      (_, index) => (said[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) >= nowMs - SETTINGS_IN_FORCE_MS,
    );
    if (!inForce.some(({ integration }) => maySend(integration, event)))
      this.#ground.violate('last word: settings', `${event.messageId} goes to ${id} against ${toldOf(said.at(-1))}`);
  }

  /** (d) A token that an admin replaced or cleared is not used, nor one that was got with what they replaced. */
  #tokenInForce(token: string, ruleId: string): void {
    const id = integrationOf(ruleId);
    const { traffic, time } = this.#simulation;
    const said = traffic.saidTokens.get(id);
    const grantedAtMs = traffic.tokenGrantedAtMs.get(token);
    if (said === undefined || grantedAtMs === undefined) return;
    if (said.saidAtMs + TOKEN_IN_FORCE_MS < time.nowMs && grantedAtMs < said.saidFromMs)
      this.#ground.violate('last word: token', `${id} is called with ${token}, which an admin had replaced`);
  }

  /** (d) Of changes at once, none is lost. */
  #secretsAreAsSaid(): void {
    const { traffic, secrets } = this.#simulation;
    for (const { id, app } of INTEGRATIONS) {
      const kept = secrets.get(id);
      const said = { clientId: app, clientSecret: 'secret', ...traffic.saidApps.get(id) };
      if (kept === undefined) continue;
      if (kept.refreshToken !== traffic.refreshTokenOf(id, `ref-${id}`))
        this.#ground.violate('last word: secrets', `${id} does not have the refresh token that was set last`);
      if (kept.clientId !== said.clientId || kept.clientSecret !== said.clientSecret)
        this.#ground.violate('last word: secrets', `${id} does not have the app that was set last`);
    }
  }

  /** (e) Who was erased is not sent afterwards, unless they came again. */
  #isNotErased({ messageId, person, reachedAtMs }: Made): void {
    const erased = this.#ground.erased.get(person ?? '');
    if (erased === undefined || this.#simulation.time.nowMs <= erased.doneAtMs) return;
    if (reachedAtMs.length > 0 && reachedAtMs.every((atMs) => atMs < erased.fromMs))
      this.#ground.violate('erased is not sent', `${messageId} is sent after ${person ?? ''} was erased`);
  }

  /** (f) What is deleted leaves nothing in KV. */
  #deletedLeavesNothing(): void {
    for (const [source, atMs] of this.#simulation.deletedAtMs) {
      if (this.#simulation.time.nowMs < Math.max(atMs, this.kvUnwellAtMs) + CLEARED_UP_MS) continue;
      const [left] = this.#simulation.kv.names().filter((name) => name.split(':').includes(source));
      if (left !== undefined) this.#ground.violate('deleted leaves nothing', `KV still has ${left}`);
    }
  }

  /** (g) One event is not asked for again and again. */
  #fewRequests(key: string): void {
    const hour = Math.floor(this.#simulation.time.nowMs / HOUR_MS);
    const known = this.#sent.get(key);
    const requests = known?.hour === hour ? known.requests + 1 : 1;
    this.#sent.set(key, { hour, requests });
    if (requests > REQUESTS_AN_EVENT_AN_HOUR)
      this.#ground.violate('few requests an event', `${key} went ${requests} times within an hour`);
  }

  /** (h) While something is due and nobody works on it, keys are not thrown away one after another. */
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
      this.#ground.violate('housekeeping waits', `${source} deletes keys while leads wait`);
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
