import { Cleanup } from '../../worker/objects/outbox/cleanup.ts';
import { LAST_WRITE_MS } from '../../worker/objects/outbox/keys/key-deletions.ts';
import type { KeyStore } from '../../worker/objects/outbox/keys/key-pages.ts';
import { PayloadKeys } from '../../worker/objects/outbox/keys/payload-keys.ts';
import { OutboxEngine } from '../../worker/objects/outbox/outbox-engine.ts';
import { OUTBOX_MIGRATIONS } from '../../worker/objects/outbox/outbox-schema.ts';
import type { Ports } from '../../worker/objects/outbox/ports.ts';
import { Replays } from '../../worker/objects/outbox/replays.ts';
import { BatchRun } from '../../worker/objects/outbox/sending/batch-run.ts';
import { VersionTrials } from '../../worker/objects/outbox/sending/version-trials.ts';
import { migrate } from '../../worker/objects/sql.ts';
import type { Database, SqlValue } from '../../worker/objects/sql.ts';
import { aReceipt } from './simulation/a-receipt.ts';
import { Chance } from './simulation/chance.ts';
import { fastCipher } from './simulation/fast-cipher.ts';
import { memoryDatabase } from './simulation/memory-database.ts';

const START_MS = Date.parse('2026-11-28T08:00:00Z');
const DAY_MS = 86_400_000;

/** Differences of the bench from a world in which every answer is immediate. */
export type Over = {
  database?: Database;
  /**
   * Runs before each call to the outside, and before its answer. For some calls `isHeard` says whether their caller
   * still lives.
   */
  wait?: (what: string, isHeard?: () => boolean) => Promise<void>;
  /** Wraps KV for the keys. */
  store?: (kv: KeyStore) => KeyStore;
  /** Wraps the keys for the engine. */
  keys?: (keys: PayloadKeys<string>) => Ports['payloads'];
};

/**
 * One outbox on a real SQLite, with its own KV and clock. It counts the cost of work: statements, rows and KV
 * operations.
 */
export class EngineBench {
  readonly kv = new Map<string, string>();
  readonly kvOperations = { get: 0, put: 0, delete: 0, list: 0 };
  /** KV fails while this is true. */
  isKvDown = false;
  nowMs = START_MS;
  alarmAtMs: number | null = null;
  readonly sent: string[] = [];
  readonly faults: string[] = [];
  readonly queries = new Set<string>();
  /** The most statements that ran in one turn, and the most rows that they returned. */
  longest = { statements: 0, rows: 0 };
  mayHaveToken = false;
  readonly database: Database;
  engine: OutboxEngine;
  #turn: { statements: number; rows: number } | undefined;
  readonly #uncounted: Database;
  readonly #wait: NonNullable<Over['wait']>;
  readonly #store: (kv: KeyStore) => KeyStore;
  readonly #keys: (keys: PayloadKeys<string>) => Ports['payloads'];
  readonly #chance = new Chance(1);
  readonly #onTheirWay = new Set<{ sinceMs: number; arrive(): void }>();
  #life = 0;

  constructor({
    database = memoryDatabase(),
    wait = async () => undefined,
    store = (kv) => kv,
    keys = (own) => own,
  }: Over = {}) {
    this.#uncounted = database;
    this.#wait = wait;
    this.#store = store;
    this.#keys = keys;
    this.database = this.#counting(database);
    this.engine = this.#start();
  }

