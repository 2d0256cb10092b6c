import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

import type { TalliedEvent } from '../../../worker/domain/collect/tallied-event.ts';
import type { Sql } from '../../../worker/objects/sql.ts';
import { TallyEngine } from '../../../worker/objects/tally/tally-engine.ts';
import type { TallyPorts } from '../../../worker/objects/tally/tally-ports.ts';
import { TallyReader } from '../../../worker/objects/tally/tally-reader.ts';
import type { TallyRequest } from '../../../worker/objects/tally/tally-writer.ts';
import { NOW } from './an-event.ts';

/** A tally on real SQLite, with a clock and an alarm that the test sets. */
export type TallyWorld = {
  readonly engine: TallyEngine;
  readonly reader: TallyReader;
  /** Starts the engine again, as after an eviction. */
  restart(): void;
  sql: Sql;
  nowMs: number;
  alarmAtMs: number | null;
  retentionMs: number;
  isSourceBack: boolean;
  /** Makes the next transactions fail after their work is done. */
  isDiskFull: boolean;
  /** The rows that were written so far, as Cloudflare counts them. */
  rowsWritten: number;
  rowsRead: number;
};

export async function inATally<Result>(
  work: (world: TallyWorld) => Result | Promise<Result>,
  room: TallyPorts['room'] = {},
): Promise<Result> {
  return runInDurableObject(env.TALLY.getByName(crypto.randomUUID()), (_, { storage }) => {
    const sql: Sql = {
      exec: (query, ...bindings) => {
        const cursor = storage.sql.exec<Record<string, string | number | null>>(query, ...bindings);
        const rows = cursor.toArray();
        world.rowsWritten += cursor.rowsWritten;
        world.rowsRead += cursor.rowsRead;
        // The type argument names the columns of the query.
        return { toArray: () => Object(rows) };
      },
    };
    const ports: TallyPorts = {
      room,
      database: {
        sql,
        transaction: (act) =>
          storage.transactionSync(() => {
            const result = act();
            if (world.isDiskFull) throw new Error('database or disk is full: SQLITE_FULL');
            return result;
          }),
      },
      written: async () => undefined,
      now: () => world.nowMs,
      sleep: async () => undefined,
      alarm: {
        get: async () => world.alarmAtMs,
        set: async (atMs) => void (world.alarmAtMs = atMs),
        clear: async () => void (world.alarmAtMs = null),
      },
      isSourceBack: async () => world.isSourceBack,
      retentionMs: async () => world.retentionMs,
      log: (where, error) => {
        throw new Error(where, { cause: error });
      },
    };
    let engine: TallyEngine | undefined;
    const running = (): TallyEngine => (engine ??= new TallyEngine(ports));
    const world: TallyWorld = {
      get engine() {
        return running();
      },
      get reader() {
        return new TallyReader(running());
      },
      sql,
      nowMs: NOW,
      alarmAtMs: null,
      retentionMs: 90 * 24 * 3_600_000,
      isSourceBack: false,
      isDiskFull: false,
      rowsWritten: 0,
      rowsRead: 0,
      restart() {
        engine = undefined;
      },
    };
    return work(world);
  });
}

/** A page view that no rule asks for. */
export function aPageView(over: Partial<TalliedEvent> = {}): TalliedEvent {
  return {
    messageId: crypto.randomUUID(),
    type: 'page',
    name: 'Home',
    happenedAtMs: NOW,
    receivedAtMs: NOW,
    hasClickId: false,
    hasEmail: false,
    hasNames: false,
    fields: ['context.page.url', 'context.page.title'],
    consent: { categories: { advertising: true }, policy: 'denied', country: 'DE', source: 'onetrust' },
    consentAsked: {},
    lint: [],
    triggers: {},
    nameRank: 'unwanted',
    sentBytes: 400,
    skipReason: 'no_mapping',
    ...over,
  };
}

export function aTallyRequest(events: readonly TalliedEvent[], over: Partial<TallyRequest> = {}): TallyRequest {
  return { events, rejected: [], triggerSets: [], asked: ['advertising'], consent: {}, ...over };
}
