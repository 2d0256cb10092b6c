/**
 * Payload keys, in every order. Three operations start at once on an outbox with a real SQLite. Each of its calls to KV
 * may arrive, and be answered, before or after any other; sealing and opening take a moment too. A call that was sent
 * before the isolate dies still arrives later.  CI runs every second combination of
 * operations, `npm run test:orders-of-three` all of them, and `npm run test:orders` four operations at once, for hours.
 */
import { describe, expect, it } from 'vitest';

import type { Sql } from '../../worker/objects/sql.ts';
import { combinationsOf, everyOrder } from './simulation/every-order.ts';
import { KEYS_BEFORE, KEYS_OPERATIONS, keysRun } from './simulation/keys-run.ts';
import type { KeysBefore, KeysOperation } from './simulation/keys-run.ts';
import { memoryDatabase } from './simulation/memory-database.ts';

const AT_ONCE = process.env['ORDERS'] === 'all' ? 4 : 3;
/** CI's time is limited. */
const EVERY_NTH = process.env['ORDERS'] === undefined ? 2 : 1;
const TIMEOUT_MS = process.env['ORDERS'] === 'all' ? 1_200_000 : 120_000;

const COMBINATIONS = combinationsOf(KEYS_OPERATIONS, AT_ONCE).map((operations) => ({
  operations,
  name: operations.join(', '),
}));

describe.each(Object.keys(KEYS_BEFORE).filter(isBefore))('payload keys, when %s', (before) => {
  it.each(
    COMBINATIONS.filter(({ operations }) => !isSameAsJoe(operations, before)).filter(
      (_, index) => index % EVERY_NTH === 0,
    ),
  )(
    'lose nothing, and leave no data of people who refused and no key in KV: $name',
    async ({ operations }) => {
      expect(await everyOrder((wait) => keysRun({ operations, before }, wait))).toBeGreaterThan(1);
    },
    TIMEOUT_MS,
  );
});

describe('the search finds', () => {
  type Bug = Parameters<typeof keysRun>[2];
  const found = async (operations: readonly KeysOperation[], before: KeysBefore, bug: () => Bug): Promise<string> =>
    everyOrder((wait) => keysRun({ operations, before }, wait, bug())).then(
      (orders) => `nothing in ${orders} orders`,
      (error: unknown) => String(error),
    );

  it('code that stores sealed text without checking again whether its key is being deleted', async () => {
    const bug = (): Bug => ({ keys: (own) => Object.assign(own, { unusable: () => new Set<number>() }) });

    expect(
      await found(['jane converts', 'joe refuses', 'keys are looked after'], 'both wait under one key', bug),
    ).toMatch(/^Error: In the order/);
  });

  it("code that forgets a key's name while a write may bring the key back", async () => {
    const bug = (): Bug => ({
      database: changing(
        'UPDATE payload_keys SET deleted_at_ms = ? WHERE key_id = ?',
        'DELETE FROM payload_keys WHERE ?1 > 0 AND key_id = ?2',
      ),
    });

    expect(
      await found(['joe converts', 'the isolate dies', 'keys are looked after'], 'the last key is of days ago', bug),
    ).toMatch(/^Error: In the order/);
  });

  it("code that doesn't note whose keys exist, so an erasure finds none", async () => {
    const bug = (): Bug => ({ keys: (own) => Object.assign(own, { condemn: () => undefined }) });

    expect(
      await found(['joe converts', 'joe refuses', 'keys are looked after'], 'both wait under one key', bug),
    ).toMatch(/^Error: In the order/);
  });
});

/** A database that replaces one statement with another. */
function changing(statement: string, other: string): ReturnType<typeof memoryDatabase> {
  const database = memoryDatabase();
  const sql: Sql = {
    exec: (query, ...bindings) => database.sql.exec(query === statement ? other : query, ...bindings),
  };
  return { ...database, sql };
}

/** Skips combinations that are the same with Joe in Jane's place: nothing waits, and Joe doesn't refuse. */
function isSameAsJoe(operations: readonly KeysOperation[], before: KeysBefore): boolean {
  if (before !== 'nothing was ever kept' && before !== 'the last key is of days ago') return false;
  return (
    operations.includes('jane converts') && !operations.includes('joe converts') && !operations.includes('joe refuses')
  );
}

function isBefore(name: string): name is KeysBefore {
  return name in KEYS_BEFORE;
}
