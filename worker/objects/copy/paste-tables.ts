import type { BackupRecord, BackupValue } from '../../schema/backup.ts';
import type { Database, Sql, SqlValue } from '../sql.ts';
import { hasTable, migrate } from '../sql.ts';
import { tableShapes } from './table-shapes.ts';

/** This table exists while the others are being restored. Until it is deleted, nothing else uses them. */
const RESTORING = '_restoring';

/** The reason why a record cannot be restored, in words for people. */
export type Unfit = { kind: 'unfit'; detail: string };

/** A key or secret was readable when the backup was made, and no key of this instance opens it. */
export const KEY_IS_MISSING =
  'some of its data is encrypted with a key that is not in ENCRYPTION_KEY. Add all keys of the other instance, after a comma';

type RowsRecord = Extract<BackupRecord, { record: 'rows' | 'gone' }>;

/**
 * Replaces the database by empty tables, with the schema of the backup's release. Later migrations run when everything
 * is restored, as in an upgrade.
 */
export function beginPaste(
  database: Database,
  migrations: readonly string[],
  upTo: number,
  isMarked = true,
): Unfit | undefined {
  if (upTo > migrations.length)
    return unfit('it was made by a newer release of Directflight. Deploy that release or a later one first');
  if (upTo < 1) return unfit('it does not say the version of its tables');
  database.transaction(() => {
    for (const name of ownTables(database.sql)) database.sql.exec(`DROP TABLE "${name}"`);
    migrate(database, migrations.slice(0, upTo));
    if (isMarked) database.sql.exec(`CREATE TABLE ${RESTORING} (is_restoring INTEGER)`);
  });
  return undefined;
}

/** Tests whether the database is being restored. */
export function isPasting(sql: Sql): boolean {
  return hasTable(sql, RESTORING);
}

export function endPaste(sql: Sql): void {
  sql.exec(`DROP TABLE IF EXISTS ${RESTORING}`);
}

/** Writes the rows of one record, or deletes those that no longer exist. Repeating a record changes nothing. */
export function pasteRows(database: Database, record: RowsRecord): Unfit | undefined {
  const { sql } = database;
  const table = tableShapes(sql).find(({ name }) => name === record.table);
  if (table === undefined) return unfit(`the table ${record.table} does not exist`);
  const { name, columns, key } = table;
  const expected = record.record === 'gone' ? key : columns;
  const unknown = record.columns.find((column) => !expected.includes(column));
  if (unknown !== undefined || record.columns.length !== expected.length)
    return unfit(`expected the columns ${expected.join(', ')} of the table ${name}`);
  if (record.rows.some((row) => row.length !== record.columns.length))
    return unfit(`a row of the table ${name} has too many or too few values`);
  const places = record.columns.map(() => '?').join(', ');
  const query =
    record.record === 'gone'
      ? `DELETE FROM ${name} WHERE ${record.columns.map((column) => `${column} = ?`).join(' AND ')}`
      : `INSERT OR REPLACE INTO ${name} (${record.columns.join(', ')}) VALUES (${places})`;
  try {
    database.transaction(() => {
      for (const row of record.rows) sql.exec(query, ...row.map(sqlValue));
    });
  } catch (error) {
    // A row that the table does not accept, for example because a value is missing.
    if (error instanceof Error && /constraint|datatype mismatch/i.test(error.message))
      return unfit(`a row does not fit into the table ${name}`);
    throw error;
  }
  return undefined;
}

function unfit(detail: string): Unfit {
  return { kind: 'unfit', detail };
}

/** Cloudflare's SQLite accepts bytes, but our own smaller type for it does not include them. */
function sqlValue(value: BackupValue): SqlValue {
  if (value === null || typeof value !== 'object') return value;
  const bytes: unknown = Uint8Array.fromBase64(value.base64);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return bytes as SqlValue;
}

function ownTables(sql: Sql): string[] {
  return [...tableShapes(sql).map(({ name }) => name), '_migrations'].filter((name) => hasTable(sql, name));
}
