import { isConsented } from '../../../worker/domain/consent/consent.ts';
import { isBalanced } from '../../../worker/domain/delivery/ledger-totals.ts';
import { inOneTurn } from '../../../worker/objects/event-store/in-parts.ts';
import { LedgerReader } from '../../../worker/objects/outbox/reports/ledger-reader.ts';
import type { Database } from '../../../worker/objects/sql.ts';
import type { Integration } from '../../../worker/schema/settings/integration.ts';
import { configKey } from '../../../worker/store/config-key.ts';
import { GRANTED } from './a-receipt.ts';
import type { ReceiptFacts } from './a-receipt.ts';
import type { Fault } from './faults.ts';
import { TallyInvariants } from './invariants-of-tally.ts';
import type { TallyInvariant } from './invariants-of-tally.ts';
import type { WidthInvariant } from './invariants-of-width.ts';
import { parseElements } from './simulated-linkedin.ts';
import type { Breakable } from './simulated-object.ts';
import { HOUR_MS } from './simulation.ts';
import type { Simulation, Target } from './simulation.ts';

/** A client's event, and whether its storage was confirmed to the client. */
export type Made = Omit<ReceiptFacts, 'to'> & {
  source: string;
  name: string;
  /** The targets at each attempt to send, as the collector knew them then. The first stored attempt counts. */
  tries: (readonly Target[])[];
  isAcknowledged: boolean;
  acknowledgedAtMs?: number;
  /** The arrival times at its outbox, for each attempt to send. */
  reachedAtMs: number[];
};

/** The dead-man alarm comes at most a minute after an alarm, plus a second for calls in progress. */
const ALARM_SLACK_MS = 62_000;

/** Requests that started before the calm have ended by then. */
export const CALLS_UNDER_WAY_MS = 15_000;

/** A collector's cache, and the time to publish. KV's delay comes on top. */
const MAX_CONFIG_AGE_MS = 30_000 + 10_000;

/** The registry may be killed again and again while it publishes. */
const MAX_PUBLISHING_MS = 5 * 60_000;

const DAY_MS = 86_400_000;

/** The names of the invariants. */
export type Invariant =
  | 'no acknowledged event is lost'
  | 'every delivery ends'
  | 'stored for all its rules'
  | "no delivery fails for another's fault"
  | 'expires at the deadline'
  | 'erased only on request'
  | 'delivered means that LinkedIn has it'
  | 'skipped for a true reason'
  | 'sent unchanged'
  | 'only waiting deliveries are sent'
  | 'not sent again after an acceptance'
  | 'the ledger balances'
  | 'the ledger matches the rows'
  | "within LinkedIn's limits"
  | 'the breaker closes'
  | 'an alarm is set'
  | "the collector's configuration is fresh"
  | 'the configuration is published'
  | 'unneeded keys are deleted'
  | 'erased data is unreadable'
  | 'one token renewal at a time'
  | 'nothing throws'
  | TallyInvariant
  | WidthInvariant;

export type Violation = { name: Invariant; atMs: number; what: string };

type Row = {
  integration_id: string;
  rule_id: string;
  state: string;
  reason: string | null;
  /** When the attempt of this row was received. An earlier one may have been skipped. */
  received_at_ms: number;
};

