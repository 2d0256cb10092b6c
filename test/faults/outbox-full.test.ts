/**
 * A Durable Object holds 10 GB. Before that limit, events are refused with a reason instead of being stored in part.
 */
import { describe, expect, it } from 'vitest';

import { isBalanced } from '../../worker/domain/delivery/ledger-totals.ts';
import { inOneTurn } from '../../worker/objects/event-store/in-parts.ts';
import { LedgerReader } from '../../worker/objects/outbox/reports/ledger-reader.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

describe('an outbox above 8 GB', () => {
  it('stores no new events, still delivers its own, and accepts events again once there is space', async () => {
    const world = new CalmWorld();
    await world.enqueue(['kept-before']);
    world.simulation.databaseBytes = 8_000_000_001;

    await expect(world.enqueue(['refused'])).rejects.toThrow('did not keep');
    await world.pass(60_000);
    expect(world.states()).toEqual({ delivered: 1 });

    world.simulation.databaseBytes = 8_000_000_000;
    await world.enqueue(['refused']);
    await world.pass(60_000);
    expect(world.states()).toEqual({ delivered: 2 });
  });
});

/** T3: an event without a delivery never takes a conversion's place. */
describe('an outbox above 5.6 GB', () => {
  it('counts events without a delivery by name and reason, stores no rows for them, and accepts conversions as before', async () => {
    const world = new CalmWorld();
    world.simulation.databaseBytes = 5_600_000_001;
    const nowMs = world.nowMs;
    const views = Array.from({ length: 500 }, (_, index) =>
      aReceipt({ messageId: `view-${index}`, happenedAtMs: nowMs, receivedAtMs: nowMs, to: [] }),
    );

    const kept = world.simulation.enqueue('src_a', views);
    await world.enqueue(['order-1']);
    await world.enqueue(['order-1']);
    await world.pass(60_000);

    expect(await kept).toBe(true);
    expect(world.states()).toEqual({ delivered: 1 });
    const database = world.simulation.databases.get('src_a');
    if (database === undefined) throw new Error('The simulation has no src_a');
    const rows = database.sql.exec<{ message_id: string }>('SELECT message_id FROM events').toArray();
    expect(rows).toEqual([{ message_id: 'order-1' }]);
    const ledger = inOneTurn(new LedgerReader(database.sql).read({ from: '2026-01-01', to: '2027-12-31' }));
    expect(ledger.every(isBalanced)).toBe(true);
    expect(ledger).toMatchObject([
      { event: 'Lead Generated', received: 2, delivered: 1, skipped: { duplicate: 1 } },
      { event: 'Unmapped', received: 500, skipped: { no_mapping: 500 } },
    ]);
  });

  it("completes a conversion that waits for an e-mail with an identify that it doesn't store", async () => {
    const world = new CalmWorld();
    world.simulation.databaseBytes = 5_600_000_001;
    const at = { happenedAtMs: world.nowMs, receivedAtMs: world.nowMs };
    const waits = {
      to: [{ integrationId: 'int_a', ruleId: '1001' }],
      idTypes: [],
      wait: { tag: 'ann', forMs: 600_000 },
    };
    const lead = world.simulation.enqueue('src_a', [aReceipt({ messageId: 'lead', ...at, ...waits })]);
    await world.pass(1_000);
    const said = world.simulation.enqueue('src_a', [aReceipt({ messageId: 'said', ...at, to: [], introduces: 'ann' })]);
    await world.pass(60_000);

    expect([await lead, await said]).toEqual([true, true]);
    expect(world.states()).toEqual({ delivered: 1 });
  });
});
