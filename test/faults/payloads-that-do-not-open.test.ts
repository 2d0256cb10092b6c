/** Q21: a waiting payload can't be read any more. It fails alone, with a reason, and delays no other. */
import { describe, expect, it } from 'vitest';

import { without } from '../../worker/domain/sealing/key-tree.ts';
import { EventHistory } from '../../worker/objects/outbox/reports/event-history.ts';
import { CalmWorld } from './calm-world.ts';
import { EngineBench } from './engine-bench.ts';

const DAY_MS = 86_400_000;

/** The position after the key's name, where the sealed text begins. */
const BOX = `instr(substr(payload, 3), '.') + 3`;

const DAMAGES = [
  { what: 'some of its bytes changed', becomes: `substr(payload, 1, ${BOX} - 1) || 'x' || substr(payload, ${BOX})` },
  { what: 'its end is missing', becomes: `substr(payload, 1, ${BOX} - 1)` },
  { what: 'it is random bytes', becomes: `'noise'` },
  { what: 'it is empty', becomes: `''` },
  { what: 'it is JSON, but not an element', becomes: `'[1]'` },
];

/** Three events wait for a rule that LinkedIn refuses, and then one of them is damaged. */
async function withOneDamaged(becomes: string): Promise<CalmWorld> {
  const world = new CalmWorld();
  world.simulation.linkedIn.refusedRules.set('1001', 'No ad accounts found');
  await world.enqueue(['damaged', 'good-1', 'good-2'], { happenedAtMs: (index) => world.nowMs + index });
  await world.pass(10_000);
  world.simulation.databases
    .get('src_a')
    ?.sql.exec(`UPDATE deliveries SET payload = ${becomes} WHERE event_id = 'damaged'`);
  world.simulation.linkedIn.refusedRules.clear();
  return world;
}

describe('an unreadable payload', () => {
  it.each(DAMAGES)('fails alone when $what', async ({ becomes }) => {
    const world = await withOneDamaged(becomes);

    await world.tell();
    await world.pass(10_000);

    expect(world.taken.map(({ eventId }) => eventId)).toEqual(['good-1', 'good-2']);
    expect(world.states()).toEqual({ dead: 1, delivered: 2 });
    const { sql } = world.simulation.databases.get('src_a') ?? {};
    const story = sql && new EventHistory(sql).event('damaged');
    expect(story?.deliveries[0]).toMatchObject({ state: 'dead', reason: 'payload_unreadable' });
    expect(story?.sentence).toContain('cannot be read any more');
  });

  it('is never sent, even if thousands of them come before a good one', async () => {
    const world = new CalmWorld();
    world.simulation.linkedIn.refusedRules.set('1001', 'No ad accounts found');
    const damaged = Array.from({ length: 2_000 }, (_, index) => `damaged-${index}`);
    await world.enqueue([...damaged, 'good'], { happenedAtMs: (index) => world.nowMs + index });
    await world.pass(10_000);
    world.simulation.databases
      .get('src_a')
      ?.sql.exec(`UPDATE deliveries SET payload = 'noise' WHERE event_id <> 'good'`);
    world.simulation.linkedIn.refusedRules.clear();

    await world.tell();
    await world.pass(5_000);

    expect(world.states()).toEqual({ dead: 2_000, delivered: 1 });
    expect(world.taken.map(({ eventId }) => eventId)).toEqual(['good']);
  });
});

describe('a payload from an earlier version', () => {
  it("fails alone when this version can't read it, and is kept for a version that can", async () => {
    const world = await withOneDamaged(`'{}', waits_until_ms = 1`);

    await world.tell();
    await world.pass(10_000);

    expect(world.states()).toEqual({ dead: 1, delivered: 2 });
    const rows = world.simulation.databases
      .get('src_a')
      ?.sql.exec("SELECT payload FROM deliveries WHERE state = 'dead'");
    expect(rows?.toArray()).toEqual([{ payload: '{}' }]);
  });
});

