import { NEW_DEAL } from '../../domain/hooks/stored-deal.ts';
import type { StoredDeal } from '../../domain/hooks/stored-deal.ts';
import type { ImportTemplate } from '../../schema/imports/import-options.ts';
import type { Sql } from '../sql.ts';
import type { ImportRecord, RowResult } from './import-record.ts';

export type Slice = { n: number; sealed: string; outcomes: RowResult[] | undefined };

/** What the slices of a kind have in common, besides that their rows are still there. */
const OF_SLICES = { unchecked: 'outcomes IS NULL', unstored: 'is_stored = 0', refusing: 'refusals = 1' } as const;

/** Reads and writes an Imports object's tables. */
export class ImportTables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add(record: ImportRecord): void {
    this.#sql.exec(
      'INSERT INTO imports (id, state, created_at_ms, body) VALUES (?, ?, ?, ?)',
      record.id,
      record.state,
      record.createdAtMs,
      JSON.stringify(record),
    );
  }

  save(record: ImportRecord): void {
    this.#sql.exec(
      'UPDATE imports SET state = ?, body = ? WHERE id = ?',
      record.state,
      JSON.stringify(record),
      record.id,
    );
  }

  one(id: string): ImportRecord | undefined {
    return this.#records('SELECT body FROM imports WHERE id = ?', id)[0];
  }

  /** The imports that still have rows. */
  open(): ImportRecord[] {
    return this.#records("SELECT body FROM imports WHERE state IN ('reading', 'previewed', 'running') ORDER BY seq");
  }

  /** The newest first. @param before The ID of the last one of the previous page. */
  list({ limit, before }: { limit: number; before: string | undefined }): ImportRecord[] {
    return this.#records(
      `SELECT body FROM imports WHERE ?1 IS NULL OR seq < (SELECT seq FROM imports WHERE id = ?1)
       ORDER BY seq DESC LIMIT ?2`,
      before ?? null,
      limit,
    );
  }

  remove(createdBeforeMs: number): void {
    const old = 'SELECT id FROM imports WHERE created_at_ms < ?';
    if (this.#sql.exec(`${old} LIMIT 1`, createdBeforeMs).toArray().length === 0) return;
    for (const table of ['slices', 'seen', 'erased', 'refusing', 'sent'])
      this.#sql.exec(`DELETE FROM ${table} WHERE import_id IN (${old})`, createdBeforeMs);
    this.#sql.exec('DELETE FROM imports WHERE created_at_ms < ?', createdBeforeMs);
  }

  /**
   * @param slice.numbers The rows' numbers in the file.
   * @param slice.hasRefusals Whether one of them refuses consent.
   */
  addSlice(
    id: string,
    { numbers, sealed, hasRefusals }: { numbers: readonly number[]; sealed: string; hasRefusals: boolean },
  ): void {
    this.#sql.exec(
      `INSERT INTO slices (import_id, n, rows, rows_sealed, row_numbers, refusals)
       VALUES (?1, (SELECT ifnull(max(n), 0) + 1 FROM slices WHERE import_id = ?1), ?2, ?3, ?4, ?5)`,
      id,
      numbers.length,
      sealed,
      JSON.stringify(runsOf(numbers)),
      hasRefusals ? 1 : 0,
    );
  }

  /** The slices that still have rows. They are read one by one, because together they may be large. */
  *sealedSlices(id: string): Generator<Pick<Slice, 'n' | 'sealed'>> {
    let after = 0;
    for (;;) {
      const [next] = this.#sql
        .exec<{ n: number; sealed: string }>(
          `SELECT n, rows_sealed AS sealed FROM slices WHERE import_id = ? AND n > ? AND rows_sealed IS NOT NULL
           ORDER BY n LIMIT 1`,
          id,
          after,
        )
        .toArray();
      if (next === undefined) return;
      yield next;
      after = next.n;
    }
  }

  /** Unless the rows were stored or deleted in the meantime. */
  replaceSealed(id: string, n: number, { before, after }: { before: string; after: string }): void {
    this.#sql.exec(
      'UPDATE slices SET rows_sealed = ? WHERE import_id = ? AND n = ? AND rows_sealed = ?',
      after,
      id,
      n,
      before,
    );
  }

  /**
   * The first slice that was not checked yet. With `unstored`, the first that was not stored. With `refusing`, the first
   * with refusals that were not noted.
   */
  nextSlice(id: string, which: keyof typeof OF_SLICES): Slice | undefined {
    const [slice] = this.#sql
      .exec<{ n: number; rows_sealed: string; outcomes: string | null }>(
        `SELECT n, rows_sealed, outcomes FROM slices INDEXED BY slices_${which}
         WHERE import_id = ? AND rows_sealed IS NOT NULL
         AND ${OF_SLICES[which]} ORDER BY n LIMIT 1`,
        id,
      )
      .toArray();
    return (
      slice && {
        n: slice.n,
        sealed: slice.rows_sealed,
        // `saveOutcomes` wrote it.
        outcomes: slice.outcomes === null ? undefined : JSON.parse(slice.outcomes),
      }
    );
  }

  saveOutcomes(id: string, n: number, outcomes: readonly RowResult[]): void {
    this.#sql.exec('UPDATE slices SET outcomes = ? WHERE import_id = ? AND n = ?', JSON.stringify(outcomes), id, n);
  }

  noteStored(id: string, n: number): void {
    this.#sql.exec('UPDATE slices SET is_stored = 1, rows_sealed = NULL WHERE import_id = ? AND n = ?', id, n);
  }

  /** Deletes the decisions about the rows, so that they are checked again. */
  uncheck(id: string): void {
    this.#sql.exec('UPDATE slices SET outcomes = NULL, refusals = min(refusals, 1) WHERE import_id = ?', id);
    this.#sql.exec('DELETE FROM seen WHERE import_id = ?', id);
    this.#sql.exec('DELETE FROM refusing WHERE import_id = ?', id);
  }

  /** Deletes the remaining rows, and everything that was needed to decide about them. */
  end(id: string): void {
    this.#sql.exec('UPDATE slices SET rows_sealed = NULL WHERE import_id = ?', id);
    this.#sql.exec('DELETE FROM seen WHERE import_id = ?', id);
    this.#sql.exec('DELETE FROM erased WHERE import_id = ?', id);
    this.#sql.exec('DELETE FROM refusing WHERE import_id = ?', id);
  }

  /** Records the people who refuse consent in the rows of a slice. */
  noteRefusals(id: string, n: number, tags: readonly string[]): void {
    for (const tag of tags) this.#sql.exec('INSERT OR IGNORE INTO refusing (import_id, tag) VALUES (?, ?)', id, tag);
    this.#sql.exec('UPDATE slices SET refusals = 2 WHERE import_id = ? AND n = ?', id, n);
  }

  /** Returns whether a person refuses consent in a row of the file. */
  isRefusing(id: string, tags: readonly string[]): boolean {
    return this.#has('refusing', id, tags);
  }

  /** Returns the slices after a number, with their results. A slice that wasn't checked has its rows' numbers. */
  results(id: string, afterN: number, limit: number): { n: number; results?: RowResult[]; unchecked: number[] }[] {
    return this.#sql
      .exec<{ n: number; outcomes: string | null; row_numbers: string | null }>(
        'SELECT n, outcomes, row_numbers FROM slices WHERE import_id = ? AND n > ? ORDER BY n LIMIT ?',
        id,
        afterN,
        limit,
      )
      .toArray()
      .map(({ n, outcomes, row_numbers: numbers }) =>
        outcomes === null
          ? { n, unchecked: numbersIn(JSON.parse(numbers ?? '[]')) }
          : { n, results: JSON.parse(outcomes), unchecked: [] },
      );
  }

  /** Returns whether a delivery is the first of this file with its identity. */
  isFirst(id: string, delivery: string): boolean {
    return (
      this.#sql
        .exec('INSERT OR IGNORE INTO seen (import_id, delivery) VALUES (?, ?) RETURNING 1', id, delivery)
        .toArray().length > 0
    );
  }

  /** Records that a row was sent to a rule, or must never be because its person was erased. */
  noteSent(id: string, keys: readonly string[]): void {
    for (const key of keys) this.#sql.exec('INSERT OR IGNORE INTO sent (key, import_id) VALUES (?, ?)', key, id);
  }

  wasSent(key: string): boolean {
    return this.#sql.exec('SELECT 1 FROM sent WHERE key = ?', key).toArray().length > 0;
  }

  erase(id: string, tags: readonly string[]): void {
    for (const tag of tags) this.#sql.exec('INSERT OR IGNORE INTO erased (import_id, tag) VALUES (?, ?)', id, tag);
  }

  isErased(id: string, tags: readonly string[]): boolean {
    return this.#has('erased', id, tags);
  }

  #has(table: 'erased' | 'refusing', id: string, tags: readonly string[]): boolean {
    return tags.some(
      (tag) => this.#sql.exec(`SELECT 1 FROM ${table} WHERE import_id = ? AND tag = ?`, id, tag).toArray().length > 0,
    );
  }

  deal(key: string): StoredDeal {
    const [found] = this.#sql
      .exec<{ changes: string; sent: string | null }>('SELECT changes, sent FROM deals WHERE key = ?', key)
      .toArray();
    if (found === undefined) return NEW_DEAL;
    // `saveDeal` wrote it.
    return { changes: JSON.parse(found.changes), sent: found.sent === null ? undefined : JSON.parse(found.sent) };
  }

  saveDeal(key: string, { changes, sent }: StoredDeal, nowMs: number): void {
    this.#sql.exec(
      `INSERT INTO deals (key, changed_at_ms, changes, sent) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET changed_at_ms = excluded.changed_at_ms, changes = excluded.changes,
         sent = excluded.sent`,
      key,
      nowMs,
      JSON.stringify(changes),
      sent === undefined ? null : JSON.stringify(sent),
    );
  }

  /** Records that a hook sent the event of a deal, so that no import sends it too. */
  noteReported(key: string, nowMs: number): void {
    this.saveDeal(`reported ${key}`, { changes: [], sent: undefined }, nowMs);
  }

  /** Returns whether a hook sent the event of a deal. */
  wasReported(key: string): boolean {
    return this.#sql.exec('SELECT 1 FROM deals WHERE key = ?', `reported ${key}`).toArray().length > 0;
  }

  removeDeals(unchangedSinceMs: number): void {
    this.#sql.exec('DELETE FROM deals WHERE changed_at_ms < ?', unchangedSinceMs);
  }

  template(name: string): ImportTemplate | undefined {
    const [found] = this.#sql.exec<{ body: string }>('SELECT body FROM templates WHERE name = ?', name).toArray();
    return found && JSON.parse(found.body);
  }

  templates(): { name: string; body: ImportTemplate }[] {
    return this.#sql
      .exec<{ name: string; body: string }>('SELECT name, body FROM templates ORDER BY name')
      .toArray()
      .map(({ name, body }) => ({ name, body: JSON.parse(body) }));
  }

  /** @returns Whether there was room for it. */
  saveTemplate(name: string, template: ImportTemplate, atMost: number): boolean {
    const others = this.#sql.exec('SELECT 1 FROM templates WHERE name != ?', name).toArray().length;
    if (others >= atMost) return false;
    this.#sql.exec(
      'INSERT INTO templates (name, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
      name,
      JSON.stringify(template),
    );
    return true;
  }

  /** @param random Becomes the key if there is none yet. */
  rowKey(random: () => string): string {
    const [found] = this.#sql.exec<{ key: string }>('SELECT key FROM row_key').toArray();
    if (found !== undefined) return found.key;
    const key = random();
    this.#sql.exec('INSERT INTO row_key (key) VALUES (?)', key);
    return key;
  }

  #records(query: string, ...bindings: (string | number | null)[]): ImportRecord[] {
    return (
      this.#sql
        .exec<{ body: string }>(query, ...bindings)
        .toArray()
        // This class wrote it from a value of this type.
        .map(({ body }): ImportRecord => JSON.parse(body))
    );
  }
}

/** Runs of consecutive row numbers, each with its first and last number. Blank lines in the file have no number. */
type Run = [first: number, last: number];

function runsOf(numbers: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === number) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

function numbersIn(runs: readonly Run[]): number[] {
  return runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}
