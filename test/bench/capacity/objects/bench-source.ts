/**
 * A source's two objects as the benchmarks of capacity run them: our engines on a Durable Object's real SQLite, with a
 * clock that the benchmark sets, and a LinkedIn that accepts everything. `startBenchSource` bundles this for workerd.
 */
import { DurableObject } from 'cloudflare:workers';

import { Cleanup } from '../../../../worker/objects/outbox/cleanup.ts';
import { payloadCipher } from '../../../../worker/objects/outbox/keys/payload-cipher.ts';
import { PayloadKeys } from '../../../../worker/objects/outbox/keys/payload-keys.ts';
import { OutboxEngine } from '../../../../worker/objects/outbox/outbox-engine.ts';
import { OutboxReader } from '../../../../worker/objects/outbox/outbox-reader.ts';
import { OUTBOX_MIGRATIONS } from '../../../../worker/objects/outbox/outbox-schema.ts';
import type { Ports } from '../../../../worker/objects/outbox/ports.ts';
import { Replays } from '../../../../worker/objects/outbox/replays.ts';
import { BatchRun } from '../../../../worker/objects/outbox/sending/batch-run.ts';
import { VersionTrials } from '../../../../worker/objects/outbox/sending/version-trials.ts';
import { migrate } from '../../../../worker/objects/sql.ts';
import type { Database, Sql, SqlValue } from '../../../../worker/objects/sql.ts';
import { TallyEngine } from '../../../../worker/objects/tally/tally-engine.ts';
import { TallyReader } from '../../../../worker/objects/tally/tally-reader.ts';
import type { Integration } from '../../../../worker/schema/settings/integration.ts';
import { aLead, aPageView, CONSENT, INTEGRATION_ID, RULES } from './bench-events.ts';

const DAY_MS = 86_400_000;

/** The cost of a call for the object. Rows are counted as Cloudflare counts them, including the entries of indexes. */
export type Cost = {
  rowsRead: number;
  rowsWritten: number;
  requests: number;
  sent: number;
  /** The size of the database, and of the tally's log in it. */
  bytes: number;
  logBytes: number;
  /** How many deliveries a list has. */
  listed: number;
  /** The most rows that were read without giving other calls their turn. */
  mostAtOnce: number;
  /** The statement that read the most rows. */
  heaviest: { rowsRead: number; query: string };
};

/** Events to store: `requests` of `size` events each, at this time. */
export type Fill = { nowMs: number; requests: number; size: number };

/** Rows to write: events with one delivery each, evenly spread over the days before now. */
export type Seed = { nowMs: number; days: number; events: number; failed: number; attempts: number };

const oneEvent = (nowMs: number): Fill => ({ nowMs, requests: 1, size: 1 });

/** A list or report to read. */
export type Question = { name: string; nowMs: number };

/** How many requests are stored at once: pages that many visitors open in the same moment. */
const AT_ONCE = 20;

abstract class BenchObject extends DurableObject {
  protected nowMs = 0;
  protected alarmAtMs: number | null = null;
  protected requests = 0;
  protected sent = 0;
  protected listed = 0;
  #rowsRead = 0;
  #heaviest = { rowsRead: 0, query: '' };
  #mostAtOnce = 0;
  #readBeforeTurn = 0;
  #rowsWritten = 0;

  protected database(): Database {
    const { storage } = this.ctx;
    const sql: Sql = {
      exec: <Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]) => {
        const cursor = storage.sql.exec<Row>(query, ...bindings);
        const before = { read: cursor.rowsRead, written: cursor.rowsWritten };
        if (before.read > this.#heaviest.rowsRead) this.#heaviest = { rowsRead: before.read, query };
        this.#rowsRead += before.read;
        this.#rowsWritten += before.written;
        return {
          toArray: () => {
            const rows = cursor.toArray();
            if (cursor.rowsRead > this.#heaviest.rowsRead) this.#heaviest = { rowsRead: cursor.rowsRead, query };
            this.#rowsRead += cursor.rowsRead - before.read;
            this.#rowsWritten += cursor.rowsWritten - before.written;
            return rows;
          },
        };
      },
    };
    return { sql, transaction: (work) => storage.transactionSync(work) };
  }

  protected readonly alarmPorts: Ports['alarm'] = {
    get: async () => this.alarmAtMs,
    set: async (atMs) => void (this.alarmAtMs = atMs),
    clear: async () => void (this.alarmAtMs = null),
  };

