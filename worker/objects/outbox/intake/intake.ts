import { utf8Bytes } from '../../../domain/collect/storage-budget.ts';
import { payloadShape } from '../../../domain/delivery/payload-shape.ts';
import { MAX_BATCH_EVENTS } from '../../../linkedin/batch/max-batch-events.ts';
import type { ConsentKeeper } from '../../event-store/consents.ts';
import { IS_FROM_SERVER, writeFacts } from '../../event-store/event-facts.ts';
import type { RowMemory } from '../../event-store/row-memory.ts';
import type { Sql } from '../../sql.ts';
import type { DeliveryStates } from '../delivery-states.ts';
import type { KeptPayload, SealedEvent } from '../delivery-types.ts';
import type { RuleQueues } from '../sending/rule-queues.ts';
import type { IdentityWaits } from './identity-waits.ts';
import { mayReplace } from './may-replace.ts';

/** The number of skipped events that are stored with the same ID. Further ones count as duplicates. */
const MAX_SKIPPED_OF_AN_ID = 4;

/** A repeated event gets a random key, so that a stranger cannot use the key first. */
const REPEAT_KEY_BYTES = 25;

/** The shared context of a request's events. */
type Keeping = {
  consents: ConsentKeeper;
  room: 'for_all' | 'for_conversions';
  /** Returns the place of the next event in the order of arrival. */
  nextSeq: () => number;
};

/** A delivery that an event asks for. */
type Wanted = {
  queueId: number;
  eventId: string;
  value: { currencyCode: string; amount: string } | undefined;
  waitsUntilMs: number | undefined;
  payload: KeptPayload;
  shape: string | null;
  isIdentified: boolean;
  isTest: boolean;
};

/** An existing delivery with the same identity. */
type Standing = {
  state: string;
  reason: string | null;
  person: string | null;
  event_seq: number;
  is_from_server: number | null;
};

/**
 * Stores events.
 *
 * Only a delivery blocks a delivery: its identity is (integration, rule, event ID), and a skipped event has none. So an
 * event with a known ID is not refused. It is stored next to the earlier one if it has a new delivery. If it brings
 * nothing new, like a client's retry, it is a duplicate.
 */
export class Intake {
  readonly #sql: Sql;
  readonly #states: DeliveryStates;
  readonly #queues: RuleQueues;
  readonly #waits: IdentityWaits;
  readonly #memory: RowMemory;

  constructor(
    sql: Sql,
    {
      queues,
      waits,
      states,
      memory,
    }: { queues: RuleQueues; waits: IdentityWaits; states: DeliveryStates; memory: RowMemory },
  ) {
    this.#sql = sql;
    this.#memory = memory;
    this.#states = states;
    this.#queues = queues;
    this.#waits = waits;
  }

  /**
   * Stores an event with its deliveries.
   *
   * @param room `for_conversions`: there is no room for events without deliveries.
   * @returns `kept` if it has a row now. If not, it is only counted, under the returned name.
   */
  keep(receipt: SealedEvent, keeping: Keeping): 'kept' | 'skipped' | 'duplicate' {
    const wanted = this.#wanted(receipt);
    if (keeping.room === 'for_conversions') {
      if (wanted.length === 0) return 'skipped';
      if (!wanted.some((delivery) => this.#isFree(delivery, receipt))) return 'duplicate';
    }
    const seq =
      this.#insertEvent(receipt, wanted, { ...keeping, isRepeat: false }) ??
      this.#insertRepeat(receipt, wanted, keeping);
    if (seq === undefined) return 'duplicate';
    const own = wanted.filter((delivery) => this.#insertDelivery(delivery, receipt, seq));
    for (const delivery of own) if (delivery.waitsUntilMs !== undefined) this.#waits.begin(delivery, receipt);
    if (own.length < wanted.length) this.#leaveWith(seq, own, 'duplicate');
    return 'kept';
  }

  #wanted({ deliveries }: SealedEvent): Wanted[] {
    return deliveries.map(({ integrationId, ruleId, eventId, element, wait, payload, isTest = false }) => ({
      queueId: this.#queueId(integrationId, ruleId),
      eventId,
      value: wait?.conversion.facts.value ?? element?.conversionValue,
      waitsUntilMs: wait?.untilMs,
      payload,
      // For a conversion that waits for its person, the shape is not known yet.
      shape: element === undefined || wait !== undefined ? null : JSON.stringify(payloadShape(element)),
      isIdentified: element !== undefined,
      isTest,
    }));
  }

  #queueId(integrationId: string, ruleId: string): number {
    const key = `queue ${integrationId} ${ruleId}`;
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const id = this.#queues.idOf({ integrationId, ruleId, maxBatch: MAX_BATCH_EVENTS });
    this.#memory.set(key, id);
    return id;
  }

  /** Returns the event's position in the order of arrival; undefined when its ID is taken. */
  #insertEvent(
    receipt: SealedEvent,
    wanted: readonly Wanted[],
    { consents, nextSeq, isRepeat }: Keeping & { isRepeat: boolean },
  ): number | undefined {
    const { reference, bytes: consent } = consents.refer(receipt.consent, receipt.consentAsked);
    const id = utf8Bytes(receipt.messageId);
    const facts = writeFacts(receipt, reference, {
      sent: receipt.sentBytes,
      name: utf8Bytes(receipt.name ?? ''),
      keys: isRepeat ? [id, REPEAT_KEY_BYTES] : [id],
      consent,
    });
    const [event] = this.#sql
      .exec<{ seq: number }>(
        `INSERT INTO events (seq, message_id, repeat_of, type, name, happened_at_ms, received_at_ms, facts, skip_reason, deliveries, counted_as)
         VALUES (?10, ${isRepeat ? "'~' || lower(hex(randomblob(12)))" : '?1'}, ${isRepeat ? '?1' : 'NULL'},
           ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (message_id) DO NOTHING RETURNING seq`,
        receipt.messageId,
        receipt.type,
        receipt.name ?? null,
        receipt.happenedAtMs,
        receipt.receivedAtMs,
        facts,
        receipt.skipReason ?? null,
        identitiesOf(wanted),
        receipt.countedAs ?? null,
        nextSeq(),
      )
      .toArray();
    return event?.seq;
  }

