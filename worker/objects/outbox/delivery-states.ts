import { payloadShape } from '../../domain/delivery/payload-shape.ts';
import type { ConversionEvent } from '../../schema/events/conversion-event.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { Sql } from '../sql.ts';
import { type BegunDelivery, firstState } from './begun-delivery.ts';
import type { DeliveryKey, LostText, OpenedDelivery } from './delivery-types.ts';
import { FreshDeliveries, keysOf } from './sending/fresh-deliveries.ts';

type End = { atMs: number; attemptId?: number };

/** The deliveries of an event, as stored in the event's row: `[[rule queue, event id]]` as JSON text. */
type NamedByEvent = { deliveries: string };

/** How many failed deliveries lose their payload at once. */
const EMPTIED_AT_ONCE = 2_000;

/**
 * Makes every change of a delivery's state. Nothing else writes to the table `deliveries`, so no other changes happen.
 * (`FreshDeliveries` writes only the mark of fresh ones.)
 * test/unit/objects/outbox/delivery-states.test.ts tries each change in each state.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> pending: an event asks for it
 *   [*] --> waiting: an event asks for it, and its e-mail may still come
 *   [*] --> erased: an event asks for it, and its person was erased while it was sealed
 *   waiting --> pending: the e-mail arrived, or the wait is over
 *   pending --> delivered: LinkedIn accepted it
 *   pending --> dead: LinkedIn refused it, or its payload is unreadable
 *   waiting --> dead: its payload is unreadable
 *   dead --> pending: a person replays it
 *   pending --> expired: 90 days have passed
 *   pending --> skipped: it may not be sent, nothing identifies the person, or the integration was deleted
 *   waiting --> skipped: the integration was deleted
 *   dead --> skipped: the integration was deleted
 *   pending --> erased: the person asked for it, or withdrew consent
 *   waiting --> erased: the person asked for it, or withdrew consent
 *   dead --> erased: the person asked for it, or withdrew consent
 *   waiting --> [*]: a better event takes its place
 *   delivered --> [*]: its retention is over
 *   dead --> [*]: its retention is over, or a better event takes its place
 *   expired --> [*]: its retention is over, or a better event takes its place
 *   skipped --> [*]: its retention is over, or a better event takes its place
 *   erased --> [*]: its retention is over, or a better event takes its place
 * ```
 *
 * A delivery that ends loses its payload and its person's tags. A failed one keeps both for a while, so that a person can
 * replay it. `held` is not a state: a pending delivery is shown as held while its rule queue is held.
 */
export class DeliveryStates {
  /** The pending deliveries that no index has yet. */
  readonly fresh: FreshDeliveries;
  readonly #sql: Sql;
  #takenBack = 0;

  constructor(sql: Sql, fresh = new FreshDeliveries(sql)) {
    this.#sql = sql;
    this.fresh = fresh;
  }

  /**
   * A counter that grows when deliveries are taken back. Code that read deliveries before must check them again before
   * sending.
   */
  get takenBack(): number {
    return this.#takenBack;
  }

  /** Inserts a new delivery. Returns false when one with the same identity exists. */
  begin(delivery: BegunDelivery): boolean {
    const { waitsUntilMs, value } = delivery;
    const begun = firstState(delivery);
    // A delivery that waits for its person is found by the end of its wait, and later by the index.
    const isFresh = begun.state === 'pending';
    const rows = this.#sql
      .exec(
        `INSERT INTO deliveries (lane_id, event_id, event_seq, happened_at_ms, enqueued_at_ms, waits_until_ms,
           currency, amount, state, reason, payload, person, shape, done_at_ms, is_fresh)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING RETURNING event_seq`,
        delivery.queueId,
        delivery.eventId,
        delivery.eventSeq,
        delivery.happenedAtMs,
        delivery.enqueuedAtMs,
        waitsUntilMs ?? null,
        value?.currencyCode ?? null,
        value?.amount ?? null,
        begun.state,
        begun.reason,
        begun.text,
        begun.person,
        begun.shape,
        begun.doneAtMs,
        isFresh ? 1 : null,
      )
      .toArray();
    const isNew = rows.length > 0;
    if (isNew && isFresh) this.fresh.add(delivery, begun.text ?? '');
    return isNew;
  }

