/** T4: anyone with the write key chooses the names of events, and the reports must stay readable. */
import { describe, expect, it } from 'vitest';

import { withTotals } from '../../worker/domain/delivery/ledger-totals.ts';
import { inOneTurn } from '../../worker/objects/event-store/in-parts.ts';
import { LedgerNames } from '../../worker/objects/event-store/ledger-names.ts';
import { OUTBOX_MIGRATIONS } from '../../worker/objects/outbox/outbox-schema.ts';
import { LedgerReader } from '../../worker/objects/outbox/reports/ledger-reader.ts';
import { Ledger } from '../../worker/objects/outbox/reports/ledger.ts';
import { migrate } from '../../worker/objects/sql.ts';
import type { LedgerRow } from '../../worker/schema/reports/ledger.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';
import { memoryDatabase } from './simulation/memory-database.ts';

const MOST_BYTES = 8 * 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Names of 256 characters that JSON writes in six bytes each. */
const junk = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `${from + index} ${'\u0001'.repeat(248)}`);

async function strangersNames(world: CalmWorld, names: readonly string[]): Promise<void> {
  const receipts = names.map((name, index) => ({
    ...aReceipt({
      messageId: `${name.slice(0, 8)} ${index}`,
      happenedAtMs: world.nowMs,
      receivedAtMs: world.nowMs,
      to: [],
    }),
    name,
    nameRank: 'unwanted' as const,
  }));
  const kept = world.simulation.enqueue('src_a', receipts);
  await world.pass(300);
  expect(await kept).toBe(true);
}

function ledgerOf(world: CalmWorld): LedgerReader {
  const database = world.simulation.databases.get('src_a');
  if (database === undefined) throw new Error('There is no database');
  return new LedgerReader(database.sql);
}

function daysOf(world: CalmWorld): { from: string; to: string } {
  const today = new Date(world.nowMs).toISOString().slice(0, 10);
  return { from: '2020-01-01', to: today };
}

const bytesOf = (rows: readonly unknown[]): number => new TextEncoder().encode(JSON.stringify(rows)).byteLength;

const namesOf = (rows: readonly LedgerRow[]): string[] => rows.map(({ event }) => event);

describe('20,000 names that a stranger made up', () => {
  it('are at most 500 and (other) in each report, and the mapped names have their own rows', async () => {
    const world = new CalmWorld();
    await strangersNames(world, junk(20_000));
    await world.enqueue(['a-conversion']);
    await world.pass(60_000);

    const ledger = ledgerOf(world);
    const today = inOneTurn(ledger.read(daysOf(world)));
    const hours = inOneTurn(ledger.readHours(24, world.nowMs));

    for (const rows of [today, hours]) {
      expect(rows.length).toBeLessThanOrEqual(502);
      expect(bytesOf(rows)).toBeLessThan(MOST_BYTES);
      expect(withTotals(rows)).toMatchObject({ balanced: true, totals: { received: 20_001, delivered: 1 } });
      expect(rows.find(({ event }) => event === 'Lead Generated')).toMatchObject({ received: 1, delivered: 1 });
      expect(rows.find(({ event }) => event === '(other)')?.received).toBe(19_500);
    }
    expect(
      namesOf(inOneTurn(ledger.readRules(daysOf(world))).map((row) => ({ ...row, received: 0, rejected: 0 }))),
    ).toEqual(['Lead Generated']);
  });

  it('still add up when their rows are deleted', async () => {
    const world = new CalmWorld();
    await strangersNames(world, junk(2_000));
    await world.pass(92 * DAY_MS);
    world.simulation.watchdog();
    for (let hour = 0; hour < 4; hour += 1) {
      await world.pass(60 * 60 * 1000 + 1);
      world.simulation.watchdog();
    }
    await world.pass(60_000);

    const rows = inOneTurn(ledgerOf(world).read(daysOf(world)));

    expect(withTotals(rows)).toMatchObject({ balanced: true, totals: { received: 2_000 } });
    expect(rows.length).toBe(501);
  });
});

describe('a database from before there was a limit', () => {
  it('is read in 8 MiB, mapped names first, and adds up', () => {
    const database = memoryDatabase();
    migrate(database, OUTBOX_MIGRATIONS);
    for (const day of ['2026-11-19', '2026-11-20', '2026-11-21']) {
      for (const name of junk(5_000)) {
        database.sql.exec('INSERT INTO counts VALUES (?, ?, ?, 1)', day, name, 'received');
        database.sql.exec('INSERT INTO counts VALUES (?, ?, ?, 1)', day, name, 'skipped:no_mapping');
        database.sql.exec("INSERT INTO rule_counts VALUES (?, ?, 'int_a', '1001', 'delivered', 1)", day, name);
      }
      for (const outcome of ['received', 'delivered'])
        database.sql.exec("INSERT INTO counts VALUES (?, 'zz Order', ?, 1)", day, outcome);
    }
    const days = { from: '2026-11-01', to: '2026-11-30' };

    const rows = inOneTurn(new LedgerReader(database.sql).read(days));
    const rules = inOneTurn(new LedgerReader(database.sql).readRules(days));

    expect(withTotals(rows)).toMatchObject({ balanced: true, totals: { received: 15_003, delivered: 3 } });
    expect(rows.filter(({ event }) => event === 'zz Order')).toHaveLength(3);
    expect(rows.filter(({ day }) => day === '2026-11-20').length).toBeLessThanOrEqual(1_001);
    expect(bytesOf(rows)).toBeLessThan(MOST_BYTES);
    expect(bytesOf(rules)).toBeLessThan(MOST_BYTES);
    expect(rules.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(15_000);
  });
});

describe('the limit of names for a day', () => {
  it("is used in order of arrival, up to each kind's limit, and is stored in the database", () => {
    const { sql } = Object.assign(memoryDatabase());
    migrate({ sql, transaction: (work) => work() }, OUTBOX_MIGRATIONS);
    const day = '2026-11-21';
    const ledger = new Ledger(sql);
    let names = new LedgerNames(sql);
    const counted = (name: string, rank: 'named' | 'fired' | 'unwanted'): string => {
      const as = names.countedAs(name, { day, rank });
      ledger.count({ atMs: Date.parse(day), name: as, outcome: 'received', events: 1 });
      return as;
    };
    const own = (rank: 'named' | 'fired' | 'unwanted'): number =>
      Array.from({ length: 1_100 }, (_, index) => counted(`${rank} ${index}`, rank)).filter((as) => as !== '(other)')
        .length;

    expect(own('unwanted')).toBe(500);
    names = new LedgerNames(sql);
    expect([own('fired'), own('named')]).toEqual([300, 200]);
    expect(counted('unwanted 3', 'unwanted')).toBe('unwanted 3');
    expect(names.countedAs('tomorrow', { day: '2026-11-22', rank: 'unwanted' })).toBe('tomorrow');
  });
});
