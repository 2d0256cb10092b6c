import { BUCKETS } from '../../../domain/sealing/key-tree.ts';
import { placeName } from '../../../domain/sealing/sealed-text.ts';
import type { Place } from '../../../domain/sealing/sealed-text.ts';
import type { Sql } from '../../sql.ts';
import { SealedPeople } from './sealed-people.ts';

/** A page of keys that KV has. Its number identifies it in tables with many rows. */
export type Page = { keyId: string; number: number };

/** The keys under which a person's data was sealed. */
export type Remembered = { tags: readonly string[]; place: Place };

type PlaceRow = { key_id: string; bucket: number };

/** How many further buckets are tried when a person's own bucket is condemned. */
const MAX_STEPS = 64;

/**
 * Stores the names of payload keys, whose data is sealed under which key, and which keys are condemned. The keys are in
 * KV, whose answers may be a minute old. So this class decides which keys may be used, in the same turn as the rows
 * that depend on it.
 */
export class KeyRegister {
  readonly #sql: Sql;
  readonly #people: SealedPeople;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#people = new SealedPeople(sql);
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

  /** Returns the indexes of the keys and buckets under which nothing may be written any more. */
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

  /** Records under which keys people's data is. */
  remember(remembered: readonly Remembered[]): void {
    for (const [keyId, own] of Map.groupBy(remembered, ({ place }) => place.keyId)) {
      const page = this.#numberOf(keyId);
      const people = own.flatMap(({ tags, place: { bucket } }) => (bucket === undefined ? [] : [{ tags, bucket }]));
      if (page !== undefined) this.#people.add(page, people);
    }
  }

  /** Returns all keys and buckets under which a person's data was ever sealed, if the key still exists. */
  placesOf(tags: readonly string[]): Place[] {
    const pages = this.#usedPages();
    const keyIds = new Map(pages.map(({ keyId, number }) => [number, keyId]));
    const own = new Map(
      this.#bucketsOf(tags, pages).map(({ page, bucket }) => {
        const place = { keyId: keyIds.get(page) ?? '', bucket };
        return [placeName(place), place];
      }),
    );
    return [...own.values()];
  }

  /**
   * Marks the buckets with a person's data for deletion, because the person was erased, and deletes the person's
   * entries.
   */
  condemn(tags: readonly string[]): void {
    const pages = this.#usedPages();
    this.#sql.exec(
      `INSERT OR IGNORE INTO condemned_buckets (page, bucket, writes)
       SELECT value ->> 0, value ->> 1, 0 FROM json_each(?)`,
      JSON.stringify(this.#bucketsOf(tags, pages).map(({ page, bucket }) => [page, bucket])),
    );
    this.#sql.exec(
      `DELETE FROM person_keys WHERE page IN (SELECT number FROM payload_keys) AND tag IN (SELECT value FROM json_each(?))`,
      JSON.stringify(tags),
    );
    this.#people.forget(tags, this.#numbers());
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

  #bucketsOf(tags: readonly string[], pages: readonly Page[]): { page: number; bucket: number }[] {
    const older = this.#sql
      .exec<{ page: number; bucket: number }>(
        `SELECT DISTINCT page, bucket FROM payload_keys CROSS JOIN json_each(?) AS tag
         CROSS JOIN person_keys ON person_keys.page = payload_keys.number AND person_keys.tag = tag.value
         WHERE payload_keys.dropped_at_ms IS NULL`,
        JSON.stringify(tags),
      )
      .toArray();
    return [
      ...older,
      ...this.#people.bucketsOf(
        tags,
        pages.map(({ number }) => number),
      ),
    ];
  }

  /** Returns the pages that may have data. */
  #usedPages(): Page[] {
    return this.#sql
      .exec<{ key_id: string; number: number }>(
        'SELECT key_id, number FROM payload_keys WHERE number IS NOT NULL AND dropped_at_ms IS NULL',
      )
      .toArray()
      .map((row) => ({ keyId: row.key_id, number: row.number }));
  }

  #numbers(): number[] {
    return this.#sql
      .exec<{ number: number }>('SELECT number FROM payload_keys WHERE number IS NOT NULL')
      .toArray()
      .map(({ number }) => number);
  }

  #numberOf(keyId: string): number | undefined {
    const [row] = this.#sql
      .exec<{ number: number | null }>('SELECT number FROM payload_keys WHERE key_id = ?', keyId)
      .toArray();
    return row?.number ?? undefined;
  }

  /** Returns the keys that are not deleted. An unwritten one has sealed nothing: KV has not accepted its page yet. */
  live(): { keyId: string; isWritten: boolean }[] {
    return this.#sql
      .exec<{ key_id: string; number: number | null; condemned: number }>(
        'SELECT key_id, number, condemned FROM payload_keys WHERE dropped_at_ms IS NULL',
      )
      .toArray()
      .map((row) => ({ keyId: row.key_id, isWritten: row.number !== null || row.condemned === 1 }));
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