  /**
   * Advances the time at once. Writes to KV that were sent long enough ago arrive first, even if their caller is gone.
   */
  later(ms: number): void {
    for (const call of this.#onTheirWay) if (this.nowMs + ms - call.sinceMs >= LAST_WRITE_MS) call.arrive();
    this.nowMs += ms;
  }

  /** Kills the isolate: it gets no more answers, and its pending writes arrive in KV. */
  evict(): void {
    this.#life += 1;
    this.engine = this.#start();
  }

  #start(): OutboxEngine {
    const life = this.#life;
    const isAlive = (): boolean => life === this.#life;
    const wait = async (what: string): Promise<void> => {
      await this.#wait(what, isAlive);
      if (life !== this.#life) await new Promise(() => undefined);
    };
    const kv = async <Result>(what: 'get' | 'put' | 'delete' | 'list', work: () => Result): Promise<Result> => {
      this.kvOperations[what] += 1;
      const call = this.#begin(work);
      const changesSomething = what === 'put' || what === 'delete';
      await this.#wait(`kv.${what}`, () => isAlive() || changesSomething);
      const answer = call.arrive();
      if (answer === 'failed') throw new Error('KV failed: 503 Service Unavailable');
      await wait(`kv.${what} answers`);
      return answer.result;
    };
    const cipher = fastCipher(this.#chance);
    const keys = new PayloadKeys<string>({
      cipher: {
        ...cipher,
        // Real sealing takes a moment, in which other code runs.
        sealWith: async (key, text) => {
          await wait('cipher');
          return cipher.sealWith(key, text);
        },
      },
      sql: this.database.sql,
      kv: this.#store({
        get: (key) => kv('get', () => this.kv.get(key) ?? null),
        put: (key, value) => kv('put', () => void this.kv.set(key, value)),
        delete: (key) => kv('delete', () => void this.kv.delete(key)),
        list: (prefix) => kv('list', () => [...this.kv.keys()].filter((key) => key.startsWith(prefix))),
      }),
      owner: 'bench',
      keyRing: () => [new Uint8Array(32)],
      now: () => this.nowMs,
    });
    migrate(this.database, OUTBOX_MIGRATIONS);
    return new OutboxEngine({
      sourceId: 'bench',
      database: this.database,
      databaseBytes: () => 0,
      written: () => wait('written'),
      payloads: this.#keys(keys),
      now: () => this.nowMs,
      random: () => 0.5,
      sleep: async (ms) => {
        await wait(`sleep ${ms}`);
        await new Promise((resolve) => setImmediate(resolve));
      },
      alarm: {
        get: async () => this.alarmAtMs,
        set: async (atMs) => void (this.alarmAtMs = atMs),
        clear: async () => void (this.alarmAtMs = null),
      },
      isSourceBack: async () => true,
      retention: async () => {
        await wait('retention');
        return { eventsMs: 91 * DAY_MS, deadLettersMs: 90 * DAY_MS };
      },
      integration: async (id) => {
        await wait('integration');
        return {
          id,
          source_id: 'bench',
          vendor: 'linkedin',
          name: id,
          enabled: true,
          config: { account_id: '100' },
          secrets: {},
          consent_categories: ['advertising'],
          created_at: '2026-11-28T08:00:00Z',
          updated_at: '2026-11-28T08:00:00Z',
        };
      },
      access: async () =>
        this.mayHaveToken
          ? { kind: 'token', token: 'tok', tokenId: 'tok', limiterKey: 'app' }
          : { kind: 'none', reason: 'token_refused', retryAfterMs: 3_600_000 },
      refused: async () => ({ kind: 'none', reason: 'token_refused', retryAfterMs: 3_600_000 }),
      limiter: () => ({
        take: async () => ({ isGranted: true, mustReport: false }),
        pause: async () => undefined,
        report: async () => undefined,
      }),
      sending: async () => ({ BatchRun, Cleanup, Replays, VersionTrials }),
      send: async ({ elements }) => {
        this.sent.push(...elements.map((element): string => JSON.parse(element).eventId));
        return {
          status: 200,
          response: { kind: 'accepted', refused: new Map(), deferred: new Map(), unconfirmed: new Set() },
        };
      },
      log: (where, error) => void this.faults.push(`${where}: ${String(error)}`),
      logRequest: () => undefined,
    });
  }

