import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

import { migrate } from '../../../worker/objects/sql.ts';
import type { Database, SqlValue } from '../../../worker/objects/sql.ts';

export type MemoryDatabase = Database & {
  /** Same as a Durable Object's `deleteAll`. */
  deleteAll(): void;
};

const listeners = new Set<(query: string) => void>();

/** Calls a listener with each statement that any of these databases runs, until the returned function is called. */
export function onStatement(listener: (query: string) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * SQLite in memory, with the interface of a Durable Object's. Writes are visible to the next instance; a crash only
 * loses the instance that made them.
 */
export function memoryDatabase(): MemoryDatabase {
  const sqlite = new DatabaseSync(':memory:');
  const statements = new Map<string, StatementSync>();
  const scripts = new Map<string, boolean>();
  /** Only migrations have several statements, and they bind no values. */
  const isScript = (query: string): boolean => {
    const known = scripts.get(query) ?? /;\s*\S/.test(query);
    scripts.set(query, known);
    return known;
  };
  const prepared = (query: string): StatementSync => {
    const known = statements.get(query) ?? sqlite.prepare(query);
    statements.set(query, known);
    return known;
  };
  return {
    sql: {
      exec<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): { toArray(): Row[] } {
        for (const listener of listeners) listener(query);
        if (bindings.length === 0 && isScript(query)) {
          sqlite.exec(query);
          return { toArray: () => [] };
        }
        // A Durable Object runs a statement at once, even if its rows are never read.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The type of a row is its query's; SQLite cannot say it.
        const rows = prepared(query).all(...bindings) as Row[];
        return { toArray: () => rows };
      },
    },
    deleteAll() {
      const tables = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
      statements.clear();
      for (const { name } of tables) sqlite.exec(`DROP TABLE "${String(name)}"`);
    },
    transaction<Result>(work: () => Result): Result {
      prepared('SAVEPOINT work').run();
      try {
        const result = work();
        prepared('RELEASE work').run();
        return result;
      } catch (error) {
        sqlite.exec('ROLLBACK TO work; RELEASE work');
        throw error;
      }
    },
  };
}

/**
 * Returns a function that returns an empty database with a schema. It always resets and returns the same database, so
 * call it only when nobody uses the previous one any more. So thousands of runs share the work of the migrations, which
 * takes half of a short run's time.
 */
export function emptyDatabases(migrations: readonly string[]): () => MemoryDatabase {
  const database = memoryDatabase();
  migrate(database, migrations);
  database.sql.exec('SAVEPOINT empty');
  return () => {
    database.sql.exec('ROLLBACK TO empty');
    return database;
  };
}
