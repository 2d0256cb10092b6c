import type { Sql } from '../../sql.ts';
import type { Page } from './key-register.ts';
import { deleteSealedPeople } from './sealed-people.ts';

/**
 * A page is rewritten twice without its condemned buckets, because an older write that was given up may arrive after
 * the first.
 */
const WRITES = 2;

/** How long a KV write may still arrive after it was given up, because its isolate died or the timeout passed. */
export const LAST_WRITE_MS = 5 * 60_000;

/**
 * Tests that no write from before a time can still arrive, or that the time comes from a wrong clock. Binds the current
 * time.
 */
const isSettled = (column: string): string => `abs(? - ${column}) >= ${LAST_WRITE_MS}`;

/** Tests that a page must be rewritten without a condemned bucket. Binds the current time. */
const IS_TO_WRITE = `writes < ${WRITES} AND (writes = 0 OR ${isSettled('ifnull(written_at_ms, 0)')})`;

/**
 * Stores which keys of the `KeyRegister` must be deleted from KV, and the progress of each deletion. A key's row stays
 * until no late write can bring the key back.
 */
export class KeyDeletions {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Returns pages that must be rewritten in KV without some of their buckets. */
  pagesToPrune(nowMs: number): Page[] {
    return this.#sql
      .exec<{ key_id: string; number: number }>(
        `SELECT key_id, number FROM payload_keys WHERE dropped_at_ms IS NULL AND number IN (
           SELECT page FROM condemned_buckets WHERE ${IS_TO_WRITE})`,
        nowMs,
      )
      .toArray()
      .map((row) => ({ keyId: row.key_id, number: row.number }));
  }

  /** Returns the buckets of a page that must be deleted, and the number of writes that already left them out. */
  condemnedOf({ number }: Page): { bucket: number; writes: number }[] {
    return this.#sql
      .exec<{ bucket: number; writes: number }>('SELECT bucket, writes FROM condemned_buckets WHERE page = ?', number)
      .toArray();
  }

