import { placeName } from '../../../domain/sealing/sealed-text.ts';
import type { Place } from '../../../domain/sealing/sealed-text.ts';
import type { Sql } from '../../sql.ts';
import type { DeliveryStates } from '../delivery-states.ts';
import type { DeliveryKey } from '../delivery-types.ts';
import { keysOf } from '../sending/fresh-deliveries.ts';

/** A sealed text in a delivery, with its person's tags. */
export type SealedText = DeliveryKey & { column: Column; text: string; tags: string[] };

/** The replacement of a text; undefined when the delivery has ended in the meantime. */
export type Replaced = { tags: string[]; sealed: string } | undefined;

type Column = 'payload' | 'late';

const COLUMNS: readonly Column[] = ['payload', 'late'];

/** The rows with some texts, given the part of a text that names its key. Fresh deliveries have no index. */
const FROM = {
  'place.value': (key: string) => `json_each(?1) AS place CROSS JOIN deliveries WHERE ${key} = place.value`,
  range: (key: string) => `deliveries WHERE ${key} >= ?1 || '-' AND ${key} < ?1 || '/'`,
  fresh: () => `json_each(?1) AS fresh CROSS JOIN deliveries
    WHERE lane_id = fresh.value ->> 0 AND event_id = fresh.value ->> 1`,
};

type Row = { lane_id: number; event_id: string; text: string; person: string | null };

/**
 * Finds sealed texts of deliveries by their key: `k.<key id>-<bucket>.…`, or without a bucket in texts of an older
 * version. Both columns have a partial index, without the deliveries that have ended.
 */
export class SealedTexts {
  readonly #sql: Sql;
  readonly #states: DeliveryStates;

  constructor(sql: Sql, states: DeliveryStates) {
    this.#sql = sql;
    this.#states = states;
  }

  /** Returns the texts that are sealed under some keys and buckets. */
  under(places: readonly Place[], { atMost }: { atMost: number }): SealedText[] {
    const found: SealedText[] = [];
    for (const column of COLUMNS) {
      const { whole, buckets } = bySize(places);
      if (buckets.length > 0)
        found.push(...this.#textsOf(column, 'place.value', [JSON.stringify(buckets)], atMost - found.length));
      for (const keyId of whole)
        if (found.length < atMost) found.push(...this.#textsOf(column, 'range', [keyId], atMost - found.length));
    }
    const fresh = this.#states.fresh.under(places).slice(0, Math.max(0, atMost - found.length));
    if (fresh.length > 0) found.push(...this.#textsOf('payload', 'fresh', [keysOf(fresh)], fresh.length));
    return found;
  }

  /** Returns whether anything is sealed under a key, or under one bucket of it. */
  isUsed(place: Place): boolean {
    return this.under([place], { atMost: 1 }).length > 0;
  }

  /** Replaces a sealed text by another one, if it is still there. */
  replace(text: SealedText, sealed: string): Replaced {
    const row = this.#states.reseal(text, sealed);
    return row && { tags: tagsIn(row.person), sealed };
  }

  #textsOf(column: Column, by: keyof typeof FROM, bindings: string[], atMost: number): SealedText[] {
    if (atMost <= 0) return [];
    return this.#sql
      .exec<Row>(
        `SELECT lane_id, event_id, deliveries.${column} AS text, person FROM ${FROM[by](`substr(deliveries.${column}, 3, 32)`)}
           AND deliveries.${column} IS NOT NULL ${column === 'payload' && by !== 'fresh' ? 'AND is_fresh IS NULL' : ''} LIMIT ?2`,
        ...bindings,
        atMost,
      )
      .toArray()
      .map((row) => ({
        queueId: row.lane_id,
        eventId: row.event_id,
        column,
        text: row.text,
        tags: tagsIn(row.person),
      }));
  }
}

function bySize(places: readonly Place[]): { whole: string[]; buckets: string[] } {
  return {
    whole: places.flatMap(({ keyId, bucket }) => (bucket === undefined ? [keyId] : [])),
    buckets: places.flatMap((place) => (place.bucket === undefined ? [] : [placeName(place)])),
  };
}

function tagsIn(person: string | null): string[] {
  return (person ?? '').split(' ').filter((tag) => tag !== '');
}