  /** Stores an event whose ID came before. Returns undefined when it brings nothing new. */
  #insertRepeat(receipt: SealedEvent, wanted: readonly Wanted[], keeping: Keeping): number | undefined {
    const isNew =
      wanted.length > 0 ? wanted.some((delivery) => this.#isFree(delivery, receipt)) : this.#isAnotherSkip(receipt);
    return isNew ? this.#insertEvent(receipt, wanted, { ...keeping, isRepeat: true }) : undefined;
  }

  #isFree(delivery: Wanted, receipt: SealedEvent): boolean {
    const standing = this.#standing(delivery);
    return standing === undefined || mayReplace(standing, delivery, receipt);
  }

  /** Returns whether all earlier events with this ID were skipped and differ from this one. */
  #isAnotherSkip({ messageId, type, name, skipReason }: SealedEvent): boolean {
    const earlier = this.#sql
      .exec<{ type: string; name: string | null; skip_reason: string | null }>(
        `SELECT type, name, skip_reason FROM events WHERE message_id = ?1
         UNION ALL SELECT type, name, skip_reason FROM events WHERE repeat_of = ?1 LIMIT ?2`,
        messageId,
        MAX_SKIPPED_OF_AN_ID,
      )
      .toArray();
    return (
      earlier.length < MAX_SKIPPED_OF_AN_ID &&
      earlier.every(
        (event) =>
          event.skip_reason !== null &&
          (event.type !== type || event.name !== (name ?? null) || event.skip_reason !== skipReason),
      )
    );
  }

  /** Returns false when another event has this identity. */
  #insertDelivery(delivery: Wanted, receipt: SealedEvent, seq: number): boolean {
    if (this.#insert(delivery, receipt, seq)) return true;
    const standing = this.#standing(delivery);
    if (standing === undefined || !mayReplace(standing, delivery, receipt)) return false;
    this.#takeOut(delivery, standing);
    return this.#insert(delivery, receipt, seq);
  }

  #insert(
    { queueId, eventId, value, waitsUntilMs, payload, shape }: Wanted,
    receipt: SealedEvent,
    seq: number,
  ): boolean {
    return this.#states.begin({
      queueId,
      eventId,
      eventSeq: seq,
      happenedAtMs: receipt.happenedAtMs,
      enqueuedAtMs: receipt.receivedAtMs,
      waitsUntilMs,
      payload,
      value,
      person: receipt.person.join(' '),
      shape,
    });
  }

  #standing({ queueId, eventId }: Wanted): Standing | undefined {
    const [standing] = this.#sql
      .exec<Standing>(
        `SELECT deliveries.state, deliveries.reason, deliveries.person, deliveries.event_seq,
           ${IS_FROM_SERVER} AS is_from_server
         FROM deliveries LEFT JOIN events ON events.seq = deliveries.event_seq
         WHERE deliveries.lane_id = ? AND deliveries.event_id = ?`,
        queueId,
        eventId,
      )
      .toArray();
    return standing;
  }

  /** Removes a delivery that a better event with the same identity replaces. */
  #takeOut({ queueId, eventId }: Wanted, { state, reason, person, event_seq: seq }: Standing): void {
    this.#waits.end([{ queueId, eventId, person: person ?? '' }]);
    this.#states.giveWay({ queueId, eventId });
    const [event] = this.#sql
      .exec<{ deliveries: string }>('SELECT deliveries FROM events WHERE seq = ?', seq)
      .toArray();
    if (event === undefined) return;
    // Written by `identitiesOf`.
    const identities: [queueId: number, eventId: string][] = JSON.parse(event.deliveries);
    const left = identities.filter(([queue, id]) => queue !== queueId || id !== eventId);
    this.#leaveWith(
      seq,
      left.map(([queue, id]) => ({ queueId: queue, eventId: id })),
      state === 'skipped' && reason !== null ? reason : 'replaced',
    );
  }

  /** Sets the deliveries of an event, and a skip reason if none is left. */
  #leaveWith(seq: number, own: readonly Pick<Wanted, 'queueId' | 'eventId'>[], reasonIfNone: string): void {
    this.#sql.exec(
      'UPDATE events SET deliveries = ?, skip_reason = ? WHERE seq = ?',
      identitiesOf(own),
      own.length === 0 ? reasonIfNone : null,
      seq,
    );
  }
}

function identitiesOf(deliveries: readonly Pick<Wanted, 'queueId' | 'eventId'>[]): string {
  return JSON.stringify(deliveries.map(({ queueId, eventId }) => [queueId, eventId]));
}
