import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

import type { Database } from '../../../worker/objects/sql.ts';

/** Runs work on the SQLite of a Durable Object of its own. What the object has there may be dropped. */
export async function inADatabase<Result>(work: (database: Database) => Result | Promise<Result>): Promise<Result> {
  return runInDurableObject(env.REFUSALS.getByName(crypto.randomUUID()), (_, { storage }) =>
    work({ sql: storage.sql, transaction: (act) => storage.transactionSync(act) }),
  );
}
