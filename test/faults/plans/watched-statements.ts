import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { OUTBOX_MIGRATIONS } from '../../../worker/objects/outbox/outbox-schema.ts';
import { migrate, type Sql } from '../../../worker/objects/sql.ts';
import { TALLY_MIGRATIONS } from '../../../worker/objects/tally/tally-schema.ts';
import { memoryDatabase, onStatement } from '../simulation/memory-database.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SHARED = 'worker/objects/event-store';
/** The code that runs on the database of an outbox, or of a tally. */
const FOLDERS = { outbox: 'worker/objects/outbox', tally: 'worker/objects/tally' };

/** The file through which the outbox runs each statement. */
const WATCHER = `${SHARED}/changes.ts`;

type Store = keyof typeof FOLDERS;

/** A statement of a store, and the place in the source that runs it, such as `worker/objects/outbox/deliveries.ts:52`. */
export type Statement = { store: Store; query: string; place: string };

/** The number of runs of a text whose callers are recorded, because several places may run the same text. */
const RUNS = 1_000;

/** Returns the statements that the stores run during some work, each text and each place once. */
export async function watched(work: () => Promise<void>): Promise<Statement[]> {
  const statements = new Map<string, Statement>();
  const seen = new Set<string>();
  const runs = new Map<string, number>();
  const stop = onStatement((query) => {
    const run = (runs.get(query) ?? 0) + 1;
    if (run > RUNS) return;
    runs.set(query, run);
    const key = `${callers()} ${query}`;
    if (seen.has(key)) return;
    seen.add(key);
    const place = placeInAStore();
    if (place !== undefined) statements.set(`${place.store} ${place.place} ${query}`, { query, ...place });
  });
  try {
    await work();
  } finally {
    stop();
  }
  return [...statements.values()];
}

/** Returns each place in the stores' source that runs a statement. New ones are found automatically. */
export function placesInSource(): string[] {
  const files = [SHARED, ...Object.values(FOLDERS)].flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
  return files
    .filter((file) => file !== WATCHER)
    .flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (/(?:sql|^\s*)\.exec[<(]/i.test(line) ? [`${file}:${index + 1}`] : [])),
    );
}

/** An empty database of each store. */
const DATABASES = { outbox: emptyDatabase(OUTBOX_MIGRATIONS), tally: emptyDatabase(TALLY_MIGRATIONS) };

function emptyDatabase(migrations: readonly string[]): { sql: Sql; tables: ReadonlySet<string> } {
  const database = memoryDatabase();
  migrate(database, migrations);
  const tables = database.sql
    .exec<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    .toArray()
    .map(({ name }) => name);
  return { sql: database.sql, tables: new Set(tables) };
}

/** Returns how SQLite runs a statement, step by step. */
export function planOf({ store, query }: Statement): string[] {
  return DATABASES[store].sql
    .exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`)
    .toArray()
    .map(({ detail }) => detail);
}

/** A step that reads a table from one end to the other, or from a row number to the end. */
const SCAN = /^(?:SCAN (\w+)(?! VIRTUAL)\b|SEARCH (\w+) USING INTEGER PRIMARY KEY \(rowid[<>]\?\))/;

/** Returns the tables that a statement reads from one end to the other, or from a row number on. */
export function scannedBy(statement: Statement): string[] {
  const { store, query } = statement;
  const aliases = new Map(
    [...query.matchAll(/(?:FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)/g)].map(([, table = '', alias = '']) => [alias, table]),
  );
  const names = planOf(statement).flatMap((step) => {
    const [, scanned, searched] = SCAN.exec(step) ?? [];
    return scanned ?? searched ?? [];
  });
  return [
    ...new Set(names.map((name) => aliases.get(name) ?? name).filter((name) => DATABASES[store].tables.has(name))),
  ];
}

/** Returns the callers of a statement as V8 knows them. This is quick, unlike their places in the source. */
function callers(): string {
  const own = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  try {
    Error.prepareStackTrace = (_, calls) =>
      calls.map((call) => `${call.getFileName()}:${call.getLineNumber()}:${call.getColumnNumber()}`).join(' ');
    return String(new Error('only for its stack').stack);
  } finally {
    if (own === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', own);
  }
}

/** Returns the store and the place that run the statement; undefined for code that they share with other objects. */
function placeInAStore(): { store: Store; place: string } | undefined {
  const stack = String(new Error('only for its stack').stack);
  const places = [...stack.matchAll(/\/(worker\/[^\s:()]+):(\d+)/g)];
  const [, file = '', line = ''] = places.find(([, path]) => path !== WATCHER) ?? [];
  const isOfTally = stack.includes(`/${FOLDERS.tally}/`);
  const store: Store = isOfTally ? 'tally' : 'outbox';
  const isOfStore = file.startsWith(`${SHARED}/`) || file.startsWith(`${FOLDERS[store]}/`);
  return isOfStore ? { store, place: `${file}:${line}` } : undefined;
}
