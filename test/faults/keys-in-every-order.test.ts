/**
 * Q1: sealing, erasing and deleting keys, with KV's answers in every order between them. A key that is being deleted
 * isn't used any more, and waiting data has its key.
 */
import { array, assert, asyncProperty, constantFrom, record, scheduler } from 'fast-check';
import type { Scheduler } from 'fast-check';
import { expect, it } from 'vitest';

import { EngineBench } from './engine-bench.ts';
import { keysSettle, watched } from './simulation/keys-run.ts';
import { WrittenTexts } from './simulation/written-texts.ts';

/** `RUNS=3000` for more of them. */
const RUNS = Number(process.env['RUNS'] ?? 120);
const TIMEOUT_MS = 1_200_000;
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

it(
  'sealing uses no key that is being deleted, loses no key that is needed, and leaves none of erased people',
  async () => {
    await assert(
      asyncProperty(scheduler(), array(aStep, { minLength: 2, maxLength: 10 }), async (s, steps) => {
        const { bench, written, refused } = await play(s, steps);

        expect(refused).toBe(0);
        expect(bench.faults).toEqual([]);
        await keysSettle(bench, written);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

it(
  'the same holds when KV fails and the isolate dies between any two steps',
  async () => {
    await assert(
      asyncProperty(scheduler(), array(aStepWithFaults, { minLength: 2, maxLength: 12 }), async (s, steps) => {
        const { bench, written } = await play(s, steps);

        await keysSettle(bench, written);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

it('a key that arrives in KV after its deletion, because the isolate died while it wrote the key, is deleted again', async () => {
  const held: (() => void)[] = [];
  const bench = new EngineBench({
    wait: (what) => (what === 'kv.put' ? new Promise((resolve) => void held.push(resolve)) : Promise.resolve()),
  });
  const dieWhilePutting = async (messageId: string): Promise<void> => {
    void bench.enqueue([{ messageId }]);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    bench.evict();
  };
  // From the first such key on, KV is searched once a day.
  await dieWhilePutting('m1');
  held.pop()?.();
  await bench.engine.visit();
  bench.later(DAY_SECONDS * 1_000);
  // This key arrives after its name was removed, the key deleted, and KV searched.
  await dieWhilePutting('m2');
  await bench.engine.visit();
  bench.later(61_000);
  held.pop()?.();
  await bench.pass(1);
  expect(bench.kv.size).toBe(1);

  await bench.pass(1_800);

  expect([...bench.kv.keys()]).toEqual([]);
  // Then nothing is left to do, and nothing wakes it any more.
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
    keys: (own) => watched(own, written),
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
  // An evicted step never ends, so the test doesn't wait for it.
  for (const [index, step] of steps.entries()) void take(step, index);
  while (s.count() > 0) await s.waitIdle();
  isCalm = true;
  bench.isKvDown = false;
  return { bench, written, refused };
}
