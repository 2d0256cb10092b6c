import { placeName } from '../../domain/sealing/sealed-text.ts';
import type { Place } from '../../domain/sealing/sealed-text.ts';
import { Consents } from '../event-store/consents.ts';
import type { Sql } from '../sql.ts';
import { DeliveryStates } from './delivery-states.ts';
import type { Attempt, DeliveryKey, SealedDelivery, SealedPayload } from './delivery-types.ts';
import { MAY_GO } from './sending/element-waits.ts';
import { keysOf } from './sending/fresh-deliveries.ts';
import type { FreshDeliveries } from './sending/fresh-deliveries.ts';
import type { RuleQueue } from './sending/rule-queues.ts';

/** A sealed text begins with `k.`, the 27 characters of its key's ID, and a dot. */
const NOT_SEALED_WITH = `AND NOT EXISTS (
  SELECT 1 FROM json_each(?) WHERE value IN (substr(deliveries.payload, 3, 27), substr(deliveries.late, 3, 27)))`;

/** SQL for fresh deliveries, given a list of their event IDs. */
const IS_LISTED = 'deliveries.is_fresh = 1 AND deliveries.event_id IN (SELECT value FROM json_each(?))';

/**
 * A payload is in memory three times (`MAX_BATCHES_CHARS`): sealed, opened and in the request. The event's facts are
 * only read, so they count for a third.
 */
const COPIES = 3;

/** How many old requests are deleted at once. */
const ATTEMPTS_AT_ONCE = 1_000;

/** Reads a source's events and deliveries in order to send them, and deletes them in the end. */
export class Deliveries {
  /** Makes all changes of state. */
  readonly states: DeliveryStates;
  readonly #sql: Sql;
  readonly #consents: Consents;
  /** The number of the last request; undefined until the first one is recorded. */
  #newestAttempt: number | undefined;

  /** @param fresh Only needed for another number of events per check. */
  constructor(sql: Sql, fresh?: FreshDeliveries) {
    this.#sql = sql;
    this.states = new DeliveryStates(sql, fresh);
    this.#consents = new Consents(sql);
  }

  /**
   * Returns the next deliveries that a rule queue sends: the nearest deadline first.
   *
   * @param options.withoutKeys Leaves out payloads that are sealed with the keys of these IDs.
   * @param options.maxChars The maximum total length of the payloads, with a third of the events’ facts. At least one
   *   delivery is returned in any case.
   */
  pending(
    queue: RuleQueue,
    {
      withoutKeys,
      atMost,
      maxChars,
      nowMs,
    }: { withoutKeys: readonly string[]; atMost: number; maxChars: number; nowMs: number },
  ): SealedDelivery[] {
    const consentOf = this.#consents.reader();
    const fresh = this.states.fresh.list().filter(({ queueId }) => queueId === queue.id);
    const own = [queue.id, nowMs, nowMs, ...(withoutKeys.length === 0 ? [] : [JSON.stringify(withoutKeys)])];
    const candidates = (which: string): string => `
      SELECT deliveries.event_id, deliveries.happened_at_ms,
        length(deliveries.payload) + ifnull(length(deliveries.late), 0) + length(events.facts) / ${COPIES} AS chars
      FROM deliveries JOIN events ON events.seq = deliveries.event_seq
      WHERE deliveries.lane_id = ? AND deliveries.state = 'pending' AND ${MAY_GO}
        ${withoutKeys.length === 0 ? '' : NOT_SEALED_WITH} AND ${which}`;
    const next = this.#sql
      .exec<{ event_id: string; chars: number }>(
        `${candidates('deliveries.is_fresh IS NULL')}
         ${fresh.length === 0 ? '' : `UNION ALL ${candidates(IS_LISTED)}`}
         ORDER BY 2, 1 LIMIT ?`,
        ...own,
        ...(fresh.length === 0 ? [] : [...own, JSON.stringify(fresh.map(({ eventId }) => eventId))]),
        atMost,
      )
      .toArray();
    const chosen = next.slice(0, howManyFit(next, maxChars)).map((row) => row.event_id);
    return this.#sql
      .exec<{
        event_id: string;
        happened_at_ms: number;
        payload: string;
        facts: string;
        waits_until_ms: number | null;
        late: string | null;
      }>(
        `SELECT deliveries.event_id, deliveries.happened_at_ms, deliveries.payload, events.facts,
           deliveries.waits_until_ms, deliveries.late
         FROM json_each(?) AS chosen CROSS JOIN deliveries ON lane_id = ? AND event_id = chosen.value
         CROSS JOIN events ON events.seq = deliveries.event_seq
         ORDER BY chosen.key`,
        JSON.stringify(chosen),
        queue.id,
      )
      .toArray()
      .map((row) => ({
        queueId: queue.id,
        eventId: row.event_id,
        happenedAtMs: row.happened_at_ms,
        payload: sealedPayload(row),
        consent: consentOf(row.facts).consent,
      }));
  }