/** The invariants that hold whatever fails. `afterStep` runs after each step, `atEnd` after half a day of calm. */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly #simulation: Simulation;
  readonly #made: ReadonlyMap<string, Made>;
  readonly #tallies: TallyInvariants;
  #steps = 0;
  /** Each outbox's activity when its alarm was last checked. Time alone doesn't break a correct state. */
  readonly #checkedAt = new Map<string, number>();
  /** When every fault was fixed. */
  calmFromMs = Number.POSITIVE_INFINITY;
  /** When KV was reachable again; infinite while it isn't. */
  kvIsBackFromMs = 0;
  /** The people who asked to be erased or refused consent: when they did, and when it was confirmed. */
  readonly erased = new Map<string, { fromMs: number; doneAtMs: number }>();
  /** Until the watchdog has run, a lost alarm or a clock jump is excused. */
  excusedUntilMs = 0;
  /** The last time at which alarms were lost. An outbox is excused until the watchdog has visited it after that. */
  alarmsLostAtMs = 0;

  constructor(simulation: Simulation, made: ReadonlyMap<string, Made>) {
    this.#simulation = simulation;
    this.#made = made;
    this.#tallies = new TallyInvariants(simulation, { made, violate: (name, what) => this.violate(name, what) });
  }

  afterStep(): void {
    this.#steps += 1;
    if (this.#simulation.time.nowMs >= this.excusedUntilMs) this.#alarmIsSet();
    if (this.#steps % 200 === 0) this.#configsArePublished();
    // A lost event stays lost, and the full check takes long.
    if (this.#steps % 2_000 === 0) this.#nothingIsLost();
  }

  atEnd(): void {
    this.#nothingIsLost();
    this.#everythingEnded();
    this.#takenIsTrue();
    this.#ledgersBalance();
    this.#ledgersAreTrue();
    this.#tallies.atEnd();
    this.#limitsHeld();
    this.#breakersClosed();
    this.#configsArePublished();
    this.#keysAreShredded();
    if (this.#simulation.mostRenewalsAtOnce > 1)
      this.violate('one token renewal at a time', 'a token was renewed twice at once');
    const odd = this.#simulation.faultsLogged.filter(
      // An unreachable object may delay one rule queue, but must not end the run of all rule queues.
      (line) =>
        line.startsWith('outbox.alarm') ||
        !/Network connection lost|The object was replaced|KV (GET|PUT|DELETE|LIST) failed/.test(line),
    );
    if (odd.length > 0) this.violate('nothing throws', `the code threw: ${odd[0] ?? ''}`);
  }

  /** I7: while anything waits there is an alarm, no later than needed. */
  #alarmIsSet(): void {
    for (const [source, outbox] of this.#simulation.outboxes) {
      if (!outbox.isAtRest || !outbox.hasStarted || this.#checkedAt.get(source) === outbox.activity) continue;
      if ((this.#simulation.visitedAtMs.get(source) ?? 0) < this.alarmsLostAtMs) continue;
      this.#checkedAt.set(source, outbox.activity);
      const dueAtMs = nextDue(this.#database(source));
      if (dueAtMs === undefined) continue;
      const latestMs = Math.max(dueAtMs, outbox.now()) + ALARM_SLACK_MS;
      if (outbox.alarmAtMs === null) this.violate('an alarm is set', `${source} waits without an alarm`);
      else if (outbox.alarmAtMs > latestMs)
        this.violate('an alarm is set', `${source} has its alarm ${outbox.alarmAtMs - latestMs} ms late`);
    }
  }

  /** I1: an acknowledged event is on disk. */
  #nothingIsLost(): void {
    for (const source of this.#sources()) {
      const kept = new Set(
        this.#database(source)
          .sql.exec<{ message_id: string }>('SELECT message_id FROM events')
          .toArray()
          .map((row) => row.message_id),
      );
      const isTallied = this.#tallies.ofNow(source);
      for (const event of this.#made.values())
        if (event.source === source && event.isAcknowledged && !kept.has(event.messageId) && !isTallied(event))
          this.violate('no acknowledged event is lost', `${event.messageId} was acknowledged, and is not stored`);
    }
  }

  /** After the calm every event is delivered, unless it is poison or too old, and nothing waits. */
  #everythingEnded(): void {
    const taken = new Set(this.#simulation.linkedIn.taken.map(({ ruleId, eventId }) => `${ruleId}/${eventId}`));
    for (const event of this.#made.values()) {
      if (!event.isAcknowledged || this.#simulation.deletedAtMs.has(event.source)) continue;
      const rows = this.#rows(event);
      if (!isKeptAsAsked(event.tries, rows))
        this.violate(
          'stored for all its rules',
          `${event.messageId} has rows for ${rows.map((row) => row.rule_id).join(', ') || 'nothing'}`,
        );
      for (const row of rows) {
        const isPoison = event.messageId.includes('poison');
        const isOldEnough = this.#simulation.time.nowMs - event.happenedAtMs > 89 * DAY_MS;
        const name = `${event.messageId} for ${row.rule_id}`;
        if (row.state === 'pending' || row.state === 'waiting')
          this.violate('every delivery ends', `${name} still waits`);
        else if (row.state === 'dead' && !isPoison && !this.#isClockToBlame(row))
          this.violate(
            "no delivery fails for another's fault",
            `${name} failed for another's fault: ${row.reason ?? ''}`,
          );
        else if (row.state === 'expired' && !isOldEnough)
          this.violate('expires at the deadline', `${name} expired too early`);
        else if (row.state === 'skipped') this.#mayBeSkipped(event, name, row);
        else if (row.state === 'erased' && !this.erased.has(event.person ?? ''))
          this.violate('erased only on request', `${name} was erased without a request`);
        else if (row.state === 'delivered' && !taken.has(`${row.rule_id}/${event.messageId}`))
          this.violate(
            'delivered means that LinkedIn has it',
            `${name} is marked as delivered, and LinkedIn does not have it`,
          );
        else if (row.state === 'delivered' && isPoison)
          this.violate('delivered means that LinkedIn has it', `${name} is invalid and was delivered`);
      }
    }
  }

  /** An outbox whose clock is an hour behind sends events that LinkedIn considers too old. */
  #isClockToBlame({ reason }: Row): boolean {
    return this.#simulation.faults.has('clock_jump') && (reason ?? '').includes('within 90 days');
  }

  #mayBeSkipped(event: Made, name: string, row: Row): void {
    const { reason, integration_id: id } = row;
    const said = this.#simulation.traffic.said.get(id) ?? [];
    if (reason === 'test_mode' && said.some(({ integration }) => integration?.config.test_mode === true)) return;
    if (reason === 'no_consent' && said.some(({ integration }) => !isAllowed(event, integration))) return;
    if (event.wait !== undefined && event.idTypes?.length === 0) {
      if (this.#wasIntroduced(event, { ...event.wait, fromMs: row.received_at_ms }))
        this.violate('skipped for a true reason', `${name} was skipped although its e-mail arrived in time`);
      return;
    }
    const isOnlyMoat = event.idTypes?.every((idType) => idType === 'ORACLE_MOAT_ID') ?? false;
    if (!isOnlyMoat)
      this.violate('skipped for a true reason', `${name} was skipped although something identifies the person`);
  }

  /** Returns true only when it is certain: the clock was right and every request came through at once. */
  #wasIntroduced({ messageId, acknowledgedAtMs }: Made, { fromMs, forMs }: { fromMs: number; forMs: number }): boolean {
    const { acknowledgedAtMs: saidAtMs } = this.#made.get(`identify-${messageId}`) ?? {};
    if (acknowledgedAtMs === undefined || saidAtMs === undefined || this.#simulation.faults.has('clock_jump'))
      return false;
    // It waits from the stored attempt on, which may differ from the acknowledged one.
    return saidAtMs > acknowledgedAtMs && saidAtMs > fromMs + CALLS_UNDER_WAY_MS && saidAtMs < fromMs + forMs / 2;
  }

  /** I2: LinkedIn has the clients' events, unchanged. */
  #takenIsTrue(): void {
    for (const { ruleId, eventId, happenedAtMs, atMs } of this.#simulation.linkedIn.taken) {
      const event = this.#made.get(eventId);
      if (event !== undefined && this.#simulation.deletedAtMs.has(event.source)) continue;
      if (event === undefined) this.violate('sent unchanged', `LinkedIn got ${eventId}, which no client sent`);
      else if (event.happenedAtMs !== happenedAtMs)
        this.violate('sent unchanged', `LinkedIn got ${eventId} with another time`);
      else if (!this.#rows(event).some((row) => row.rule_id === ruleId))
        this.violate('sent unchanged', `LinkedIn got ${eventId} for a wrong rule`);
      if (atMs - happenedAtMs > 90 * 86_400_000)
        this.violate('expires at the deadline', `LinkedIn got ${eventId} after its deadline`);
    }
  }

  #ledgersBalance(): void {
    for (const source of this.#sources()) {
      const rows = inOneTurn(
        new LedgerReader(this.#database(source).sql).read({ from: '2026-01-01', to: '2027-12-31' }),
      );
      const unbalanced = rows.filter((row) => !isBalanced(row));
      if (unbalanced.length > 0)
        this.violate(
          'the ledger balances',
          `the ledger of ${source} does not balance: ${JSON.stringify(unbalanced[0])}`,
        );
    }
  }

  /** The ledger matches the events' rows. */
  #ledgersAreTrue(): void {
    for (const source of this.#sources()) {
      const expected = new Map<string, number>();
      for (const event of this.#made.values()) {
        if (event.source !== source || !event.isAcknowledged) continue;
        const states = this.#rows(event).map((row) => row.state);
        const state =
          ['dead', 'expired', 'erased', 'delivered', 'skipped'].find((worst) => states.includes(worst)) ?? 'none';
        expected.set(state, (expected.get(state) ?? 0) + 1);
      }
      const rows = inOneTurn(
        new LedgerReader(this.#database(source).sql).read({ from: '2026-01-01', to: '2027-12-31' }),
      );
      for (const state of ['dead', 'expired', 'erased', 'delivered'] as const) {
        const told = rows.reduce((sum, row) => sum + row[state], 0);
        // An event whose acknowledgement never arrived still has its row.
        if (told < (expected.get(state) ?? 0))
          this.violate(
            'the ledger matches the rows',
            `the ledger of ${source} says ${told} ${state}, the rows say ${expected.get(state) ?? 0}`,
          );
      }
    }
  }

  /** R1, R2: no window has more permits than its limits allow. A clock jump starts a new bucket. */
  #limitsHeld(): void {
    if (this.#simulation.faults.has('clock_jump')) return;
    const { limits } = this.#simulation;
    for (const [app] of this.#simulation.desks) {
      const times = this.#simulation.traffic.permits.filter((permit) => permit.app === app).map(({ atMs }) => atMs);
      const perMinute = mostWithin(times, 60_000);
      if (perMinute > limits.perMinute)
        this.violate("within LinkedIn's limits", `${app} got ${perMinute} permits in a minute`);
      const perSecond = mostWithin(times, 1_000);
      if (perSecond > limits.burst + limits.ratePerSecond)
        this.violate("within LinkedIn's limits", `${app} got ${perSecond} permits in a second`);
    }
  }

  /** After half a day in which LinkedIn answered everything, no app is stopped from calling it. */
  #breakersClosed(): void {
    for (const [app, { breaker }] of this.#simulation.deskStates) {
      const hasCalled = this.#simulation.linkedIn.requests.some(
        (request) => request.app === app && request.atMs > this.calmFromMs + CALLS_UNDER_WAY_MS,
      );
      if (hasCalled && breaker.failures > 2)
        this.violate('the breaker closes', `the breaker of ${app} is open in the calm`);
    }
  }

  /**
   * I3: a finished delivery is never sent again. One that LinkedIn accepted is sent again only after a lost answer or a
   * crash.
   */
  onSend(self: Breakable, database: Database, elements: readonly string[]): void {
    for (const { ruleId, eventId } of parseElements(elements)) {
      const [row] = database.sql
        .exec<{ state: string }>(
          'SELECT state FROM lanes CROSS JOIN deliveries ON lane_id = lanes.id WHERE rule_id = ? AND event_id = ?',
          ruleId,
          eventId,
        )
        .toArray();
      if (row === undefined) this.violate('only waiting deliveries are sent', `${eventId} is sent and is no row`);
      else if (row.state !== 'pending')
        this.violate('only waiting deliveries are sent', `${eventId} is sent although it is ${row.state}`);
      const key = `${ruleId}/${eventId}`;
      if (this.#simulation.told.get(key) === self.crashes)
        this.violate(
          'not sent again after an acceptance',
          `${eventId} is sent again although LinkedIn said that it has it`,
        );
    }
  }

  /** A collector's config is the one that was saved a short while ago. */
  configIsFresh(source: string, text: string): void {
    const { faults, configs, time } = this.#simulation;
    // While KV is unreachable, an old config is better than none.
    if (faults.has('kv_down') || faults.has('kv_quota') || faults.has('kv_slow')) return;
    const versions = configs.get(source) ?? [];
    const isFresh = versions.some((version, index) => {
      const endedMs = versions[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
      return version.text === text && endedMs >= time.nowMs - this.#maxConfigAgeMs();
    });
    if (!isFresh)
      this.violate("the collector's configuration is fresh", `a collector of ${source} uses an outdated configuration`);
  }

  #maxConfigAgeMs(): number {
    const hampering: Fault[] = ['crash', 'deploy', 'key_rotated', 'unreachable_object'];
    const isHampered = hampering.some((fault) => this.#simulation.faults.has(fault));
    return MAX_CONFIG_AGE_MS + this.#simulation.kv.maxLagMs + (isHampered ? MAX_PUBLISHING_MS : 0);
  }

  /** A few minutes after a change, or after KV was last unreachable, KV has the change. */
  #configsArePublished(): void {
    const { nowMs } = this.#simulation.time;
    for (const [source, versions] of this.#simulation.configs) {
      if (this.#simulation.deletedAtMs.has(source)) continue;
      const { kv, faults, settingsMayBeOfFormerUntilMs: formerMs } = this.#simulation;
      const changedAtMs = Math.max(versions.at(-1)?.fromMs ?? 0, this.#simulation.createdAtMs(source));
      const sinceMs = Math.max(changedAtMs, this.kvIsBackFromMs, kv.troubledUntilMs, formerMs);
      // Slow writes of a publisher that has died may arrive in between, and are then repeated.
      if (nowMs < sinceMs + (faults.has('kv_slow') ? 3 : 1) * MAX_PUBLISHING_MS) continue;
      const published = kv.newest(configKey({ kind: 'write', key: source }));
      if (published !== versions.at(-1)?.text)
        this.violate('the configuration is published', `KV does not have the newest config of ${source}`);
    }
  }

  /** Events delivered days ago can't be opened: their key is deleted, unless another delivery still needs it. */
  #keysAreShredded(): void {
    const yesterday = new Date(this.#simulation.time.nowMs - DAY_MS - HOUR_MS).toISOString().slice(0, 10);
    for (const source of this.#sources()) {
      const { sql } = this.#database(source);
      const [buckets] = sql
        .exec<{ n: number }>('SELECT count(*) AS n FROM condemned_buckets WHERE writes < 2')
        .toArray();
      // A name that KV never got isn't a key: nothing was sealed with it, and the next key uses the name. Neither is one
      // that KV got so late that the outbox had given it up.
      const inKv = new Set(this.#simulation.kv.names());
      // Its own midnight, by a wrong clock, may have been minutes ago: then it is deleting yesterday's keys.
      const atMs = this.#simulation.outboxes.get(source)?.now() ?? 0;
      const keys = sql
        .exec<{ key_id: string }>(
          'SELECT key_id FROM payload_keys WHERE (condemned = 1 AND dropped_at_ms IS NULL) OR dropped_at_ms < ?',
          atMs - HOUR_MS,
        )
        .toArray()
        .filter(({ key_id: keyId }) => inKv.has(`payload-key:${source}:${keyId}`))
        .filter(({ key_id: keyId }) => this.#simulation.written.isUsed(source, keyId));
      if (buckets?.n !== 0 || keys.length > 0)
        this.violate(
          'unneeded keys are deleted',
          `${source} still has keys of people who were erased: ${buckets?.n} buckets, ${keys.map(({ key_id: keyId }) => keyId).join(', ')}`,
        );
      const needed = new Set(
        this.#database(source)
          .sql.exec<{ sealed: string }>(
            `SELECT payload AS sealed FROM deliveries WHERE payload IS NOT NULL
             UNION ALL SELECT late FROM deliveries WHERE late IS NOT NULL`,
          )
          .toArray()
          .map(({ sealed }) => sealed.slice(2, 29)),
      );
      const prefix = `payload-key:${source}:`;
      for (const name of this.#simulation.kv.names()) {
        const keyId = name.slice(prefix.length);
        if (name.startsWith(prefix) && keyId.slice(0, 10) < yesterday && !needed.has(keyId))
          this.violate('unneeded keys are deleted', `${source} still has the payload key of ${keyId.slice(0, 10)}`);
      }
    }
  }

  /** A reader with the disk, its history and every key can't read anything of an erased person. */
  async erasedIsNoise(): Promise<void> {
    const open = await this.#simulation.written.stillOpen(this.#simulation.kv);
    if (open.length > 0)
      this.violate(
        'erased data is unreadable',
        `the data of ${open[0] ?? ''} can still be opened, and ${open.length} in all`,
      );
  }

  /** The sources that still exist. */
  #sources(): string[] {
    return [...this.#simulation.outboxes.keys()].filter((source) => !this.#simulation.deletedAtMs.has(source));
  }

  #rows(event: Made): Row[] {
    return this.#database(event.source)
      .sql.exec<Row>(
        `SELECT integration_id, rule_id, state, reason, received_at_ms FROM lanes
         CROSS JOIN deliveries ON lanes.id = lane_id JOIN events ON seq = event_seq WHERE event_id = ?`,
        event.messageId,
      )
      .toArray();
  }

  #database(source: string): Database {
    const database = this.#simulation.databases.get(source);
    if (database === undefined) throw new Error(`The simulation has no ${source}`);
    return database;
  }

  /**
   * Records a violation under the invariant's name. It keeps a few of each, because one fault shows itself many times.
   */
  violate(name: Invariant, what: string): void {
    const known = this.violations.filter((violation) => violation.name === name).length;
    if (known < 3) this.violations.push({ name, atMs: this.#simulation.time.nowMs, what });
  }
}

/** Returns whether an integration, as it was then, may get an event. */
export function isAllowed({ consent }: Pick<Made, 'consent'>, integration: Integration | undefined): boolean {
  return integration !== undefined && isConsented(integration.consent_categories, consent ?? GRANTED);
}

/** Returns whether the rows are those of one attempt, plus only the targets that other attempts added. */
function isKeptAsAsked(tries: readonly (readonly Target[])[], rows: readonly Row[]): boolean {
  const found = new Set(rows.map((row) => `${row.integration_id} ${row.rule_id}`));
  const wanted = tries.map(
    (targets) => new Set(targets.map(({ integrationId, ruleId }) => `${integrationId} ${ruleId}`)),
  );
  const all = new Set(wanted.flatMap((targets) => [...targets]));
  return found.isSubsetOf(all) && wanted.some((targets) => targets.isSubsetOf(found));
}

const NO_ELEMENT_WAIT = `NOT EXISTS (SELECT 1 FROM element_waits AS element
  WHERE element.lane_id = deliveries.lane_id AND element.event_id = deliveries.event_id)`;

/** Returns when the first rule queue may send, read from the tables and not from the code under test. */
function nextDue(database: Database): number | undefined {
  const [row] = database.sql
    .exec<{ due: number | null }>(
      // This runs after each step. The first condition is the cheapest: settled deliveries have an index, fresh ones
      // are found by reading the rule queue.
      `SELECT min(due) AS due FROM (
         SELECT max(lanes.due_at_ms, ifnull(hold.due_at_ms, 0), iif(
             EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_pending
               WHERE lane_id = lanes.id AND state = 'pending' AND is_fresh IS NULL
               AND ${NO_ELEMENT_WAIT})
             OR EXISTS (SELECT 1 FROM deliveries WHERE lane_id = lanes.id AND state = 'pending' AND ${NO_ELEMENT_WAIT}),
             0,
             (SELECT min(element.due_at_ms) FROM element_waits AS element JOIN deliveries USING (lane_id, event_id)
              WHERE element.lane_id = lanes.id AND state = 'pending'))) AS due
         FROM lanes LEFT JOIN integration_holds AS hold USING (integration_id)
         UNION ALL SELECT (SELECT min(waits_until_ms) FROM deliveries WHERE lane_id = lanes.id AND state = 'waiting')
         FROM lanes)`,
    )
    .toArray();
  return row?.due ?? undefined;
}

function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, atMs] of sorted.entries()) {
    while (atMs - (sorted[first] ?? atMs) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
