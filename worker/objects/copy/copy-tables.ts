import type { BackupRecord, BackupValue } from '../../schema/backup.ts';
import type { Database, Sql, SqlValue } from '../sql.ts';
import { ChangeLog } from './change-log.ts';
import type { Key } from './change-log.ts';
import type { TableShape } from './table-shapes.ts';

/** The number of rows that are read in one turn. */
const ROWS_A_TURN = 200;

/** The size of a record. A single row may be larger. */
const CHARS_A_RECORD = 128_000;

/** Fewer changes than this are copied in the last turn. */
const CHANGES_A_TURN = 400;

/** After this many turns with changes, all remaining ones are copied in the last turn: the load is too high to catch up. */
const MOST_TURNS = 200;

type Records = Extract<BackupRecord, { record: 'rows' | 'gone' }>;

/**
 * Copies tables while others write to them. First it copies all rows, then the rows that have changed in the meantime,
 * again and again until few are left. The result is the state of the last turn. Little is in memory at once, and no
 * writer waits.
 *
 * @param atEnd Called in the last turn.
 */
export function* copyTables(
  database: Database,
  tables: readonly TableShape[],
  atEnd: () => void = () => {},
): Generator<Records, void, void> {
  const log = new ChangeLog(database);
  log.begin(tables);
  for (const table of tables) yield* allRows(database.sql, table);
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const changes = log.take(CHANGES_A_TURN);
    const records = changedRows(database.sql, tables, changes);
    if (changes.length < CHANGES_A_TURN) {
      log.end();
      atEnd();
      yield* records;
      return;
    }
    yield* records;
  }
  const records = changedRows(database.sql, tables, log.take(Number.MAX_SAFE_INTEGER));
  log.end();
  atEnd();
  yield* records;
}

function* allRows(sql: Sql, table: TableShape): Generator<Records> {
  const { name, columns, key } = table;
  const order = key.join(', ');
  let after: Key | undefined;
  for (;;) {
    const where = after === undefined ? '' : `WHERE (${order}) > (${key.map(() => '?').join(', ')})`;
    const rows = read(sql, `SELECT ${columns.join(', ')} FROM ${name} ${where} ORDER BY ${order} LIMIT ?`, [
      ...(after ?? []),
      ROWS_A_TURN,
    ]);
    for (const part of inRecords(rows.map((row) => columns.map((column) => row[column] ?? null))))
      yield { record: 'rows', table: name, columns: [...columns], rows: part };
    const last = rows.at(-1);
    if (rows.length < ROWS_A_TURN || last === undefined) return;
    after = key.map((column) => keyValue(last[column]));
  }
}

function changedRows(
  sql: Sql,
  tables: readonly TableShape[],
  changes: readonly { table: string; key: Key }[],
): Records[] {
  return tables.flatMap(({ name, columns, key }) => {
    const query = `SELECT ${columns.join(', ')} FROM ${name} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')}`;
    const keys = changes.filter(({ table }) => table === name).map((change) => change.key);
    const found = keys.map((own) => ({ own, row: read(sql, query, own)[0] }));
    const gone = found.flatMap(({ own, row }) => (row === undefined ? [[...own]] : []));
    const rows = found.flatMap(({ row }) => (row === undefined ? [] : [columns.map((column) => row[column] ?? null)]));
    return [
      // Deletions come before the rows, because a value that must be unique may have moved from a deleted row to
      // another one.
      ...inRecords(gone).map((part): Records => ({ record: 'gone', table: name, columns: [...key], rows: part })),
      ...inRecords(rows).map((part): Records => ({ record: 'rows', table: name, columns: [...columns], rows: part })),
    ];
  });
}

type Row = Record<string, BackupValue>;

function read(sql: Sql, query: string, bindings: Key): Row[] {
  return sql
    .exec(query, ...bindings)
    .toArray()
    .map((row) => Object.fromEntries(Object.entries<unknown>(row).map(([column, value]) => [column, valueOf(value)])));
}

/** SQLite's bytes come as an ArrayBuffer in Cloudflare's API, and as a Uint8Array in Node's. */
function valueOf(value: unknown): BackupValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof ArrayBuffer) return { base64: new Uint8Array(value).toBase64() };
  if (value instanceof Uint8Array) return { base64: value.toBase64() };
  throw new Error('Cannot copy a row: it has a value that is no text, number or bytes');
}

function keyValue(value: BackupValue | undefined): SqlValue {
  if (value === undefined || (typeof value === 'object' && value !== null))
    throw new Error('Cannot copy a table: its primary key has bytes');
  return value;
}

function inRecords(rows: readonly BackupValue[][]): BackupValue[][][] {
  const parts: BackupValue[][][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const own = row.reduce<number>((sum, value) => sum + charsOf(value), 0);
    if (chars + own > CHARS_A_RECORD) {
      parts.push([]);
      chars = 0;
    }
    parts.at(-1)?.push(row);
    chars += own;
  }
  return parts;
}

function charsOf(value: BackupValue): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? value.base64.length : 8;
}
