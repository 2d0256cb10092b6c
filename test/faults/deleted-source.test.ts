/** Q21: collectors with a minute-old configuration still send to a deleted source. */
import { describe, expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';
import { EngineBench } from './engine-bench.ts';
import { aReceipt } from './simulation/a-receipt.ts';

const HOUR_MS = 3_600_000;

async function deleted(): Promise<CalmWorld> {
  const world = new CalmWorld();
  await world.enqueue(['before']);
  await world.pass(5_000);
  const done = world.simulation.deleteSource('src_a');
  await world.pass(HOUR_MS);
  await done;
  return world;
}

describe('the outbox of a deleted source', () => {
  it('stores no later events, here or in KV', async () => {
    const world = await deleted();

    await expect(world.enqueue(['after'])).rejects.toThrow('did not keep');

    await world.pass(HOUR_MS);
    expect(world.states()).toEqual({});
    expect(world.simulation.kv.names().filter((name) => name.includes('src_a'))).toEqual([]);
  });

  it('stores no event that was arriving during the deletion', async () => {
    const world = new CalmWorld();
    // The event waits for the day's key, which is written to KV first.
    const kept = world.enqueue(['on-its-way']).catch(() => undefined);
    const done = world.simulation.deleteSource('src_a');
    await world.pass(HOUR_MS);
    await Promise.all([kept, done]);

    await world.pass(25 * HOUR_MS);
    expect(world.states()).toEqual({});
    expect(world.simulation.kv.names().filter((name) => name.includes('src_a'))).toEqual([]);
  });

  it('leaves no key in KV that was created during the deletion, at any moment of it', async () => {
    for (let afterMs = 0; afterMs < 1_500; afterMs += 25) {
      const world = new CalmWorld();
      const { simulation } = world;
      world.withWatchdog();
      const done = simulation.deleteSource('src_a');
      const late = aReceipt({
        messageId: 'on-its-way',
        to: [{ integrationId: 'int_a', ruleId: '1001' }],
        happenedAtMs: world.nowMs,
        receivedAtMs: world.nowMs,
      });
      simulation.time.after(afterMs, () => void simulation.enqueue('src_a', [late]).catch(() => undefined));
      await world.pass(HOUR_MS / 4);
      await done;
      expect(simulation.kv.names().filter((name) => name.includes('src_a'))).toEqual([]);
    }
  });

  it("isn't woken any more once KV has none of its keys", async () => {
    const bench = new EngineBench();
    await bench.enqueue([{ messageId: 'before' }]);
    const names = bench.engine.payloadKeys();
    expect(names).toHaveLength(1);
    // Same as `Outbox.erase`: new tables, the names of the keys, and KV unchanged.
    const after = new EngineBench();
    for (const [name, page] of bench.kv) after.kv.set(name, page);
    await after.engine.inherit(names);
    expect(after.alarmAtMs).not.toBeNull();

    await after.skip(900);

    expect([...after.kv.keys()]).toEqual([]);
    expect(after.alarmAtMs).toBeNull();
  });

  it('stores events again when a source with the same ID is created', async () => {
    const world = await deleted();
    world.simulation.deletedAtMs.delete('src_a');

    await world.enqueue(['again']);
    await world.enqueue(['and-again']);

    expect(Object.values(world.states()).reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});
