import type { Sql } from '../sql.ts';

/** A table that is copied: its columns, and those of its primary key. */
export type TableShape = { name: string; columns: readonly string[]; key: readonly string[] };

/**
 * Returns the tables of a database, as they are now. So a new table or column is part of a backup without any further
 * code.
 *
 * Left out are the platform's own tables, and ours that begin with `_`, such as `_migrations`.
 */
export function tableShapes(sql: Sql, leftOut: ReadonlySet<string> = new Set()): TableShape[] {
  return sql
    .exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '[_]*' AND name NOT GLOB 'sqlite[_]*'
       ORDER BY name`,
    )
    .toArray()
    .filter(({ name }) => !leftOut.has(name))
    .map(({ name }) => shapeOf(sql, name));
}

function shapeOf(sql: Sql, name: string): TableShape {
  const columns = sql.exec<{ name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)', name).toArray();
  const key = columns
    .filter(({ pk }) => pk > 0)
    .toSorted((one, other) => one.pk - other.pk)
    .map((column) => column.name);
  const names = columns.map((column) => column.name);
  // A table without a primary key is copied by SQLite's own row number.
  return key.length > 0 ? { name, columns: names, key } : { name, columns: ['rowid', ...names], key: ['rowid'] };
}
