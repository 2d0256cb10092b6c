/** SQLite as a Durable Object has it, cut down to what we use: so that the same code runs on another SQLite in a simulation. */
export type SqlValue = string | number | null;

export type Sql = {
  exec<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): { toArray(): Row[] };
};

export type Database = {
  sql: Sql;
  /** Runs synchronous work that is kept as a whole or not at all. */
  transaction<Result>(work: () => Result): Result;
};

/**
 * Brings a database to the newest schema. Migrations are numbered by their place, run once, and are never edited.
 *
 * `PRAGMA user_version` is not available in Durable Objects, hence the table.
 */
export function migrate(database: Database, migrations: readonly string[]): void {
  const { sql } = database;
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
