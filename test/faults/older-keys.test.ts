/** After a deploy there are payloads that an older version sealed, with one key for a whole day. */
import { expect, it } from 'vitest';

import { OUTBOX_MIGRATIONS } from '../../worker/objects/outbox/outbox-schema.ts';
import { migrate } from '../../worker/objects/sql.ts';
import { EngineBench } from './engine-bench.ts';
import { Chance } from './simulation/chance.ts';
import { fastCipher } from './simulation/fast-cipher.ts';
import { memoryDatabase } from './simulation/memory-database.ts';

/** The schema before keys had pages. */
const BEFORE = OUTBOX_MIGRATIONS.findIndex((migration) => migration.includes('person_keys'));
const KEY_ID = '2026-11-20-00000000000000aa';
const HAPPENED_AT_MS = Date.parse('2026-11-20T10:00:00Z');
const ROWS = 5_000;

async function olderBench(): Promise<{ bench: EngineBench; texts: string[] }> {
  const database = memoryDatabase();
  migrate(database, OUTBOX_MIGRATIONS.slice(0, BEFORE));
  const cipher = fastCipher(new Chance(7));
  const key = cipher.newKey();
  const texts: string[] = [];
  database.sql.exec('INSERT INTO payload_keys (key_id, day) VALUES (?, ?)', KEY_ID, '2026-11-20');
  database.sql.exec(
    "INSERT INTO lanes (id, integration_id, rule_id, due_at_ms, failures, batch_limit, max_batch) VALUES (1, 'int_a', '1001', 0, 0, 5000, 5000)",
  );
  for (let row = 1; row <= ROWS; row += 1) {
    const element = {
      conversion: 'urn:lla:llaPartnerConversion:1001',
      conversionHappenedAt: HAPPENED_AT_MS,
      user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: 'x' }] },
      eventId: `m${row}`,
    };
    texts.push(`k.${KEY_ID}.${await cipher.sealWith(key, JSON.stringify(element))}`);
    database.sql.exec(
      `INSERT INTO events (seq, message_id, type, name, happened_at_ms, received_at_ms, facts, deliveries)
       VALUES (?1, 'm' || ?1, 'track', 'Lead', ?2, ?2, '{"consent":{"categories":{},"policy":"granted"}}', '[[1,"m' || ?1 || '"]]')`,
      String(row),
      HAPPENED_AT_MS,
    );
    database.sql.exec(
      `INSERT INTO deliveries (lane_id, event_id, event_seq, happened_at_ms, enqueued_at_ms, state, payload, person)
       VALUES (1, 'm' || ?1, ?1, ?2, ?2, 'pending', ?3, 'tag-' || ?1 || ' other-' || ?1)`,
      String(row),
      HAPPENED_AT_MS,
      texts.at(-1) ?? '',
    );
  }
  const bench = new EngineBench({ database });
  const binding = { purpose: 'payload-key', owner: `bench:${KEY_ID}` };
  bench.kv.set(`payload-key:bench:${KEY_ID}`, await cipher.seal(key, { keyRing: [new Uint8Array(32)], binding }));
  return { bench, texts };
}

it('everything is sealed again under keys of people, a part at a time, and the old key is deleted', async () => {
  const { bench } = await olderBench();

  await bench.engine.visit();
  expect(bench.longest.statements).toBeLessThan(1_000);
  expect(bench.kv.has(`payload-key:bench:${KEY_ID}`)).toBe(true);
  await bench.pass(600);

  expect(bench.kv.has(`payload-key:bench:${KEY_ID}`)).toBe(false);
  expect(bench.rows('SELECT 1 FROM deliveries WHERE payload LIKE ?', `k.${KEY_ID}.%`)).toEqual([]);
  bench.mayHaveToken = true;
  await bench.engine.resume('int_a');
  await bench.pass(60);
  expect(new Set(bench.sent).size).toBe(ROWS);
});

it("a person's data is found there at once, and can't be opened when the old key is deleted", async () => {
  const { bench } = await olderBench();

  expect(bench.engine.erase(['other-77', 'nobody'], 'erased_on_request')).toBe(1);
  expect(bench.engine.erase(['other-77'], 'erased_on_request')).toBe(0);
  await bench.pass(600);
  expect(bench.engine.erase(['tag-78'], 'erased_on_request')).toBe(1);

  bench.mayHaveToken = true;
  await bench.engine.resume('int_a');
  await bench.pass(60);
  expect(bench.sent).toHaveLength(ROWS - 2);
  expect(bench.sent).not.toContain('m77');
  expect(bench.sent).not.toContain('m78');
  expect([...bench.kv.keys()].filter((name) => name.includes('2026-11-20'))).toEqual([]);
});

it('data sealed with a missing ENCRYPTION_KEY waits for it, and everything else is sent', async () => {
  const { bench } = await olderBench();
  const name = `payload-key:bench:${KEY_ID}`;
  const sealed = bench.kv.get(name) ?? '';
  bench.kv.set(name, sealed.replace('0,0', '9,9'));
  bench.mayHaveToken = true;

  await bench.enqueue([{ messageId: 'new', person: 'jane' }]);
  await bench.pass(900);
  expect(bench.sent).toEqual(['new']);
  expect(bench.kv.has(name)).toBe(true);

  bench.kv.set(name, sealed);
  await bench.pass(900);
  expect(new Set(bench.sent).size).toBe(ROWS + 1);
  expect(bench.kv.has(name)).toBe(false);
});

it('a page that an older version deleted, and a bucket that it removed once, are gone for good after a while', async () => {
  const database = memoryDatabase();
  const before = OUTBOX_MIGRATIONS.findIndex((migration) => migration.includes('deleted_at_ms'));
  migrate(database, OUTBOX_MIGRATIONS.slice(0, before));
  const dropped = '2026-11-25-00000000000000bb';
  const today = '2026-11-28-00000000000000cc';
  database.sql.exec(
    "INSERT INTO payload_keys (key_id, day, number, dropped_at_ms) VALUES (?, '2026-11-25', 1, 1), (?, '2026-11-28', 2, NULL)",
    dropped,
    today,
  );
  database.sql.exec('INSERT INTO condemned_buckets (page, bucket, writes) VALUES (1, 5, 2), (2, 7, 1)');
  const bench = new EngineBench({ database });
  for (const keyId of [dropped, today]) {
    const binding = { purpose: 'payload-key', owner: `bench:${keyId}` };
    const page = await fastCipher(new Chance(7)).seal('{"":"seed"}', { keyRing: [new Uint8Array(32)], binding });
    bench.kv.set(`payload-key:bench:${keyId}`, page);
  }

  await bench.engine.visit();
  await bench.pass(60);

  expect([...bench.kv.keys()]).toEqual([`payload-key:bench:${today}`]);
  expect(bench.rows('SELECT page, bucket, writes FROM condemned_buckets')).toEqual([{ page: 2, bucket: 7, writes: 2 }]);
  expect(bench.kv.get(`payload-key:bench:${today}`)).not.toContain('{\\"\\":');

  // The name of the deleted page is stored until KV is searched.
  await bench.pass(86_400);
  expect(bench.rows('SELECT key_id FROM payload_keys')).toEqual([{ key_id: today }]);
});