  /**
   * Returns a person's deliveries that are pending, waiting or failed.
   *
   * @param places The keys under which the person's data may be sealed. Nothing else is searched.
   */
  ofPerson(tags: readonly string[], places: readonly Place[]): (DeliveryKey & { person: string })[] {
    const names = places.flatMap((place) => (place.bucket === undefined ? [] : [placeName(place)]));
    const keyIds = places.flatMap(({ keyId, bucket }) => (bucket === undefined ? [keyId] : []));
    const isTheirs = `person IS NOT NULL AND EXISTS (
      SELECT 1 FROM json_each(?1) AS tag WHERE instr(' ' || person || ' ', ' ' || tag.value || ' ') > 0)`;
    return this.#sql
      .exec<{ lane_id: number; event_id: string; person: string }>(
        `SELECT lane_id, event_id, person FROM json_each(?2) AS place CROSS JOIN deliveries
         WHERE substr(payload, 3, 32) = place.value AND payload IS NOT NULL AND is_fresh IS NULL AND ${isTheirs}
         UNION SELECT lane_id, event_id, person FROM json_each(?3) AS key CROSS JOIN deliveries
         WHERE substr(payload, 3, 32) >= key.value || '-' AND substr(payload, 3, 32) < key.value || '/'
           AND payload IS NOT NULL AND is_fresh IS NULL AND ${isTheirs}
         UNION SELECT lane_id, event_id, person FROM json_each(?4) AS fresh CROSS JOIN deliveries
         WHERE lane_id = fresh.value ->> 0 AND event_id = fresh.value ->> 1 AND ${isTheirs}`,
        JSON.stringify(tags),
        JSON.stringify(names),
        JSON.stringify(keyIds),
        keysOf(this.states.fresh.under(places)),
      )
      .toArray()
      .map((row) => ({ queueId: row.lane_id, eventId: row.event_id, person: row.person }));
  }

  /**
   * A counter that grows when deliveries are taken back. Code that read deliveries before must check them again before
   * sending.
   */
  get takenBack(): number {
    return this.states.takenBack;
  }

  /** Returns the deliveries that are still pending. */
  stillPending<Delivery extends { eventId: string }>(queueId: number, deliveries: readonly Delivery[]): Delivery[] {
    const eventIds = this.#sql
      .exec<{ event_id: string }>(
        `SELECT event_id FROM deliveries
         WHERE lane_id = ? AND state = 'pending' AND event_id IN (SELECT value FROM json_each(?))`,
        queueId,
        JSON.stringify(deliveries.map(({ eventId }) => eventId)),
      )
      .toArray();
    const waiting = new Set(eventIds.map((row) => row.event_id));
    return deliveries.filter(({ eventId }) => waiting.has(eventId));
  }

