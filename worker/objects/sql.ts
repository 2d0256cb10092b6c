/**
 * The part of a Durable Object's SQLite API that we use. It is small, so that a simulation can run the same code on
 * another SQLite.
 */
export type SqlValue = string | number | null;

export type Sql = {
  exec<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): { toArray(): Row[] };
};

export type Database = {
  sql: Sql;
  /** Runs synchronous work in a transaction: all of it is stored, or nothing. */
  transaction<Result>(work: () => Result): Result;
};

/**
 * Brings a database to the newest schema. A migration's number is its place in the list. Each runs once and is never
 * edited.
 *
 * `PRAGMA user_version` is not available in Durable Objects, hence the table.
 *
 * A database that is being restored keeps the version of its backup until everything is there.
 */
export function migrate(database: Database, migrations: readonly string[]): void {
  const { sql } = database;
  if (hasTable(sql, '_restoring')) return;
  database.transaction(() => {
    sql.exec('CREATE TABLE IF NOT EXISTS _migrations (id INTEGER PRIMARY KEY)');
    const [newest] = sql.exec<{ id: number | null }>('SELECT max(id) AS id FROM _migrations').toArray();
    const done = newest?.id ?? 0;
    for (const [index, migration] of migrations.entries()) {
      if (index < done) continue;
      sql.exec(migration);
      sql.exec('INSERT INTO _migrations (id) VALUES (?)', index + 1);
    }
  });
}

/** Checks whether a database has at least this many migrations. */
export function isMigrated(sql: Sql, count: number): boolean {
  return hasTable(sql, '_migrations') && migrated(sql) >= count;
}

export function hasTable(sql: Sql, name: string): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name).toArray().length > 0;
}

/** Returns the version of the database: the number of the last migration that ran. */
export function migrated(sql: Sql): number {
  return sql.exec<{ id: number | null }>('SELECT max(id) AS id FROM _migrations').toArray()[0]?.id ?? 0;
}
