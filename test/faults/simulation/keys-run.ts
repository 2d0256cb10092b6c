import { expect } from 'vitest';

import { bucketOf } from '../../../worker/domain/sealing/sealed-text.ts';
import { OUTBOX_MIGRATIONS } from '../../../worker/objects/outbox/outbox-schema.ts';
import type { Ports } from '../../../worker/objects/outbox/ports.ts';
import { EngineBench } from '../engine-bench.ts';
import type { Over } from '../engine-bench.ts';
import type { Await, Run } from './every-order.ts';
import { emptyDatabases } from './memory-database.ts';
import { WrittenTexts } from './written-texts.ts';

const DAY_MS = 86_400_000;

const emptyDatabase = emptyDatabases(OUTBOX_MIGRATIONS);

type Payloads = Ports['payloads'];

const JOE = 'joe';
/** Shares a key with Joe. */
const JANE = neighbourOf(JOE);

export type KeysOperation =
  | 'joe converts'
  | 'jane converts'
  | 'joe refuses'
  | 'keys are looked after'
  | 'the isolate dies'
  | 'a day passes';

export const KEYS_OPERATIONS: readonly KeysOperation[] = [
  'joe converts',
  'jane converts',
  'joe refuses',
  'keys are looked after',
  'keys are looked after',
  'the isolate dies',
  'a day passes',
];

/** The state before the run. Each gives the operations something to do. */
export type KeysBefore = keyof typeof KEYS_BEFORE;

export const KEYS_BEFORE = {
  'nothing was ever kept': async () => undefined,
  'both wait under one key': bothWait,
  'joe refused just now': async (bench: EngineBench) => {
    await bothWait(bench);
    bench.engine.erase([JOE], 'erased_on_request');
  },
  'the last key is of days ago': async (bench: EngineBench) => {
    await bench.enqueue([{ messageId: 'joe-before', person: JOE }]);
    bench.engine.erase([JOE], 'erased_on_request');
    bench.later(3 * DAY_MS);
  },
};

async function bothWait(bench: EngineBench): Promise<void> {
  await bench.enqueue([{ messageId: 'joe-before', person: JOE }]);
  await bench.enqueue([{ messageId: 'jane-before', person: JANE }]);
}

/** Runs operations on an outbox and its keys, all started at once. */
export async function keysRun(
  { operations, before }: { operations: readonly KeysOperation[]; before: KeysBefore },
  wait: Await,
  over: Pick<Over, 'database' | 'keys'> = {},
): Promise<Run> {
  const written = new WrittenTexts();
  let isTried = false;
  const hasTurn = turnsOf(operations);
  const bench = new EngineBench({
    database: emptyDatabase(),
    ...over,
    wait: (what, isHeard) => (isTried && hasTurn(what) ? wait(() => undefined, isHeard) : Promise.resolve()),
    keys: (own) => watched(over.keys?.(own) ?? own, written),
  });
  await KEYS_BEFORE[before](bench);
  isTried = true;

  const said = new Promises();
  const failed: unknown[] = [];
  const operate = async (operation: KeysOperation, index: number): Promise<void> => {
    // The call arrives at some time.
    await wait(() => undefined);
    const convert = async (person: string): Promise<void> => {
      const messageId = `${person}-${index}`;
      const promise = said.begin(person, messageId);
      await bench.enqueue([{ messageId, person }]);
      promise.keep();
    };
    if (operation === 'joe converts') await convert(JOE);
    if (operation === 'jane converts') await convert(JANE);
    if (operation === 'joe refuses') {
      bench.engine.erase([JOE], 'erased_on_request');
      said.refuse(JOE);
    }
    if (operation === 'keys are looked after') await bench.engine.visit();
    if (operation === 'the isolate dies') bench.evict();
    if (operation === 'a day passes') bench.later(DAY_MS);
  };
  const done = Promise.all(
    operations.map((one, index) => operate(one, index).catch((error) => void failed.push(error))),
  );
  return {
    // The work of the isolate that died never ends.
    done: operations.includes('the isolate dies') ? Promise.resolve() : done,
    check: async () => {
      isTried = false;
      expect(failed).toEqual([]);
      expect(bench.faults).toEqual([]);
      await keysSettle(bench, written);
      expect(said.broken(bench.sent)).toEqual([]);
    },
  };
}

/**
 * Returns the calls that get their own turn, so that others may come between. Calls that can't matter are left out:
 *
 * - Questions to other objects have nothing to do with keys.
 * - A write or deletion in KV is confirmed at once, unless the isolate may die in between. A page is read only after it is
 *   open, and its name only while SQLite has it.
 * - Sealing is immediate when the usable keys can't change: there is no refusal, and no day ends.
 */
function turnsOf(operations: readonly KeysOperation[]): (what: string) => boolean {
  const mayDie = operations.includes('the isolate dies');
  const mayChange = operations.includes('joe refuses') || operations.includes('a day passes');
  return (what) => {
    if (/^kv\.(put|delete) answers$/.test(what)) return mayDie;
    if (what === 'cipher') return mayChange;
    return /^(kv|sleep)/.test(what);
  };
}

/** Wraps the keys of an outbox, and records everything ever written and everyone who was erased. */
export function watched(keys: Payloads, written: WrittenTexts): Payloads {
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
}

/**
 * Checks the end state when everything works: a few minutes later the remaining data is right and can be delivered, and
 * days later KV has no key.
 */
export async function keysSettle(bench: EngineBench, written: WrittenTexts): Promise<void> {
  await bench.skip(600);
  expect(await written.stillOpen({ newest: (name) => bench.kv.get(name) })).toEqual([]);

  bench.mayHaveToken = true;
  await bench.engine.resume('int_a');
  await bench.skip(120);
  expect(bench.rows("SELECT * FROM deliveries WHERE state NOT IN ('delivered', 'erased')")).toEqual([]);

  bench.later(3 * DAY_MS);
  await bench.skip(1_200);
  expect([...bench.kv.keys()]).toEqual([]);
}

/** The promises to people: an acknowledged event is sent to LinkedIn, unless its person refused meanwhile or later. */
class Promises {
  readonly #made: { person: string; messageId: string; isKept: boolean; mayGo: boolean; mustNotGo: boolean }[] = [];

  begin(person: string, messageId: string): { keep(): void } {
    const promise = { person, messageId, isKept: false, mayGo: false, mustNotGo: false };
    this.#made.push(promise);
    return { keep: () => void (promise.isKept = true) };
  }

  refuse(person: string): void {
    for (const promise of this.#made) {
      if (promise.person !== person) continue;
      promise.mayGo = true;
      promise.mustNotGo ||= promise.isKept;
    }
  }

  /** Returns the messages whose promise was broken. */
  broken(sent: readonly string[]): unknown[] {
    return this.#made.filter(({ messageId, isKept, mayGo, mustNotGo }) =>
      sent.includes(messageId) ? mustNotGo : isKept && !mayGo,
    );
  }
}

function neighbourOf(person: string): string {
  for (let number = 0; ; number += 1) {
    const other = `jane-${number}`;
    if (bucketOf(other) === bucketOf(person)) return other;
  }
}