  /** Records a request to LinkedIn. Returns its number. */
  record(attempt: Attempt): number {
    const first = attempt.batch[0];
    const last = attempt.batch.at(-1);
    if (first === undefined || last === undefined) throw new Error('Cannot record an attempt that sent nothing');
    const id = (this.#newestAttempt ?? this.#newestStoredAttempt()) + 1;
    this.#newestAttempt = id;
    this.#sql.exec(
      `INSERT INTO attempts (lane_id, started_at_ms, ended_at_ms, id, events, status, outcome, code, message,
         first_happened_at_ms, first_event_id, last_happened_at_ms, last_event_id, consent_asked)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      attempt.queueId,
      attempt.startedAtMs,
      attempt.endedAtMs,
      id,
      attempt.batch.length,
      attempt.status ?? null,
      attempt.outcome,
      attempt.code ?? null,
      attempt.message ?? null,
      first.happenedAtMs,
      first.eventId,
      last.happenedAtMs,
      last.eventId,
      JSON.stringify(attempt.consentAsked),
    );
    return id;
  }

  /**
   * Returns the largest number of the latest requests; 0 when there are none. Numbers have no index, so it is read from
   * each rule queue's latest request.
   */
  #newestStoredAttempt(): number {
    const [row] = this.#sql
      .exec<{ newest: number | null }>(
        `SELECT max((SELECT id FROM attempts WHERE lane_id = lanes.id ORDER BY ended_at_ms DESC, id DESC LIMIT 1)) AS newest
         FROM lanes`,
      )
      .toArray();
    return row?.newest ?? 0;
  }

  /** Returns when the oldest pending delivery happened; undefined when nothing is pending. */
  oldestPendingMs(): number | undefined {
    const [row] = this.#sql
      .exec<{ oldest: number | null }>(
        `SELECT min((SELECT min(happened_at_ms) FROM deliveries INDEXED BY deliveries_pending
           WHERE lane_id = lanes.id AND state = 'pending' AND is_fresh IS NULL)) AS oldest
         FROM lanes`,
      )
      .toArray();
    const oldestMs = Math.min(row?.oldest ?? Infinity, ...this.states.fresh.queues().map((queue) => queue.oldestMs));
    return Number.isFinite(oldestMs) ? oldestMs : undefined;
  }

  /**
   * Examines some events, the oldest first, and returns those that may be deleted: their retention is over, and none of
   * their deliveries is in one of these states.
   *
   * @returns `next`: the position after which the next call continues, or undefined when all old events have been
   * examined.
   */
  old({
    afterSeq,
    receivedBeforeMs,
    except,
    atMost,
  }: {
    afterSeq: number;
    receivedBeforeMs: number;
    except: readonly ('pending' | 'waiting' | 'dead')[];
    atMost: number;
  }): { due: { seq: number; deliveries: string }[]; next: number | undefined } {
    const seen = this.#sql
      .exec<{ seq: number; deliveries: string; is_old: number; is_kept: number }>(
        `SELECT seq, deliveries, received_at_ms < ?1 AS is_old, EXISTS (
           SELECT 1 FROM json_each(events.deliveries) AS identity
           JOIN deliveries ON deliveries.lane_id = identity.value ->> 0 AND deliveries.event_id = identity.value ->> 1
           WHERE deliveries.state IN (SELECT value FROM json_each(?2))) AS is_kept
         FROM events WHERE seq > ?3 ORDER BY seq LIMIT ?4`,
        receivedBeforeMs,
        JSON.stringify(except),
        afterSeq,
        atMost,
      )
      .toArray();
    const last = seen.at(-1);
    return {
      due: seen.filter((event) => event.is_old === 1 && event.is_kept === 0),
      next: seen.length < atMost || last?.is_old !== 1 ? undefined : last.seq,
    };
  }

  /** Deletes events with their deliveries. */
  remove(events: readonly { seq: number; deliveries: string }[]): void {
    this.states.forget(events);
    this.#sql.exec(
      'DELETE FROM events WHERE seq IN (SELECT value FROM json_each(?))',
      JSON.stringify(events.map(({ seq }) => seq)),
    );
  }

  /** Deletes some of the old requests. Returns whether none is left. */
  removeAttempts({ endedBeforeMs }: { endedBeforeMs: number }): boolean {
    const removed = this.#sql.exec(
      `DELETE FROM attempts WHERE (lane_id, ended_at_ms, id) IN (
         SELECT attempts.lane_id, attempts.ended_at_ms, attempts.id
         FROM lanes CROSS JOIN attempts ON attempts.lane_id = lanes.id
         WHERE attempts.ended_at_ms < ? LIMIT ${ATTEMPTS_AT_ONCE}) RETURNING 1`,
      endedBeforeMs,
    );
    return removed.toArray().length < ATTEMPTS_AT_ONCE;
  }
}

/** A delivery that has waited for its person keeps the end of that wait, which identifies it. */
function sealedPayload(row: { payload: string; waits_until_ms: number | null; late: string | null }): SealedPayload {
  return row.waits_until_ms === null
    ? { kind: 'sealed_element', text: row.payload }
    : { kind: 'sealed_conversion', text: row.payload, late: row.late ?? undefined };
}

/** Returns at least one, because a payload that is too long by itself would otherwise never be sent. */
function howManyFit(deliveries: readonly { chars: number }[], atMost: number): number {
  let together = 0;
  const tooMany = deliveries.findIndex(({ chars }) => (together += chars) > atMost);
  return tooMany === -1 ? deliveries.length : Math.max(1, tooMany);
}
