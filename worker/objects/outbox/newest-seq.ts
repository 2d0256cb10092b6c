import type { Sql } from '../sql.ts';

/** Returns the newest event's position in the order of arrival; 0 when there are no events. */
export function newestSeq(sql: Sql): number {
  const [row] = sql.exec<{ seq: number | null }>('SELECT max(seq) AS seq FROM events').toArray();
  return row?.seq ?? 0;
}
