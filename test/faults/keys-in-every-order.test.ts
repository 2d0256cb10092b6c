/**
 * Q1: what is sealed, who is erased and which keys go, in every order in which the answers of KV may come between them. A
 * key that is to go is used by nobody, and what somebody waits for has its key.
 */
import { array, assert, asyncProperty, constantFrom, record, scheduler } from 'fast-check';
import type { Scheduler } from 'fast-check';
import { expect, it } from 'vitest';

import { EngineBench } from './engine-bench.ts';
import { WrittenTexts } from './simulation/written-texts.ts';

/** More of them with RUNS, see docs/testing. */
const RUNS = Number(process.env['RUNS'] ?? 120);
const DAY_SECONDS = 86_400;

const aPerson = constantFrom('jane', 'joe', 'jim');
const aStep = record({
  what: constantFrom('enqueue', 'enqueue', 'enqueue', 'erase', 'erase', 'visit', 'visit', 'next minute'),
  who: aPerson,
});
const aStepWithFaults = record({
  what: constantFrom(
    'enqueue',
    'enqueue',
    'erase',
    'visit',
    'visit',
    'next minute',
    'next day',
    'evict',
    'KV breaks',
    'KV works',
  ),
  who: aPerson,
});

type Step = { what: string; who: string };

it('seals nothing under a key that is to go, loses no key that is needed, and leaves none of the erased', async () => {
  await assert(
    asyncProperty(scheduler(), array(aStep, { minLength: 2, maxLength: 10 }), async (s, steps) => {
      const { bench, written, refused } = await play(s, steps);

      expect(refused).toBe(0);
      expect(bench.faults).toEqual([]);
      await settles(bench, written);
    }),
    { numRuns: RUNS },
  );
}, 120_000);

it('also where KV breaks, and the isolate dies between any two steps', async () => {
  await assert(
    asyncProperty(scheduler(), array(aStepWithFaults, { minLength: 2, maxLength: 12 }), async (s, steps) => {
      const { bench, written } = await play(s, steps);

      await settles(bench, written);
    }),
    { numRuns: RUNS },
  );
}, 120_000);

it('a key goes that arrives in KV after it was deleted, since its isolate died while it put it there', async () => {
  const held: (() => void)[] = [];
  const bench = new EngineBench({
    wait: (what) => (what === 'kv.put' ? new Promise((resolve) => void held.push(resolve)) : Promise.resolve()),
  });
  const dieWhilePutting = async (messageId: string): Promise<void> => {
    void bench.enqueue([{ messageId }]);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    bench.evict();
  };
  // From the first one on KV is looked through once a day.
  await dieWhilePutting('m1');
  held.pop()?.();
  await bench.engine.visit();
  bench.later(DAY_SECONDS * 1_000);
  // This one comes after its name was dropped, its key deleted, and KV looked through.
  await dieWhilePutting('m2');
  await bench.engine.visit();
  bench.later(61_000);
  held.pop()?.();
  await bench.pass(1);
  expect(bench.kv.size).toBe(1);

  await bench.pass(1_800);

  expect([...bench.kv.keys()]).toEqual([]);
  // Then nothing is to be done, and nothing wakes it any more.
  expect(bench.rows('SELECT * FROM payload_keys')).toEqual([]);
  await bench.engine.alarm();
  expect(bench.alarmAtMs).toBeNull();
});

async function play(
  s: Scheduler,
  steps: readonly Step[],
): Promise<{ bench: EngineBench; written: WrittenTexts; refused: number }> {
  const written = new WrittenTexts();
  let isCalm = false;
  const bench = new EngineBench({
    wait: (what) => (isCalm ? Promise.resolve() : s.schedule(Promise.resolve(), what)),
    keys: (keys) => {
      const remember = keys.remember.bind(keys);
      const condemn = keys.condemn.bind(keys);
      return Object.assign(keys, {
        remember: (texts: Parameters<typeof remember>[0]) => {
          remember(texts);
          written.write('bench', texts);
        },
        condemn: (tags: readonly string[]) => {
          condemn(tags);
          written.erase('bench', tags);
        },
      });
    },
  });
  let refused = 0;
  const take = async ({ what, who }: Step, index: number): Promise<void> => {
    await s.schedule(Promise.resolve(), what);
    if (what === 'enqueue')
      await bench.enqueue([{ messageId: `${index}`, person: who }, { messageId: `${index}-of-nobody` }]).catch(() => {
        refused += 1;
      });
    if (what === 'erase') bench.engine.erase([who], 'erased_on_request');
    if (what === 'visit') await bench.engine.visit();
    if (what === 'next minute') bench.later(61_000);
    if (what === 'next day') bench.later(DAY_SECONDS * 1_000);
    if (what === 'evict') bench.evict();
    if (what === 'KV breaks') bench.isKvDown = true;
    if (what === 'KV works') bench.isKvDown = false;
  };
  // One that is evicted never ends, so nobody waits for it.
  for (const [index, step] of steps.entries()) void take(step, index);
  while (s.count() > 0) await s.waitIdle();
  isCalm = true;
  bench.isKvDown = false;
  return { bench, written, refused };
}

/** Everything works again: a few minutes later what is left is right, and LinkedIn can have it. */
async function settles(bench: EngineBench, written: WrittenTexts): Promise<void> {
  await bench.pass(600);
  expect(await written.stillOpen({ newest: (name) => bench.kv.get(name) })).toEqual([]);

  bench.mayHaveToken = true;
  await bench.engine.resume('int_a');
  await bench.pass(120);
  expect(bench.rows("SELECT * FROM deliveries WHERE state NOT IN ('delivered', 'erased')")).toEqual([]);

  // Days later nothing of all that is left in KV.
  for (let day = 0; day < 4; day += 1) {
    bench.nowMs += DAY_SECONDS * 1_000;
    await bench.engine.visit();
    await bench.pass(120);
  }
  expect([...bench.kv.keys()]).toEqual([]);
}
