/** A call to KV never ends: it has neither a result nor an error. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { withTimeout } from '../../worker/objects/store-with-timeout.ts';
import { EngineBench } from './engine-bench.ts';

const TIMEOUT_MS = 20_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Calls that wait until the test lets them arrive. */
function heldBench(): { bench: EngineBench; held: Map<string, () => void>; hold: Set<string> } {
  const held = new Map<string, () => void>();
  const hold = new Set<string>();
  const bench = new EngineBench({
    store: withTimeout,
    wait: (what) => (hold.has(what) ? new Promise((resolve) => void held.set(what, resolve)) : Promise.resolve()),
  });
  return { bench, held, hold };
}

async function lostPatience(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
}

it.each(['kv.put', 'kv.delete', 'kv.list'])("a %s without an answer doesn't stop the work on keys", async (what) => {
  const { bench, hold } = heldBench();
  await bench.enqueue([{ messageId: 'joe', person: 'joe' }]);
  bench.engine.erase(['joe'], 'erased_on_request');
  await bench.engine.visit();
  bench.engine.erase(['jane'], 'erased_on_request');
  await bench.enqueue([{ messageId: 'jane', person: 'jane' }]);
  bench.engine.erase(['jane'], 'erased_on_request');
  bench.later(3 * 86_400_000);
  hold.add(what);
  const visit = bench.engine.visit();
  await lostPatience();
  await visit;
  hold.clear();

  await bench.skip(1_200);

  expect([...bench.kv.keys()]).toEqual([]);
});

it("an event is refused when KV doesn't accept its key, and later events are stored", async () => {
  const { bench, held, hold } = heldBench();
  hold.add('kv.put');
  const first = bench.enqueue([{ messageId: 'm1', person: 'joe' }]);
  const failed = first.then(
    () => undefined,
    (error: unknown) => error,
  );
  await lostPatience();
  expect(String(await failed)).toContain('KV did not answer a PUT within 20 seconds');
  hold.clear();
  await bench.enqueue([{ messageId: 'm1', person: 'joe' }]);
  // The first page arrives after all, and overwrites the second.
  held.get('kv.put')?.();
  await new Promise((resolve) => setImmediate(resolve));
  bench.evict();

  bench.mayHaveToken = true;
  await bench.skip(600);

  expect(bench.sent).toEqual(['m1']);
});
