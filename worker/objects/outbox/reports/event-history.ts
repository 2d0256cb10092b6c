import { MAX_LIST_CHARS } from '../../../domain/collect/storage-budget.ts';
import { readTrace } from '../../../domain/rules/read-trace.ts';
import type { EventView } from '../../../schema/events/event-view.ts';
import { Consents } from '../../event-store/consents.ts';
import type { KeptConsent } from '../../event-store/consents.ts';
import { readFacts } from '../../event-store/event-facts.ts';
import { eventViewOf } from '../../event-store/event-view-of.ts';
import type { KeptStory, NumberedEvent } from '../../event-store/event-view-of.ts';
import { readTriggers } from '../../event-store/kept-triggers.ts';
import { MAX_SAME_ID } from '../../event-store/max-same-id.ts';
import { TriggerSets } from '../../event-store/trigger-sets.ts';
import type { Sql } from '../../sql.ts';
import { deliveryId } from '../delivery-id.ts';
import { DeliveryHistory } from './delivery-history.ts';

type EventRow = {
  seq: number;
  message_id: string;
  repeat_of: string | null;
  type: string;
  name: string | null;
  happened_at_ms: number;
  received_at_ms: number;
  facts: string;
  skip_reason: string | null;
  deliveries: string;
};

type ConsentReader = (factsText: string) => KeptConsent;

/**
 * Reads the outcomes of events from the rows that the outbox works with. Only the values that triggers saw and the
 * shape of payloads are stored just to explain events (docs/decisions/0019).
 */
export class EventHistory {
  readonly #sql: Sql;
  readonly #triggerSets: TriggerSets;
  readonly #consents: Consents;
  readonly #deliveries: DeliveryHistory;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#triggerSets = new TriggerSets(sql);
    this.#consents = new Consents(sql);
    this.#deliveries = new DeliveryHistory(sql);
  }

  /**
   * Returns one event with its deliveries' stories, and the result of each trigger.
   *
   * @param seq Selects one of the events with this ID. Without it, the newest that has deliveries, or else the newest.
   */
  event(messageId: string, seq?: number): KeptStory | undefined {
    const rows = this.#sql
      .exec<EventRow>(
        `SELECT * FROM (
           SELECT * FROM events WHERE message_id = ?1 AND repeat_of IS NULL
           UNION ALL SELECT * FROM events WHERE repeat_of = ?1)
         ORDER BY seq IS ?2 DESC, skip_reason IS NULL DESC, seq DESC LIMIT ?3`,
        messageId,
        seq ?? null,
        MAX_SAME_ID + 1,
      )
      .toArray();
    const [row, ...others] = rows;
    if (row === undefined) return undefined;
    const consentOf = this.#consents.reader();
    const event = this.#event(row, consentOf);
    return {
      ...event,
      same_id: others.map((other) => this.#event(other, consentOf)),
      triggers: this.#triggers(row),
      deliveries: event.deliveries.flatMap(
        ({ integration_id: id, conversion_rule_id: ruleId, event_id: eventId }) =>
          this.#deliveries.whole(id, deliveryId({ ruleId, eventId })) ?? [],
      ),
    };
  }

  latest({ limit, beforeSeq }: { limit: number; beforeSeq: number | undefined }): {
    data: EventView[];
    nextSeq: number | undefined;
  } {
    const seqs = this.#seqs(
      'SELECT seq FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?',
      beforeSeq ?? Number.MAX_SAFE_INTEGER,
      limit,
    );
    const data = this.#inOneCall(seqs).map(({ event }) => event);
    const isAll = seqs.length < limit && data.length === seqs.length;
    return { data, nextSeq: isAll ? undefined : data.at(-1)?.seq };
  }

  /** Returns the events after a position in the order of arrival, the oldest first. */
  after({ seq, limit }: { seq: number; limit: number }): NumberedEvent[] {
    return this.#inOneCall(this.#seqs('SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit));
  }

  /**
   * Returns the current state of the events at some positions in the order of arrival, as many of the first ones as fit
   * in one call.
   */
  at(seqs: readonly number[]): NumberedEvent[] {
    return this.#inOneCall(seqs.toSorted((one, other) => one - other));
  }

  #seqs(query: string, ...bindings: number[]): number[] {
    return this.#sql
      .exec<{ seq: number }>(query, ...bindings)
      .toArray()
      .map(({ seq }) => seq);
  }

  /** Reads events until the answer is as large as a call to another object allows. Returns at least one. */
  #inOneCall(seqs: readonly number[]): NumberedEvent[] {
    const consentOf = this.#consents.reader();
    const events: NumberedEvent[] = [];
    let chars = 0;
    for (const seq of seqs) {
      const [row] = this.#sql.exec<EventRow>('SELECT * FROM events WHERE seq = ?', seq).toArray();
      if (row === undefined) continue;
      const event = this.#event(row, consentOf);
      chars += JSON.stringify(event).length;
      if (chars > MAX_LIST_CHARS && events.length > 0) break;
      events.push({ seq, event });
    }
    return events;
  }

  #triggers({ facts }: EventRow): KeptStory['triggers'] {
    return Object.fromEntries(
      Object.entries(readTriggers(facts)).map(([integrationId, trace]) => [
        integrationId,
        readTrace(trace, this.#triggerSets.bodyOf(trace.set) ?? '[]'),
      ]),
    );
  }

  #event(row: EventRow, consentOf: ConsentReader): EventView {
    return eventViewOf(
      {
        seq: row.seq,
        messageId: row.repeat_of ?? row.message_id,
        type: row.type,
        name: row.name,
        happenedAtMs: row.happened_at_ms,
        receivedAtMs: row.received_at_ms,
        skipReason: row.skip_reason,
        facts: readFacts(row.facts),
        consent: consentOf(row.facts).consent,
      },
      this.#deliveries.ofEvent(row.seq),
    );
  }
}