  #begin<Result>(work: () => Result): { arrive(): { result: Result } | 'failed' } {
    let answer: { result: Result } | 'failed' | undefined;
    const call = {
      sinceMs: this.nowMs,
      arrive: () => {
        this.#onTheirWay.delete(call);
        return (answer ??= this.isKvDown ? 'failed' : { result: work() });
      },
    };
    this.#onTheirWay.add(call);
    return call;
  }

  /** Sends one event for each person, for one rule. */
  enqueue(events: readonly { messageId: string; person?: string }[]): ReturnType<OutboxEngine['enqueue']> {
    const to = [{ integrationId: 'int_a', ruleId: '1001' }];
    return this.engine.enqueue(
      events.map((event) => aReceipt({ ...event, to, happenedAtMs: this.nowMs, receivedAtMs: this.nowMs })),
      [],
    );
  }

  /** Lets time pass, second by second, with an alarm when one is due and the watchdog every five minutes. */
  async pass(seconds: number, eachSecond: (second: number) => void = () => undefined): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.nowMs += 1_000;
      eachSecond(second);
      await this.#runDueAlarm();
      if (Math.floor(this.nowMs / 1_000) % 300 === 0) await this.engine.visit();
    }
  }

  /** Like `pass`, but jumps from one due action to the next. */
  async skip(seconds: number): Promise<void> {
    for (const endMs = this.nowMs + seconds * 1_000; this.nowMs < endMs;) {
      const watchdogAtMs = (Math.floor(this.nowMs / 300_000) + 1) * 300_000;
      const nextMs = Math.min(endMs, watchdogAtMs, Math.max(this.alarmAtMs ?? Infinity, this.nowMs + 1));
      this.later(nextMs - this.nowMs);
      await this.#runDueAlarm();
      if (this.nowMs === watchdogAtMs) await this.engine.visit();
    }
  }

  /** The platform removes an alarm before it runs. */
  async #runDueAlarm(): Promise<void> {
    if (this.alarmAtMs === null || this.alarmAtMs > this.nowMs) return;
    this.alarmAtMs = null;
    await this.engine.alarm();
  }

  /** Resets the counts. */
  countAnew(): void {
    for (const what of ['get', 'put', 'delete', 'list'] as const) this.kvOperations[what] = 0;
    this.longest = { statements: 0, rows: 0 };
    this.queries.clear();
  }

  rows<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Row[] {
    return this.#uncounted.sql.exec<Row>(query, ...bindings).toArray();
  }

  /** Returns the queries so far that scan one of these tables. */
  scans(tables: readonly string[]): string[] {
    const scan = new RegExp(`^SCAN (${tables.join('|')})\\b`);
    return [...this.queries].filter((query) => {
      if (!/^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(query)) return false;
      const bound = Array.from({ length: (query.match(/\?(?!\d)/g) ?? []).length + highest(query) }, () => '[]');
      const plan = this.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...bound);
      return plan.some(({ detail }) => scan.test(detail));
    });
  }

  #counting(database: Database): Database {
    return {
      sql: {
        exec: (query, ...bindings) => {
          this.queries.add(query);
          const rows = database.sql.exec(query, ...bindings);
          this.#count(rows.toArray().length);
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The type of a row is its query's, as in `Sql`.
          return rows as never;
        },
      },
      transaction: (work) => database.transaction(work),
    };
  }

  /** A turn ends when its code awaits something. */
  #count(rows: number): void {
    if (this.#turn === undefined) {
      this.#turn = { statements: 0, rows: 0 };
      queueMicrotask(() => (this.#turn = undefined));
    }
    this.#turn.statements += 1;
    this.#turn.rows += rows;
    this.longest = {
      statements: Math.max(this.longest.statements, this.#turn.statements),
      rows: Math.max(this.longest.rows, this.#turn.rows),
    };
  }
}

function highest(query: string): number {
  return Math.max(0, ...[...query.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number)));
}