describe('a missing key', () => {
  it('fails only the payloads under it when it was removed from its page', async () => {
    const bench = new EngineBench();
    await bench.enqueue([
      { messageId: 'lost', person: 'jane' },
      { messageId: 'good', person: 'joe' },
    ]);
    const [page = ''] = bench.kv.keys();
    const [row] = bench.rows<{ payload: string }>("SELECT payload FROM deliveries WHERE event_id = 'lost'");
    const bucket = Number.parseInt(row?.payload.slice(30, 34) ?? '', 16);
    await takeOut(bench, { page, bucket });
    bench.evict();
    bench.mayHaveToken = true;

    await bench.engine.resume('int_a');
    await bench.engine.alarm();

    expect(bench.sent).toEqual(['good']);
    expect(statesOf(bench)).toEqual({ lost: 'dead', good: 'delivered' });
  });

  it('holds the payloads under it, with a reason, when KV has lost it for days; they are sent when it is back', async () => {
    const bench = new EngineBench();
    await bench.enqueue([{ messageId: 'old', person: 'jane' }]);
    const kept = new Map(bench.kv);
    bench.kv.clear();
    bench.evict();
    bench.nowMs += 4 * DAY_MS;
    bench.mayHaveToken = true;
    await bench.enqueue([{ messageId: 'new', person: 'joe' }]);

    await bench.engine.resume('int_a');
    await bench.pass(300);
    expect(bench.sent).toEqual(['new']);
    expect(bench.rows('SELECT hold_reason FROM lanes')).toEqual([{ hold_reason: 'payload_key_missing' }]);

    for (const [name, value] of kept) bench.kv.set(name, value);
    await bench.pass(600);
    expect(bench.sent).toEqual(['new', 'old']);
    expect(bench.rows('SELECT hold_reason FROM lanes')).toEqual([{ hold_reason: null }]);
  });
});

describe('a key that is being deleted because its person was erased', () => {
  it.each(['pending', 'waiting', 'dead'])("doesn't wait for an unreadable text of a %s delivery", async (state) => {
    const bench = new EngineBench();
    // Two people share a key, so Joe's data would be sealed again.
    await bench.enqueue([
      { messageId: 'jane', person: 'jane' },
      { messageId: 'joe', person: 'joe' },
    ]);
    const [jane] = bench.rows<{ payload: string }>("SELECT payload FROM deliveries WHERE event_id = 'jane'");
    bench.rows(
      "UPDATE deliveries SET payload = ?, state = ?, waits_until_ms = ?, is_fresh = NULL WHERE event_id = 'joe'",
      `${jane?.payload.slice(0, 35)}damaged`,
      state,
      state === 'waiting' ? bench.nowMs + DAY_MS / 2 : null,
    );

    bench.engine.erase(['jane'], 'erased_on_request');
    await bench.pass(600);

    expect(statesOf(bench)).toEqual({ jane: 'erased', joe: 'dead' });
    expect(bench.rows('SELECT payload FROM deliveries')).toEqual([{ payload: null }, { payload: null }]);
    expect(bench.rows('SELECT * FROM condemned_buckets WHERE writes < 2')).toEqual([]);
  });
});

function statesOf(bench: EngineBench): Record<string, string> {
  const rows = bench.rows<{ event_id: string; state: string }>('SELECT event_id, state FROM deliveries');
  return Object.fromEntries(rows.map(({ event_id: eventId, state }) => [eventId, state]));
}

/** Removes one key from a page in KV, as an erasure does. */
async function takeOut(bench: EngineBench, { page, bucket }: { page: string; bucket: number }): Promise<void> {
  const [key, purpose, owner, text]: string[] = JSON.parse(bench.kv.get(page) ?? '[]');
  const tree = new Map<string, string>(Object.entries(JSON.parse(text ?? '{}')));
  const left = await without(tree, [bucket], async (seed, branch) => `${seed}/${branch}`);
  bench.kv.set(page, JSON.stringify([key, purpose, owner, JSON.stringify(Object.fromEntries(left))]));
}
