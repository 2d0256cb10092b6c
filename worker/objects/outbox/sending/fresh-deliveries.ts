import { parseSealed, placeName } from '../../../domain/sealing/sealed-text.ts';
import type { Place } from '../../../domain/sealing/sealed-text.ts';
import type { Sql } from '../../sql.ts';
import type { DeliveryKey } from '../delivery-types.ts';

/** A delivery that has no entry in an index yet, and the name of its payload's key. */
export type FreshDelivery = DeliveryKey & { happenedAtMs: number; eventSeq: number; keyName: string };

/** The oldest fresh delivery of a rule queue. */
export type FreshQueue = { queueId: number; oldestMs: number };

/**
 * After this many events, deliveries from before these events get their index entries. So at most twice as many events
 * are read when the outbox starts.
 */
const EVENTS_PER_CHECK = 500;

/**
 * How often the position from which a start reads events moves on between two checks. A quiet source's outbox restarts
 * for almost every event, and each time reads the events after that position. So one row written for fifty events costs
 * less than it saves.
 */
const MOVES_PER_CHECK = 10;

type Row = { lane_id: number; event_id: string; happened_at_ms: number; event_seq: number; key_name: string };

const COLUMNS = `deliveries.lane_id, deliveries.event_id, deliveries.happened_at_ms, deliveries.event_seq,
  substr(deliveries.payload, 3, 32) AS key_name`;

const IS_FRESH = `deliveries.state = 'pending' AND deliveries.is_fresh = 1`;

/**
 * Knows the pending deliveries of the latest events, so that they need no index: most are sent before anything else
 * looks for them, and each entry of an index is a row that costs money.
 *
 * A fresh delivery has `is_fresh = 1` in its row, and the indexes of pending deliveries and of payloads leave it out.
 * It is found here, in memory. After a restart, the latest events are read: those after the position in `fresh_from`.
 * Every fresh delivery belongs to one of them. A delivery that is overtaken by hundreds of events, or that has to wait
 * by itself, is settled: its row loses the mark, and the indexes have it.
 */
export class FreshDeliveries {
  readonly #sql: Sql;
  readonly #eventsPerCheck: number;
  /** By their keys, in the order of arrival. Undefined until the rows were read. */
  #known: Map<string, FreshDelivery> | undefined;
  /** The keys of deliveries that may have ended or been settled. */
  #unsure: Set<string> | 'all' = new Set();
  /** The number of events since the last check, and the position of the newest one at that time. */
  #arrived = 0;
  #checkedSeq = 0;
  /** The events after the position in `fresh_from`: their number, and the position of the last one. */
  #after: { seq: number; events: number }[] = [];

  constructor(sql: Sql, eventsPerCheck = EVENTS_PER_CHECK) {
    this.#sql = sql;
    this.#eventsPerCheck = eventsPerCheck;
  }

