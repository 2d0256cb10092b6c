import { describe, expect, it } from 'vitest';

import { inOneTurn } from '../../../../../worker/objects/event-store/in-parts.ts';
import { OTHER_NAMES, LedgerNames } from '../../../../../worker/objects/event-store/ledger-names.ts';
import { LedgerReader } from '../../../../../worker/objects/outbox/reports/ledger-reader.ts';
import { Ledger } from '../../../../../worker/objects/outbox/reports/ledger.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const DAY = '2026-11-21';
const TODAY = { from: DAY, to: DAY };

const inALedger = <Result>(work: (ledger: Ledger, tables: OutboxTables) => Result) =>
  inAnOutbox((tables) => work(new Ledger(tables.database.sql), tables));

/** Adds a delivery of each kind, each with its own event. */
function someOfEach(ledger: Ledger, tables: OutboxTables): void {
  aDeliveryIn(tables, 'pending');
  aDeliveryIn(tables, 'waiting', { state: 'waiting' });
  aDeliveryIn(tables, 'delivered', { state: 'delivered' });
  aDeliveryIn(tables, 'unconfirmed', { state: 'delivered', reason: 'unconfirmed' });
  aDeliveryIn(tables, 'dead', { state: 'dead' });
  aDeliveryIn(tables, 'skipped', { state: 'skipped', reason: 'no_consent' });
  ledger.count({ atMs: NOW, name: 'Lead', outcome: 'received', events: 7 });
  ledger.count({ atMs: NOW, name: 'Lead', outcome: 'skipped:duplicate', events: 1 });
}

const EXPECTED = {
  event: 'Lead',
  received: 7,
  delivered: 2,
  unconfirmed: 1,
  pending: 2,
  dead: 1,
  skipped: { no_consent: 1, duplicate: 1 },
};

describe('the ledger', () => {
  it('counts each event of a day by its outcome', async () => {
    const rows = await inALedger((ledger, tables) => {
      someOfEach(ledger, tables);
      return inOneTurn(new LedgerReader(tables.database.sql).read(TODAY));
    });

    expect(rows).toMatchObject([EXPECTED]);
  });

  it('says the same after the rows are deleted', async () => {
    const rows = await inALedger((ledger, tables) => {
      someOfEach(ledger, tables);
      const seqs = tables.database.sql.exec<{ seq: number }>('SELECT seq FROM events').toArray();
      ledger.close(seqs.map(({ seq }) => seq));
      for (const table of ['events', 'deliveries']) tables.database.sql.exec(`DELETE FROM ${table}`);
      return inOneTurn(new LedgerReader(tables.database.sql).read(TODAY));
    });

    expect(rows).toMatchObject([EXPECTED]);
  });

  it('counts held and pending deliveries separately', async () => {
    const [row] = await inALedger((_, tables) => {
      aDeliveryIn(tables, 'held');
      tables.queues.holdRule(tables.queue, { reason: 'rule_unknown', nowMs: NOW, probeAfterMs: 1_000 });
      return inOneTurn(new LedgerReader(tables.database.sql).read(TODAY));
    });

    expect(row).toMatchObject({ held: 1, pending: 0 });
  });

  it('counts deliveries by conversion rule', async () => {
    const rows = await inALedger((_, tables) => {
      aDeliveryIn(tables, 'pending');
      aDeliveryIn(tables, 'dead', { state: 'dead' });
      return inOneTurn(new LedgerReader(tables.database.sql).readRules(TODAY));
    });

    expect(rows).toMatchObject([{ conversion_rule_id: '1001', deliveries: 2, pending: 1, dead: 1 }]);
  });

  it('has the last hours, including events without a row', async () => {
    const rows = await inALedger((ledger, tables) => {
      aDeliveryIn(tables, 'pending');
      ledger.count({ atMs: NOW, name: 'Lead', outcome: 'rejected', events: 2 });
      return inOneTurn(new LedgerReader(tables.database.sql).readHours(2, NOW));
    });

    expect(rows).toMatchObject([{ day: DAY, hour: 12, received: 3, pending: 1, rejected: 2 }]);
  });
});

describe("a day's event names", () => {
  const countedAs = (rank: 'named' | 'unwanted', known: number) =>
    inAnOutbox(({ database }) => {
      const names = new LedgerNames(database.sql);
      for (let index = 0; index < known; index += 1) names.countedAs(`name ${index}`, { day: DAY, rank: 'named' });
      return [names.countedAs('name 0', { day: DAY, rank }), names.countedAs('new', { day: DAY, rank })];
    });

  it.each([
    ['have room for a thousand', 'named', 999, 'new'],
    ['are at most a thousand', 'named', 1_000, OTHER_NAMES],
    ['are at most 500 if no mapping asks for them', 'unwanted', 500, OTHER_NAMES],
  ] as const)('%s, and a known name keeps its place', async (_, rank, known, expected) => {
    expect(await countedAs(rank, known)).toEqual(['name 0', expected]);
  });

  it('are still known after a restart', async () => {
    const name = await inAnOutbox(({ database }) => {
      const ledger = new Ledger(database.sql);
      for (let index = 0; index < 1_000; index += 1)
        ledger.count({ atMs: NOW, name: `name ${index}`, outcome: 'received', events: 1 });
      return new LedgerNames(database.sql).countedAs('new', { day: DAY, rank: 'named' });
    });

    expect(name).toBe(OTHER_NAMES);
  });
});
