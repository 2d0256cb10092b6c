import { hasTable } from '../sql.ts';
import type { Database, Sql, SqlValue } from '../sql.ts';
import type { TableShape } from './table-shapes.ts';

/** The rows that changed since the copy began, by table and primary key. */
const LOG = '_copy_changes';

export type Key = readonly SqlValue[];

/**
 * Records which rows change while a database is copied. SQLite's triggers do it, so no statement can be forgotten,
 * wherever it is.
 */
export class ChangeLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  begin(tables: readonly TableShape[]): void {
    const { sql } = this.#database;
    this.#database.transaction(() => {
      dropChangeLog(sql);
      sql.exec(`CREATE TABLE ${LOG} (name TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (name, key)) WITHOUT ROWID`);
      for (const table of tables) {
        createTrigger(sql, table, 'INSERT', ['NEW']);
        createTrigger(sql, table, 'UPDATE', ['OLD', 'NEW']);
        createTrigger(sql, table, 'DELETE', ['OLD']);
      }
    });
  }

  /** Returns some of the changes, and removes them from the log. */
  take(atMost: number): { table: string; key: Key }[] {
    const rows = this.#database.sql
      .exec<{ name: string; key: string }>(
        `DELETE FROM ${LOG} WHERE (name, key) IN (SELECT name, key FROM ${LOG} LIMIT ?) RETURNING name, key`,
        atMost,
      )
      .toArray();
    return rows.map(({ name, key }) => ({ table: name, key: JSON.parse(key) }));
  }

  end(): void {
    this.#database.transaction(() => dropChangeLog(this.#database.sql));
  }
}

/** Removes a log, including one that was left behind because the object restarted during a copy. */
export function dropChangeLog(sql: Sql): void {
  if (!hasTable(sql, LOG)) return;
  const triggers = sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB '_copy_*'")
    .toArray();
  for (const { name } of triggers) sql.exec(`DROP TRIGGER "${name}"`);
  sql.exec(`DROP TABLE ${LOG}`);
}

function createTrigger(
  sql: Sql,
  { name, key }: TableShape,
  event: 'INSERT' | 'UPDATE' | 'DELETE',
  rows: readonly ('OLD' | 'NEW')[],
): void {
  const values = rows.map((row) => `('${name}', json_array(${key.map((column) => `${row}.${column}`).join(', ')}))`);
  sql.exec(
    `CREATE TRIGGER "_copy_${name}_${event}" AFTER ${event} ON ${name}
     BEGIN INSERT OR IGNORE INTO ${LOG} (name, key) VALUES ${values.join(', ')}; END`,
  );
}
