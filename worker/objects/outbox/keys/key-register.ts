import { BUCKETS } from '../../../domain/sealing/key-tree.ts';
import type { Place } from '../../../domain/sealing/sealed-text.ts';
import type { Sql } from '../../sql.ts';

/** A page of keys that KV has. Its number identifies it in tables with many rows. */
export type Page = { keyId: string; number: number };

/** The keys under which a person's data was sealed. */
export type Remembered = { tags: readonly string[]; place: Place };

type PlaceRow = { key_id: string; bucket: number };

/** The number of entries per statement: SQLite accepts values of up to 2 MB. */
const REMEMBERED_AT_ONCE = 10_000;

/** How many further buckets are tried when a person's own bucket is condemned. */
const MAX_STEPS = 64;

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
 * Stores the names of payload keys, whose data is sealed under which key, and which keys are condemned. The keys are in
 * KV, whose answers may be a minute old. So this class decides which keys may be used, in the same turn as the rows
 * that depend on it.
 */
export class KeyRegister {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * Records the name of a page before KV has it. Until then nothing is sealed with it, and it is deleted if it stays
   * unused.
   *
   * @param sweepAtMs The latest time at which KV is searched. If this isolate dies, its write may arrive after the name
   * was deleted.
   */
  name(keyId: string, { day, sweepAtMs }: { day: string; sweepAtMs: number }): void {
    this.#sql.exec('INSERT OR IGNORE INTO payload_keys (key_id, day, condemned) VALUES (?, ?, 1)', keyId, day);
    this.#sql.exec('INSERT INTO key_sweep (due_at_ms) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM key_sweep)', sweepAtMs);
  }