  /** Lets other work of the object run, and moves the simulated clock on. */
  protected async sleep(ms: number): Promise<void> {
    this.nowMs += ms;
    this.#endTurn();
    await scheduler.wait(0);
  }

  #endTurn(): void {
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#rowsRead - this.#readBeforeTurn);
    this.#readBeforeTurn = this.#rowsRead;
  }

  protected logBytes(): number {
    return 0;
  }

  /** Does work, and returns its cost. */
  protected async costOf(work: () => unknown): Promise<Cost> {
    Object.assign(this, { requests: 0, sent: 0, listed: 0 });
    this.#rowsRead = 0;
    this.#rowsWritten = 0;
    this.#heaviest = { rowsRead: 0, query: '' };
    this.#mostAtOnce = 0;
    this.#readBeforeTurn = 0;
    await work();
    this.#endTurn();
    return {
      rowsRead: this.#rowsRead,
      rowsWritten: this.#rowsWritten,
      requests: this.requests,
      sent: this.sent,
      bytes: this.ctx.storage.sql.databaseSize,
      logBytes: this.logBytes(),
      listed: this.listed,
      mostAtOnce: this.#mostAtOnce,
      heaviest: this.#heaviest,
    };
  }

  protected async inGroups(count: number, work: () => Promise<unknown>): Promise<void> {
    for (let left = count; left > 0; left -= AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, work));
  }
}