  /** @param startedAtMs When the write began. */
  written({ number }: Page, buckets: readonly number[], startedAtMs: number): void {
    this.#sql.exec(
      `UPDATE condemned_buckets SET writes = writes + 1, written_at_ms = ?
       WHERE page = ? AND bucket IN (SELECT value FROM json_each(?)) AND ${IS_TO_WRITE}`,
      startedAtMs,
      number,
      JSON.stringify(buckets),
      startedAtMs,
    );
  }

  /**
   * Returns the keys that can be deleted once nothing is sealed under them: keys of past days and condemned keys. When
   * the source was deleted, that means all keys, because one may be made during the deletion.
   */
  droppable(beforeDay: string): string[] {
    return this.#sql
      .exec<{ key_id: string }>(
        `SELECT key_id FROM payload_keys
         WHERE dropped_at_ms IS NULL AND (day < ? OR condemned = 1 OR EXISTS (SELECT 1 FROM deleted_source))`,
        beforeDay,
      )
      .toArray()
      .map((row) => row.key_id);
  }

  /**
   * Marks a key as deleted, even if KV has it again. From now on it seals and opens nothing. Its name stays until KV no
   * longer has it.
   */
  drop(keyId: string, { day, atMs }: { day: string; atMs: number }): void {
    this.#sql.exec(
      `INSERT INTO payload_keys (key_id, day, dropped_at_ms) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET dropped_at_ms = excluded.dropped_at_ms, deleted_at_ms = NULL`,
      keyId,
      day,
      atMs,
    );
  }

  /** Returns deleted keys that KV may still have. */
  toDelete(atMost: number): string[] {
    return this.#sql
      .exec<{ key_id: string }>(
        'SELECT key_id FROM payload_keys WHERE dropped_at_ms IS NOT NULL AND deleted_at_ms IS NULL LIMIT ?',
        atMost,
      )
      .toArray()
      .map((row) => row.key_id);
  }

  /** Records that KV was told to delete the key. A running write may bring it back, so its name is not deleted yet. */
  deleted(keyId: string, atMs: number): void {
    this.#sql.exec('UPDATE payload_keys SET deleted_at_ms = ? WHERE key_id = ?', atMs, keyId);
  }

  /** Deletes some of the entries of deleted keys. A key loses its number when none of them is left. */
  clearDeleted(atMost: number): void {
    const pages = this.#sql
      .exec<{ number: number }>(
        'SELECT number FROM payload_keys WHERE deleted_at_ms IS NOT NULL AND number IS NOT NULL',
      )
      .toArray();
    let left = atMost;
    for (const { number } of pages) {
      left -= deleteSealedPeople(this.#sql, number, left);
      for (const columns of ['page, tag, bucket', 'page, bucket']) {
        const table = columns === 'page, bucket' ? 'condemned_buckets' : 'person_keys';
        left -= this.#sql
          .exec(
            `DELETE FROM ${table} WHERE (${columns}) IN (SELECT ${columns} FROM ${table} WHERE page = ? LIMIT ?)
             RETURNING 1`,
            number,
            left,
          )
          .toArray().length;
      }
      if (left <= 0) return;
      this.#sql.exec('UPDATE payload_keys SET number = NULL WHERE number = ?', number);
    }
  }

  /**
   * Records the result of a search of KV. Unknown keys, and keys that came back after their deletion, are marked for
   * deletion.
   *
   * Names of keys are deleted when their deletion is so long ago that no write can bring them back.
   *
   * @param startedAtMs When the search began.
   */
  swept(inKv: readonly string[], startedAtMs: number): void {
    const listed = JSON.stringify(inKv);
    this.#sql.exec(
      `INSERT INTO payload_keys (key_id, day, dropped_at_ms)
       SELECT value, substr(value, 1, 10), ? FROM json_each(?) WHERE true
       ON CONFLICT DO UPDATE SET deleted_at_ms = NULL WHERE deleted_at_ms IS NOT NULL`,
      startedAtMs,
      listed,
    );
    this.#sql.exec(
      `DELETE FROM payload_keys WHERE number IS NULL AND ${isSettled('deleted_at_ms')}
       AND key_id NOT IN (SELECT value FROM json_each(?))`,
      startedAtMs,
      listed,
    );
  }

  /**
   * Returns whether there is something to delete, whether any key or at least a name must be kept, whether one of the
   * names is that of a deleted key, and when KV must be searched.
   */
  state(): {
    isWorkLeft: boolean;
    hasKeys: boolean;
    hasNames: boolean;
    hasDeleted: boolean;
    sweepAtMs: number | undefined;
  } {
    const [row] = this.#sql
      .exec<{ work: number; keys: number; names: number; deleted: number; sweep: number | null }>(
        `SELECT EXISTS (SELECT 1 FROM payload_keys
             WHERE CASE WHEN deleted_at_ms IS NULL THEN condemned = 1 OR dropped_at_ms IS NOT NULL
               ELSE number IS NOT NULL END)
             OR EXISTS (SELECT 1 FROM condemned_buckets WHERE writes < ${WRITES}) AS work,
           EXISTS (SELECT 1 FROM payload_keys WHERE dropped_at_ms IS NULL) AS keys,
           EXISTS (SELECT 1 FROM payload_keys) AS names,
           EXISTS (SELECT 1 FROM payload_keys WHERE deleted_at_ms IS NOT NULL) AS deleted,
           (SELECT due_at_ms FROM key_sweep) AS sweep`,
      )
      .toArray();
    return {
      isWorkLeft: row?.work === 1,
      hasKeys: row?.keys === 1,
      hasNames: row?.names === 1,
      hasDeleted: row?.deleted === 1,
      sweepAtMs: row?.sweep ?? undefined,
    };
  }

  sweepAt(atMs: number | undefined): void {
    this.#sql.exec('DELETE FROM key_sweep');
    if (atMs !== undefined) this.#sql.exec('INSERT INTO key_sweep (due_at_ms) VALUES (?)', atMs);
  }
}
