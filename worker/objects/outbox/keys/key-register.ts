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

  /** Returns all names. */
  names(): Set<string> {
    const rows = this.#sql.exec<{ key_id: string }>('SELECT key_id FROM payload_keys').toArray();
    return new Set(rows.map((row) => row.key_id));
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