  /** Returns the fresh deliveries in the order of arrival. */
  list(): readonly FreshDelivery[] {
    const known = (this.#known ??= this.#read());
    const unsure = this.#unsure === 'all' ? [...known.keys()] : [...this.#unsure].filter((key) => known.has(key));
    this.#unsure = new Set();
    if (unsure.length > 0) {
      const checked = unsure.flatMap((key) => known.get(key) ?? []);
      const fresh = new Set(this.#stillFresh(checked));
      for (const key of unsure) if (!fresh.has(key)) known.delete(key);
    }
    return [...known.values()];
  }

  /** Returns the rule queues that have fresh deliveries. */
  queues(): FreshQueue[] {
    const oldest = new Map<number, number>();
    for (const { queueId, happenedAtMs } of this.list())
      oldest.set(queueId, Math.min(oldest.get(queueId) ?? happenedAtMs, happenedAtMs));
    return [...oldest].map(([queueId, oldestMs]) => ({ queueId, oldestMs }));
  }

  /** Returns the fresh deliveries that are sealed under some keys and buckets. */
  under(places: readonly Place[]): FreshDelivery[] {
    const names = new Set(places.map(placeName));
    return this.list().filter(({ keyName }) => names.has(keyName) || names.has(keyName.slice(0, -5)));
  }

  /** Adds a delivery that is being stored, with its sealed text. */
  add({ queueId, eventId, happenedAtMs, eventSeq }: Omit<FreshDelivery, 'keyName'>, text: string): void {
    const place = parseSealed(text)?.place;
    const fresh = { queueId, eventId, happenedAtMs, eventSeq, keyName: place === undefined ? '' : placeName(place) };
    // If the rows were not read yet, they will be read with this one.
    this.#known?.set(keyOf(fresh), fresh);
  }

  /** Records that some deliveries, or perhaps any, were changed. */
  recheck(deliveries: readonly DeliveryKey[] | 'all'): void {
    if (deliveries === 'all') this.#unsure = 'all';
    if (deliveries === 'all' || this.#unsure === 'all') return;
    for (const delivery of deliveries) this.#unsure.add(keyOf(delivery));
  }

  /** Records that a transaction failed, so the rows are as they were before it. */
  reread(): void {
    this.#known = undefined;
  }

  /** Gives deliveries their entries in the indexes. */
  settle(deliveries: readonly DeliveryKey[]): void {
    if (deliveries.length === 0) return;
    this.recheck(deliveries);
    this.#sql.exec(
      `UPDATE deliveries SET is_fresh = NULL
       WHERE is_fresh = 1 AND (lane_id, event_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      keysOf(deliveries),
    );
  }

  /**
   * Settles deliveries that many events have overtaken. Must be called in the transaction that stores these events.
   *
   * @param newest.seq The position of the newest event.
   * @param newest.events The number of events that were stored.
   */
  settleOvertaken({ seq, events }: { seq: number; events: number }): void {
    // When the rows are read, the stored events are counted too.
    if (this.#known === undefined) this.#known = this.#read();
    else {
      this.#arrived += events;
      this.#after.push({ seq, events });
    }
    if (this.#arrived >= this.#eventsPerCheck) {
      const untilSeq = this.#checkedSeq;
      this.settle(this.list().filter(({ eventSeq }) => eventSeq <= untilSeq));
      this.#arrived = 0;
      this.#checkedSeq = seq;
    }
    this.moveOn();
  }

  /**
   * Moves the position from which a start reads: to the oldest fresh delivery, or to the newest event when there is
   * none. It does so only if that is far enough to be worth writing a row. It is also called after sending, because no
   * further event may follow a large request.
   */
  moveOn(): void {
    const step = this.#eventsPerCheck / MOVES_PER_CHECK;
    if (this.#known === undefined || sumOf(this.#after) < step) return;
    const oldest = this.list().reduce((least, { eventSeq }) => Math.min(least, eventSeq), Number.POSITIVE_INFINITY);
    const passed = this.#after.filter(({ seq }) => seq < oldest);
    const fromSeq = passed.at(-1)?.seq;
    if (fromSeq === undefined || sumOf(passed) < step) return;
    this.#after = this.#after.slice(passed.length);
    this.#sql.exec('INSERT INTO fresh_from (id, seq) VALUES (1, ?1) ON CONFLICT DO UPDATE SET seq = ?1', fromSeq);
  }

  #read(): Map<string, FreshDelivery> {
    const fromSeq = freshFrom(this.#sql);
    this.#after = this.#sql
      .exec<{ seq: number; events: number }>('SELECT seq, 1 AS events FROM events WHERE seq > ? ORDER BY seq', fromSeq)
      .toArray();
    this.#arrived = this.#after.length;
    this.#checkedSeq = this.#after.at(-1)?.seq ?? fromSeq;
    this.#unsure = new Set();
    const rows = this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM events CROSS JOIN json_each(events.deliveries) AS identity
         CROSS JOIN deliveries ON lane_id = identity.value ->> 0 AND event_id = identity.value ->> 1
         WHERE events.seq > ? AND ${IS_FRESH} ORDER BY events.seq`,
        fromSeq,
      )
      .toArray();
    return new Map(rows.map(freshOf).map((delivery) => [keyOf(delivery), delivery]));
  }

  #stillFresh(known: readonly FreshDelivery[]): string[] {
    return this.#sql
      .exec<Pick<Row, 'lane_id' | 'event_id'>>(
        `SELECT lane_id, event_id FROM json_each(?) AS identity
         CROSS JOIN deliveries ON lane_id = identity.value ->> 0 AND event_id = identity.value ->> 1
         WHERE ${IS_FRESH}`,
        keysOf(known),
      )
      .toArray()
      .map((row) => keyOf({ queueId: row.lane_id, eventId: row.event_id }));
  }
}

/** Returns the position in the order of arrival after which all fresh deliveries are. */
export function freshFrom(sql: Sql): number {
  return sql.exec<{ seq: number }>('SELECT seq FROM fresh_from').toArray()[0]?.seq ?? 0;
}

/** Returns deliveries as JSON text: `[[1,"evt_1"]]`. */
export function keysOf(deliveries: readonly DeliveryKey[]): string {
  return JSON.stringify(deliveries.map(({ queueId, eventId }) => [queueId, eventId]));
}

function sumOf(arrivals: readonly { events: number }[]): number {
  return arrivals.reduce((sum, { events }) => sum + events, 0);
}

function keyOf({ queueId, eventId }: DeliveryKey): string {
  return `${queueId} ${eventId}`;
}

function freshOf(row: Row): FreshDelivery {
  return {
    queueId: row.lane_id,
    eventId: row.event_id,
    happenedAtMs: row.happened_at_ms,
    eventSeq: row.event_seq,
    keyName: row.key_name,
  };
}
