import type { DurableObject } from 'cloudflare:workers';

import { inPlace, spend, spendRows, type Instance } from './meter.ts';
import { meteredEnv } from './metered-env.ts';
import { mustHaveLeft, rules, take } from './rules.ts';

type ObjectClass = new (ctx: DurableObjectState, env: object) => DurableObject;

/** The statements that each class has run, with their number of parameters. */
const statements = new Map<string, Map<string, number>>();

/** How often an object of each class was started. */
export const starts = new Map<string, number>();

/** A Durable Object of the product whose calls, alarms, rows and time in memory are counted. */
export function metered(name: string, Base: ObjectClass): ObjectClass {
  class Metered extends Base {
    readonly platformInstance: Instance = { holds: 0, sinceMs: 0, place: name };

    constructor(ctx: DurableObjectState, env: object) {
      watchStorage(name, ctx);
      starts.set(name, (starts.get(name) ?? 0) + 1);
      super(ctx, meteredEnv(env, 'objects'));
    }

    platformEvict(): void {
      if (this.platformInstance.holds > 0) return;
      this.ctx.abort('evicted by the test');
    }

    /** Returns how SQLite runs each statement that an object of this class has run. */
    platformPlans(): { query: string; steps: string[] }[] {
      return [...(statements.get(name) ?? [])].flatMap(([query, parameters]) => {
        if (!/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\b/i.test(query)) return [];
        const plan = this.ctx.storage.sql.exec<{ detail: string }>(
          `EXPLAIN QUERY PLAN ${query}`,
          ...Array(parameters).fill(null),
        );
        return [{ query, steps: plan.toArray().map(({ detail }) => detail) }];
      });
    }

    platformTables(): Record<string, number> {
      const { sql } = this.ctx.storage;
      const tables = sql.exec<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).toArray();
      return Object.fromEntries(
        tables
          .filter((table) => !table.name.startsWith('_cf'))
          .map((table) => [table.name, Number(sql.exec(`SELECT count(*) AS n FROM ${table.name}`).one()['n'])]),
      );
    }
  }
  for (const method of Object.getOwnPropertyNames(Base.prototype)) {
    const own: unknown = Reflect.get(Base.prototype, method);
    if (method === 'constructor' || typeof own !== 'function') continue;
    Object.defineProperty(Metered.prototype, method, {
      value(this: Metered, ...args: unknown[]): unknown {
        if (method === 'alarm') spend('objectRequests', 1, `${name}.alarm`);
        return inPlace(`${name}.${method}`, this.platformInstance, (): unknown => Reflect.apply(own, this, args));
      },
    });
  }
  return Metered;
}

function watchStorage(name: string, { storage, id }: DurableObjectState): void {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  const setAlarm = storage.setAlarm.bind(storage);
  const getAlarm = storage.getAlarm.bind(storage);
  const known = statements.get(name) ?? new Map<string, number>();
  statements.set(name, known);
  Object.assign(sql, {
    exec: (query: string, ...bindings: unknown[]) => {
      if (!query.startsWith('EXPLAIN')) known.set(query, bindings.length);
      mustHaveLeft('rowsRead');
      if (/^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(query)) mustHaveLeft('rowsWritten');
      const cursor = exec(query, ...bindings);
      if (cursor.rowsRead > 0) take('rowsRead', cursor.rowsRead);
      if (cursor.rowsWritten > 0) take('rowsWritten', cursor.rowsWritten);
      spendRows(cursor);
      return cursor;
    },
  });
  Object.assign(storage, {
    getAlarm: async (...args: Parameters<typeof getAlarm>) => {
      const atMs = await getAlarm(...args);
      return atMs === null ? null : atMs + rules.now.clockAheadMs;
    },
    setAlarm: (at: number | Date, options?: DurableObjectSetAlarmOptions) => {
      spend('alarms');
      // Cloudflare charges an alarm that is set as a row.
      take('rowsWritten');
      spend('rowsWritten');
      return setAlarm(Number(at) - rules.now.clockAheadMs, options);
    },
  });
  Object.defineProperty(sql, 'databaseSize', {
    get: () =>
      Number(Reflect.get(Object.getPrototypeOf(sql), 'databaseSize', sql)) *
      (rules.now.databaseTimes[id.name ?? ''] ?? 1),
  });
}