export class BenchTally extends BenchObject {
  readonly #engine = new TallyEngine({
    database: this.database(),
    written: () => this.ctx.storage.sync(),
    now: () => this.nowMs,
    sleep: (ms) => this.sleep(ms),
    alarm: this.alarmPorts,
    isSourceBack: async () => true,
    retentionMs: async () => 90 * DAY_MS,
    log: (where, error) => console.error(where, error),
  });

  fill({ nowMs, requests, size }: Fill): Promise<Cost> {
    this.nowMs = nowMs;
    return this.costOf(() =>
      this.inGroups(requests, () =>
        this.#engine.count({
          events: Array.from({ length: size }, () => aPageView(nowMs)),
          rejected: [],
          triggerSets: [],
          asked: ['advertising'],
          consent: CONSENT.categories,
        }),
      ),
    );
  }

  protected override logBytes(): number {
    const query = 'SELECT total(length(body)) AS bytes FROM log_pages';
    return this.ctx.storage.sql.exec<{ bytes: number }>(query).one().bytes;
  }

  ring({ nowMs }: { nowMs: number }): Promise<Cost> {
    this.nowMs = nowMs;
    return this.costOf(() => this.#engine.alarm());
  }

  ask({ name, nowMs }: Question): Promise<Cost> {
    this.nowMs = nowMs;
    const reader = new TallyReader(this.#engine);
    const answers: Record<string, () => unknown> = {
      'latest 100': () => reader.latest({ limit: 100, beforeSeq: undefined }),
      'live view': () => reader.look({ afterSeq: 0, limit: 100, waitMs: 0, version: undefined }),
      'one event': () => reader.event('no-such-event'),
      'ledger, 24 hours': () => reader.lastHours(24),
      'ledger, 90 days': () => reader.ledger(lastDays(nowMs, 90)),
      'consent, 90 days': () => reader.consent(lastDays(nowMs, 90)),
      'linter, 90 days': () => reader.lint(lastDays(nowMs, 90)),
    };
    return this.costOf(answers[name] ?? missing(name));
  }
}

export class BenchOutbox extends BenchObject {
  readonly #kv = new Map<string, string>();
  readonly #ports = this.#makePorts();
  readonly #engine = new OutboxEngine(this.#ports);
  #isLinkedInDown = false;

  #makePorts(): Ports {
    const database = this.database();
    migrate(database, OUTBOX_MIGRATIONS);
    return {
      sourceId: 'bench',
      database,
      databaseBytes: () => this.ctx.storage.sql.databaseSize,
      written: () => this.ctx.storage.sync(),
      payloads: new PayloadKeys({
        cipher: payloadCipher,
        sql: database.sql,
        kv: {
          get: async (key) => this.#kv.get(key) ?? null,
          put: async (key, value) => void this.#kv.set(key, value),
          delete: async (key) => void this.#kv.delete(key),
          list: async (prefix) => [...this.#kv.keys()].filter((key) => key.startsWith(prefix)),
        },
        owner: 'bench',
        keyRing: () => [new Uint8Array(32)],
        now: () => this.nowMs,
      }),
      now: () => this.nowMs,
      random: () => Math.random(),
      sleep: (ms) => this.sleep(ms),
      alarm: this.alarmPorts,
      isSourceBack: async () => true,
      retention: async () => ({ eventsMs: 90 * DAY_MS, deadLettersMs: 90 * DAY_MS }),
      integration: async () => THE_INTEGRATION,
      access: async () =>
        this.#isLinkedInDown
          ? { kind: 'none', reason: 'token_refused', retryAfterMs: DAY_MS }
          : { kind: 'token', token: 'tok', tokenId: 'tok', limiterKey: 'app' },
      refused: async () => ({ kind: 'none', reason: 'token_refused', retryAfterMs: DAY_MS }),
      limiter: () => ({
        take: async () => ({ isGranted: true, mustReport: false }),
        pause: async () => undefined,
        report: async () => undefined,
      }),
      sending: async () => ({ BatchRun, Cleanup, Replays, VersionTrials }),
      send: async ({ elements }) => {
        this.requests += 1;
        this.sent += elements.length;
        return {
          status: 200,
          response: { kind: 'accepted', refused: new Map(), deferred: new Map(), unconfirmed: new Set() },
        };
      },
      log: (where, error) => console.error(where, error),
      logRequest: () => undefined,
    };
  }

  fill({ nowMs, requests, size }: Fill): Promise<Cost> {
    this.nowMs = nowMs;
    return this.costOf(() =>
      this.inGroups(requests, () =>
        this.#engine.enqueue(
          Array.from({ length: size }, () => aLead(nowMs)),
          [],
        ),
      ),
    );
  }

  /** Runs alarms until nothing is due now. */
  ring({ nowMs, atMost }: { nowMs: number; atMost: number }): Promise<Cost> {
    this.nowMs = nowMs;
    return this.costOf(async () => {
      for (let rung = 0; rung < atMost; rung += 1) {
        await this.#engine.alarm();
        if (this.alarmAtMs === null || this.alarmAtMs > this.nowMs + 60_000) return;
        this.nowMs = Math.max(this.nowMs, this.alarmAtMs);
      }
    });
  }

  /** Writes rows as the outbox would have written them. That is much faster than storing the events. */
  async seed({ nowMs, days, events, failed, attempts }: Seed): Promise<Cost> {
    const startMs = nowMs - days * DAY_MS;
    await this.fill(oneEvent(startMs));
    await this.ring({ nowMs: startMs + 1_000, atMost: 1 });
    const stepMs = Math.floor((days * DAY_MS - 60_000) / events);
    return this.costOf(() => {
      for (let from = 0; from < events; from += 10_000) {
        const ofChunk = [from, Math.min(from + 10_000, events), startMs + 30_000, stepMs, Math.floor(events / failed)];
        const { sql } = this.ctx.storage;
        sql.exec(
          `INSERT INTO events (seq, message_id, type, name, happened_at_ms, received_at_ms, facts, deliveries)
          ${NUMBERS} SELECT at_ms * 2048, id, 'track', 'Lead Generated', at_ms, at_ms,
            (SELECT facts FROM events ORDER BY seq LIMIT 1), json_array(json_array(1, id)) FROM numbered`,
          ...ofChunk,
        );
        sql.exec(
          `INSERT INTO deliveries (lane_id, event_id, event_seq, happened_at_ms, enqueued_at_ms, state, reason,
            payload, done_at_ms, attempt_id, currency, amount)
          ${NUMBERS} SELECT 1, id, at_ms * 2048, at_ms, at_ms, iif(has_failed, 'dead', 'delivered'),
            iif(has_failed, 'LinkedIn says no', NULL), iif(has_failed, hex(zeroblob(150)), NULL), at_ms + 1000, 1 + i / 5,
            'EUR', '10.00' FROM numbered`,
          ...ofChunk,
        );
      }
      // None of them is fresh.
      this.ctx.storage.sql.exec('UPDATE fresh_from SET seq = (SELECT max(seq) FROM events)');
      this.ctx.storage.sql.exec(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO attempts (lane_id, ended_at_ms, id, started_at_ms, events, status, outcome, first_happened_at_ms,
           first_event_id, last_happened_at_ms, last_event_id, consent_asked)
         SELECT 1, ?2 + i * ?3 * 5, 1 + i, ?2 + i * ?3 * 5, 5, 200, 'accepted', ?2 + (i - 1) * ?3 * 5, '',
           ?2 + i * ?3 * 5, '~', '["advertising"]' FROM n`,
        attempts,
        startMs + 30_000,
        stepMs,
      );
    });
  }

  /** The work of the watchdog, every five minutes. */
  visit({ nowMs }: { nowMs: number }): Promise<Cost> {
    this.nowMs = nowMs;
    return this.costOf(() => this.#engine.visit());
  }

  ask({ name, nowMs }: Question): Promise<Cost> {
    this.nowMs = nowMs;
    const reader = new OutboxReader(this.#ports, this.#engine.changes);
    const page = { limit: 200, before: undefined };
    const answers: Record<string, () => unknown> = {
      'latest 100': () => reader.latest({ limit: 100, beforeSeq: undefined }),
      'live view': () => reader.look({ afterSeq: 0, limit: 100, waitMs: 0, version: undefined }),
      'one event': () => reader.event('no-such-event'),
      'deliveries, 200': () => reader.deliveries(INTEGRATION_ID, { ...page, filter: {} }),
      'deliveries that failed': () => {
        this.listed = reader.deliveries(INTEGRATION_ID, { ...page, filter: { state: 'dead' } }).data.length;
      },
      causes: () => reader.causes(INTEGRATION_ID, {}),
      backlog: () => reader.backlog(INTEGRATION_ID),
      'pulse, for the health check': () => reader.pulse(),
      'a first read for metrics': () => reader.progress(undefined),
      // Its position is far behind, so that it reads as much as one call may.
      'a read for metrics': () => reader.progress({ sinceMs: 0, hour: '', eventSeq: 0, outcomeSeq: 0, attempts: {} }),
      'ledger, 24 hours': () => reader.lastHours(24),
      'ledger, 7 days': () => reader.ledger(lastDays(nowMs, 7)),
      'ledger, 90 days': () => reader.ledger(lastDays(nowMs, 90)),
      'ledger by rule, 90 days': () => reader.ruleLedger(lastDays(nowMs, 90)),
      'consent, 90 days': () => reader.consent(lastDays(nowMs, 90)),
      'overview, 90 days': () => reader.siteOverview([INTEGRATION_ID], lastDays(nowMs, 90)),
      'hours, for baselines': () => reader.hourly(0),
      'linter, 90 days': () => reader.lint(lastDays(nowMs, 90)),
      'preview of a replay': () => this.#engine.replay(INTEGRATION_ID, { filter: {} }, { id: null }),
      replay: async () => {
        const { dead } = await this.#engine.replay(INTEGRATION_ID, { filter: {} }, { id: 'rep_1' });
        this.listed = dead;
      },
      'erasure of a person': () => this.#engine.erase(['nobody'], 'erased_on_request'),
    };
    return this.costOf(answers[name] ?? missing(name));
  }
}

/**
 * The events of a chunk. ?1 and ?2 are its first number and that of the next chunk, ?3 and ?4 the time of the first
 * event and the interval between two.
 */
const NUMBERS = `WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2),
  numbered AS (SELECT i, 'seeded-' || i AS id, ?3 + i * ?4 AS at_ms, i % ?5 = 0 AS has_failed FROM n)`;

const THE_INTEGRATION: Integration = {
  id: INTEGRATION_ID,
  source_id: 'bench',
  vendor: 'linkedin',
  name: 'LinkedIn',
  enabled: true,
  config: { account_id: '100', conversion_rule_id: RULES },
  secrets: {},
  consent_categories: ['advertising'],
  created_at: '2026-11-28T08:00:00Z',
  updated_at: '2026-11-28T08:00:00Z',
};

const missing = (name: string) => (): never => {
  throw new Error(`No such question: ${name}`);
};

function lastDays(nowMs: number, count: number): { from: string; to: string } {
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { from: dayOf(nowMs - (count - 1) * DAY_MS), to: dayOf(nowMs) };
}

type Called = Record<string, (body: unknown) => Promise<Cost>>;

/** `POST /outbox/fill` calls that method of the outbox with the body. */
export default {
  async fetch(request: Request, env: Record<string, DurableObjectNamespace>): Promise<Response> {
    const [, object = '', method = ''] = new URL(request.url).pathname.split('/');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The benchmark calls its own methods.
    const stub = env[object.toUpperCase()]?.getByName('bench') as unknown as Called;
    return Response.json(await stub[method]?.(await request.json()));
  },
};
