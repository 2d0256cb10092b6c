/** Work on keys delays neither incoming nor outgoing events. */
import { expect, it } from 'vitest';

import { EngineBench } from './engine-bench.ts';

// Q1: the day's key was deleted while a visit waited, and was still used. Every event got a 503 until midnight.
it('accepts events after a person was erased while a visit waited for the registry', async () => {
  let answer = (): void => undefined;
  const bench = new EngineBench({
    wait: (what) => (what === 'retention' ? new Promise((resolve) => (answer = resolve)) : Promise.resolve()),
  });
  await bench.enqueue([{ messageId: 'before', person: 'jane' }]);
  const visiting = bench.engine.visit();
  await nextTurns();

  bench.engine.erase(['jane'], 'consent_withdrawn');
  answer();
  await visiting;

  for (let index = 0; index < 10; index += 1)
    expect(await bench.enqueue([{ messageId: `after-${index}`, person: 'joe' }])).toMatchObject({ kind: 'kept' });
  bench.mayHaveToken = true;
  await bench.engine.resume('int_a');
  await bench.engine.alarm();
  expect(bench.sent).toHaveLength(10);
});

// Q1, the other half: a key whose name was deleted before KV had it stayed there for ever.
it('leaves no key without a name in KV when a person is erased while the key is written', async () => {
  const slow = new Map<string, () => void>();
  const bench = new EngineBench({
    // The first write and the registry's first answer are slow.
    wait: (what) =>
      ['kv.put', 'retention'].includes(what) && !slow.has(what)
        ? new Promise((resolve) => slow.set(what, resolve))
        : Promise.resolve(),
  });
  const enqueuing = bench.enqueue([{ messageId: 'first', person: 'jane' }]).catch(() => undefined);
  const visiting = bench.engine.visit();
  await nextTurns();
  bench.engine.erase(['jane'], 'consent_withdrawn');
  slow.get('retention')?.();
  await visiting;
  slow.get('kv.put')?.();
  await enqueuing;

  const named = bench.rows<{ key_id: string }>('SELECT key_id FROM payload_keys').map((row) => row.key_id);
  expect([...bench.kv.keys()].filter((name) => !named.includes(name.split(':')[2] ?? ''))).toEqual([]);
});

// Q11: 3,612 names were deleted one after the other before a lead was sent.
it('sends waiting events before it deletes thousands of keys', async () => {
  const bench = new EngineBench();
  for (let index = 0; index < 3_000; index += 1) {
    const keyId = `2026-10-01-${index.toString(16).padStart(16, '0')}`;
    bench.rows("INSERT INTO payload_keys (key_id, day) VALUES (?, '2026-10-01')", keyId);
    bench.kv.set(`payload-key:bench:${keyId}`, 'v1.old');
  }
  await bench.enqueue([{ messageId: 'lead', person: 'jane' }]);
  bench.mayHaveToken = true;
  await bench.engine.alarm();

  expect(bench.sent).toEqual(['lead']);
  expect(bench.kvOperations.delete).toBeLessThanOrEqual(20);

  await bench.pass(3 * 3_600);
  expect(bench.kv.size).toBe(1);
});

/** Runs everything that needs no answer from outside. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