  /** Records that KV has the page and it may be used. */
  open(keyId: string): void {
    this.#sql.exec(
      `UPDATE payload_keys SET condemned = 0, number = (SELECT ifnull(max(number), 0) + 1 FROM payload_keys)
       WHERE key_id = ? AND number IS NULL AND dropped_at_ms IS NULL`,
      keyId,
    );
  }

  newestOf(day: string): Page | undefined {
    const [row] = this.#sql
      .exec<{ key_id: string; number: number }>(
        `SELECT key_id, number FROM payload_keys
         WHERE day = ? AND number IS NOT NULL AND condemned = 0 AND dropped_at_ms IS NULL ORDER BY number DESC LIMIT 1`,
        day,
      )
      .toArray();
    return row && { keyId: row.key_id, number: row.number };
  }

  /** Returns a usable bucket for each given one, usually the same; undefined when the page is used up. */
  freeBuckets({ number }: Page, wanted: ReadonlySet<number>): ReadonlyMap<number, number> | undefined {
    const condemned = new Set(
      this.#sql
        .exec<{ bucket: number }>(
          'SELECT bucket FROM condemned_buckets WHERE page = ? AND bucket IN (SELECT value FROM json_each(?))',
          number,
          JSON.stringify([...wanted]),
        )
        .toArray()
        .map(({ bucket }) => bucket),
    );
    const free = new Map<number, number>();
    for (const bucket of wanted) {
      const found = condemned.has(bucket) ? this.#nextFree(number, bucket) : bucket;
      if (found === undefined) return undefined;
      free.set(bucket, found);
    }
    return free;
  }

  /** Returns the indexes of the places under which nothing may be written any more. */
  unusable(places: readonly Place[]): Set<number> {
    const rows = this.#sql
      .exec<{ place: number }>(
        `SELECT place.key AS place FROM json_each(?) AS place LEFT JOIN payload_keys ON key_id = place.value ->> 0
         WHERE key_id IS NULL OR number IS NULL OR condemned = 1 OR dropped_at_ms IS NOT NULL OR EXISTS (
           SELECT 1 FROM condemned_buckets WHERE page = number AND bucket = place.value ->> 1)`,
        JSON.stringify(places.map(({ keyId, bucket }) => [keyId, bucket ?? null])),
      )
      .toArray();
    return new Set(rows.map(({ place }) => place));
  }

  /** Records under which keys a person's data is. Entries that already exist are not written again. */
  remember(remembered: readonly Remembered[]): void {
    const rows = new Set(
      remembered.flatMap(({ tags, place: { keyId, bucket } }) =>
        tags.map((tag) => JSON.stringify([keyId, tag, bucket ?? null])),
      ),
    );
    const all = [...rows];
    for (let first = 0; first < all.length; first += REMEMBERED_AT_ONCE)
      this.#sql.exec(
        `INSERT OR IGNORE INTO person_keys (page, tag, bucket)
         SELECT number, row.value ->> 1, row.value ->> 2 FROM json_each(?) AS row CROSS JOIN payload_keys
         WHERE key_id = row.value ->> 0 AND number IS NOT NULL AND row.value ->> 2 IS NOT NULL`,
        `[${all.slice(first, first + REMEMBERED_AT_ONCE).join()}]`,
      );
  }

  /** Returns all places where a person's data was ever sealed and whose key still exists. */
  placesOf(tags: readonly string[]): Place[] {
    return this.#sql
      .exec<PlaceRow>(
        `SELECT DISTINCT key_id, bucket FROM payload_keys CROSS JOIN json_each(?) AS tag
         CROSS JOIN person_keys ON person_keys.page = payload_keys.number AND person_keys.tag = tag.value
         WHERE payload_keys.dropped_at_ms IS NULL`,
        JSON.stringify(tags),
      )
      .toArray()
      .map(placeOf);
  }

  /**
   * Marks the buckets with a person's data for deletion, because the person was erased, and deletes the person's
   * entries.
   */
  condemn(tags: readonly string[]): void {
    const texts = JSON.stringify(tags);
    this.#sql.exec(
      `INSERT OR IGNORE INTO condemned_buckets (page, bucket, writes)
       SELECT page, bucket, 0 FROM payload_keys CROSS JOIN json_each(?) AS tag
       CROSS JOIN person_keys ON person_keys.page = payload_keys.number AND person_keys.tag = tag.value
       WHERE payload_keys.dropped_at_ms IS NULL`,
      texts,
    );
    this.#sql.exec(
      `DELETE FROM person_keys WHERE page IN (SELECT number FROM payload_keys) AND tag IN (SELECT value FROM json_each(?))`,
      texts,
    );
  }

  /** Returns whole keys that must be deleted. Only older versions made them. */
  condemnedKeys(): string[] {
    return this.#sql
      .exec<{ key_id: string }>(
        'SELECT key_id FROM payload_keys WHERE condemned = 1 AND dropped_at_ms IS NULL ORDER BY key_id',
      )
      .toArray()
      .map((row) => row.key_id);
  }

  /** Returns buckets that must be deleted and may contain data of others. */
  condemnedPlaces(atMost: number): Place[] {
    return this.#sql
      .exec<PlaceRow>(
        `SELECT key_id, bucket FROM condemned_buckets JOIN payload_keys ON number = page
         WHERE writes = 0 AND dropped_at_ms IS NULL LIMIT ?`,
        atMost,
      )
      .toArray()
      .map(placeOf);
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

  /** Returns all names. */
  names(): Set<string> {
    const rows = this.#sql.exec<{ key_id: string }>('SELECT key_id FROM payload_keys').toArray();
    return new Set(rows.map((row) => row.key_id));
  }

  /**
   * Returns whether there is something to delete, whether any key or at least a name must be kept, and when KV must be
   * searched.
   */
  state(): { isWorkLeft: boolean; hasKeys: boolean; hasNames: boolean; sweepAtMs: number | undefined } {
    const [row] = this.#sql
      .exec<{ work: number; keys: number; names: number; sweep: number | null }>(
        `SELECT EXISTS (SELECT 1 FROM payload_keys
             WHERE CASE WHEN deleted_at_ms IS NULL THEN condemned = 1 OR dropped_at_ms IS NOT NULL
               ELSE number IS NOT NULL END)
             OR EXISTS (SELECT 1 FROM condemned_buckets WHERE writes < ${WRITES}) AS work,
           EXISTS (SELECT 1 FROM payload_keys WHERE dropped_at_ms IS NULL) AS keys,
           EXISTS (SELECT 1 FROM payload_keys) AS names,
           (SELECT due_at_ms FROM key_sweep) AS sweep`,
      )
      .toArray();
    return {
      isWorkLeft: row?.work === 1,
      hasKeys: row?.keys === 1,
      hasNames: row?.names === 1,
      sweepAtMs: row?.sweep ?? undefined,
    };
  }

  sweepAt(atMs: number | undefined): void {
    this.#sql.exec('DELETE FROM key_sweep');
    if (atMs !== undefined) this.#sql.exec('INSERT INTO key_sweep (due_at_ms) VALUES (?)', atMs);
  }

  #nextFree(page: number, bucket: number): number | undefined {
    for (let step = 1; step <= MAX_STEPS; step += 1) {
      const next = (bucket + step) % BUCKETS;
      const rows = this.#sql.exec('SELECT 1 FROM condemned_buckets WHERE page = ? AND bucket = ?', page, next);
      if (rows.toArray().length === 0) return next;
    }
    return undefined;
  }
}

function placeOf(row: PlaceRow): Place {
  return { keyId: row.key_id, bucket: row.bucket };
}
