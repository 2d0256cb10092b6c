import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { DurableObject } from 'cloudflare:workers';

/** Returns everything in KV as one text. */
export async function kvAtRest(): Promise<string> {
  const { keys } = await env.CONFIG.list();
  const values = await Promise.all(keys.map(async ({ name }) => `${name}=${await env.CONFIG.get(name)}`));
  return values.join('\n');
}

/** Returns the storage of every Durable Object, rows and values, as one text. */
export async function objectsAtRest(): Promise<string> {
  const dumps = await Promise.all([
    dumpAll(env.REGISTRY),
    dumpAll(env.OUTBOX),
    dumpAll(env.TALLY),
    dumpAll(env.REFUSALS),
    dumpAll(env.CREDENTIALS),
    dumpAll(env.RATE_LIMITER),
  ]);
  return dumps.flat().join('\n');
}

async function dumpAll<Class extends DurableObject>(namespace: DurableObjectNamespace<Class>): Promise<string[]> {
  const ids = await listDurableObjectIds(namespace);
  return Promise.all(ids.map((id) => runInDurableObject(namespace.get(id), (_, { storage }) => dump(storage))));
}

function dump(storage: DurableObjectStorage): string {
  const tables = storage.sql
    .exec<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'",
    )
    .toArray();
  const rows = tables.map(({ name }) => JSON.stringify(storage.sql.exec(`SELECT * FROM "${name}"`).toArray()));
  return [...rows, JSON.stringify([...storage.kv.list()])].join('\n');
}

/** Returns the texts that occur in another text. A failing test then shows only these, not all stored data. */
export function foundIn(text: string, wanted: readonly string[]): string[] {
  return wanted.filter((part) => text.includes(part));
}