  /** Removes a delivery that was never sent, so that a better event can use its identity. */
  giveWay({ queueId, eventId }: DeliveryKey): void {
    this.#sql.exec(
      `DELETE FROM deliveries WHERE lane_id = ? AND event_id = ? AND state NOT IN ('pending', 'delivered')`,
      queueId,
      eventId,
    );
  }

  /**
   * Makes deliveries pending that have waited long enough for their person. This includes deliveries that would wait
   * beyond `farAtMs`, because their time was written while the clock was wrong.
   */
  release({ nowMs, farAtMs, atMost }: { nowMs: number; farAtMs: number; atMost: number }): (DeliveryKey & {
    person: string;
  })[] {
    return this.#sql
      .exec<{ lane_id: number; event_id: string; person: string }>(
        `UPDATE deliveries SET state = 'pending', enqueued_at_ms = ?
         WHERE (lane_id, event_id) IN (
           SELECT lane_id, event_id FROM deliveries
           WHERE state = 'waiting' AND (waits_until_ms <= ? OR waits_until_ms > ?) AND lane_id IN (SELECT id FROM lanes)
           LIMIT ?)
         RETURNING lane_id, event_id, person`,
        nowMs,
        nowMs,
        farAtMs,
        atMost,
      )
      .toArray()
      .map((row) => ({ queueId: row.lane_id, eventId: row.event_id, person: row.person }));
  }

  /**
   * Adds the identity of the person to a waiting delivery. With an e-mail it becomes pending. Without one it keeps
   * waiting, because an e-mail may still come.
   *
   * @returns Its payload; undefined when it no longer waits.
   */
  identify(
    { queueId, eventId }: DeliveryKey,
    { late, hasEmail, person, nowMs }: { late: string; hasEmail: boolean; person: string; nowMs: number },
  ): string | undefined {
    const [row] = this.#sql
      .exec<{ payload: string }>(
        `UPDATE deliveries SET late = ?, state = iif(?, 'pending', state), enqueued_at_ms = ?, person = ?
         WHERE lane_id = ? AND event_id = ? AND state = 'waiting' RETURNING payload`,
        late,
        hasEmail ? 1 : 0,
        nowMs,
        person,
        queueId,
        eventId,
      )
      .toArray();
    return row?.payload;
  }

  /**
   * Records that LinkedIn accepted deliveries; `unconfirmed` when it took the request and its answer cannot be read.
   */
  deliver(deliveries: readonly OpenedDelivery[], end: End & { reason?: 'unconfirmed' }): void {
    this.#reshape(deliveries);
    this.#end(deliveries, 'delivered', end);
  }

  /** Records that deliveries failed. Their payloads stay, so that a person can replay them. */
  fail(deliveries: readonly OpenedDelivery[], end: End & { reason: string }): void {
    this.#reshape(deliveries);
    this.#end(deliveries, 'dead', end);
  }

  /** Records that we decided not to send deliveries. */
  skip(deliveries: readonly DeliveryKey[], end: End & { reason: 'test_mode' | 'no_identity' | 'no_consent' }): void {
    this.#end(deliveries, 'skipped', end);
  }

  /** Ends deliveries that are too old for LinkedIn. */
  expire({ happenedBeforeMs, nowMs }: { happenedBeforeMs: number; nowMs: number }): void {
    this.fresh.settle(this.fresh.list().filter(({ happenedAtMs }) => happenedAtMs < happenedBeforeMs));
    this.#sql.exec(
      `UPDATE deliveries SET state = 'expired', payload = NULL, late = NULL, person = NULL, done_at_ms = ?
       WHERE state = 'pending' AND is_fresh IS NULL AND happened_at_ms < ? AND lane_id IN (SELECT id FROM lanes)`,
      nowMs,
      happenedBeforeMs,
    );
    // A batch that waits for its permit may have read them.
    const [expired] = this.#sql.exec<{ deliveries: number }>('SELECT changes() AS deliveries').toArray();
    if (expired !== undefined && expired.deliveries > 0) this.#takenBack += 1;
  }

  /** Makes failed deliveries pending again. Their identity stays, so a replay delivers nothing twice. */
  replay(deliveries: readonly DeliveryKey[], { replayId, atMs }: { replayId: string; atMs: number }): void {
    this.#sql.exec(
      `UPDATE deliveries SET state = 'pending', enqueued_at_ms = ?, done_at_ms = NULL, attempt_id = NULL, reason = NULL,
         replay_id = ?,
         earlier = json_insert(ifnull(earlier, '[]'), '$[#]',
           json_object('reason', reason, 'done_at_ms', done_at_ms, 'attempt_id', attempt_id))
       WHERE (lane_id, event_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))
         AND state = 'dead' AND payload IS NOT NULL`,
      atMs,
      replayId,
      keysOf(deliveries),
    );
  }

  /** Records which replay deliveries belong to. Their state stays. */
  joinReplay(deliveries: readonly DeliveryKey[], replayId: string): void {
    this.#sql.exec(
      `UPDATE deliveries SET replay_id = ?
       WHERE (lane_id, event_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      replayId,
      keysOf(deliveries),
    );
  }

  /** Ends deliveries because the person asked for it or withdrew consent. Deletes everything that they contain. */
  erase(deliveries: readonly DeliveryKey[], { reason, atMs }: { reason: EraseReason; atMs: number }): void {
    this.fresh.recheck(deliveries);
    // If an erasure ends no delivery, other code doesn't have to check its deliveries again.
    if (deliveries.length > 0) this.#takenBack += 1;
    for (const { queueId, eventId } of deliveries)
      this.#sql.exec(
        `UPDATE deliveries SET state = 'erased', reason = ?, payload = NULL, late = NULL, person = NULL, shape = NULL,
           done_at_ms = ?
         WHERE lane_id = ? AND event_id = ? AND state IN ('pending', 'waiting', 'dead')`,
        reason,
        atMs,
        queueId,
        eventId,
      );
  }

  /** Ends the pending, waiting and failed deliveries of a deleted integration. Returns their number. */
  discard(integrationId: string, atMs: number): number {
    this.fresh.recheck('all');
    this.#takenBack += 1;
    return this.#sql
      .exec(
        `UPDATE deliveries SET state = 'skipped', reason = 'integration_deleted', payload = NULL, late = NULL,
           person = NULL, done_at_ms = ?
         WHERE state IN ('pending', 'waiting', 'dead') AND lane_id IN (SELECT id FROM lanes WHERE integration_id = ?)
         RETURNING lane_id`,
        atMs,
        integrationId,
      )
      .toArray().length;
  }

  /**
   * Fails deliveries with a part that can no longer be read. They cannot be replayed, so their payloads are deleted,
   * those of already failed ones too. Texts that were resealed since they were read are left alone.
   */
  lose(texts: readonly LostText[], atMs: number): void {
    this.fresh.recheck(texts);
    for (const { queueId, eventId, column, text } of texts)
      this.#sql.exec(
        `UPDATE deliveries SET
           reason = iif(state = 'dead', reason, 'payload_unreadable'), done_at_ms = iif(state = 'dead', done_at_ms, ?),
           state = 'dead', is_fresh = NULL, payload = NULL, late = NULL, person = NULL
         WHERE lane_id = ? AND event_id = ? AND state IN ('pending', 'waiting', 'dead') AND ${column} = ?`,
        atMs,
        queueId,
        eventId,
        text,
      );
  }

  /** Replaces a sealed text by the same text under another key, if it is still there. Returns the person's tags. */
  reseal({ queueId, eventId, column, text }: LostText, sealed: string): { person: string | null } | undefined {
    this.fresh.recheck([{ queueId, eventId }]);
    return this.#sql
      .exec<{ person: string | null }>(
        `UPDATE deliveries SET ${column} = ?, is_fresh = NULL WHERE lane_id = ? AND event_id = ? AND ${column} = ? RETURNING person`,
        sealed,
        queueId,
        eventId,
        text,
      )
      .toArray()[0];
  }

  /**
   * Deletes the payloads of some failed deliveries. LinkedIn's answer stays, but the deliveries can no longer be
   * replayed. Returns whether none is left.
   */
  emptyDeadLetters({ doneBeforeMs }: { doneBeforeMs: number }): boolean {
    const emptied = this.#sql.exec(
      `UPDATE deliveries SET payload = NULL, late = NULL, person = NULL
       WHERE (lane_id, event_id) IN (
         SELECT lane_id, event_id FROM deliveries
         WHERE state = 'dead' AND payload IS NOT NULL AND done_at_ms < ? ORDER BY done_at_ms LIMIT ${EMPTIED_AT_ONCE})
       RETURNING 1`,
      doneBeforeMs,
    );
    return emptied.toArray().length < EMPTIED_AT_ONCE;
  }

  /** Deletes the deliveries of events that are deleted. Pending ones are never among them; see `Deliveries.old`. */
  forget(events: readonly NamedByEvent[]): void {
    for (const { deliveries } of events)
      this.#sql.exec(
        `DELETE FROM deliveries WHERE (lane_id, event_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
        deliveries,
      );
  }

  #end(
    deliveries: readonly DeliveryKey[],
    state: 'delivered' | 'dead' | 'skipped',
    { reason, atMs, attemptId }: End & { reason?: string },
  ): void {
    const [first] = deliveries;
    if (first === undefined) return;
    this.fresh.recheck(deliveries);
    const [payload, late, person] = ['payload', 'late', 'person'].map((kept) => (state === 'dead' ? kept : 'NULL'));
    this.#sql.exec(
      `UPDATE deliveries SET state = ?, reason = ?, done_at_ms = ?, attempt_id = ?, is_fresh = NULL,
         payload = ${payload}, late = ${late}, person = ${person}
       WHERE lane_id = ? AND state = 'pending' AND event_id IN (SELECT value FROM json_each(?))`,
      state,
      reason ?? null,
      atMs,
      attemptId ?? null,
      first.queueId,
      JSON.stringify(deliveries.map(({ eventId }) => eventId)),
    );
  }

  /** Records the shape of what was sent, which may have more or fewer fields than the stored payload. */
  #reshape(deliveries: readonly OpenedDelivery[]): void {
    for (const { queueId, eventId, payload } of deliveries) {
      if (payload.kind !== 'element' || !payload.isRebuilt) continue;
      const element: ConversionEvent = JSON.parse(payload.element);
      this.#sql.exec(
        'UPDATE deliveries SET shape = ? WHERE lane_id = ? AND event_id = ?',
        JSON.stringify(payloadShape(element)),
        queueId,
        eventId,
      );
    }
  }
}
