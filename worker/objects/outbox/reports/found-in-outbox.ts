import { orderInFacts } from '../../event-store/event-facts.ts';
import { namesWith } from '../../event-store/found-events.ts';
import type { FoundEvents, WantedEvents } from '../../event-store/found-events.ts';
import { OTHER_NAMES } from '../../event-store/ledger-names.ts';
import type { Sql } from '../../sql.ts';
import type { EventHistory } from './event-history.ts';

/** The number of the newest events whose names are searched. Older names are in the counts. */
const NAMED_EVENTS = 2_000;

/**
 * The number of the newest events whose order is searched. It has no index, because each entry of one is a row that is
 * paid for with every event, and few people ever search.
 */
const SEARCHED_FOR_ORDERS = 10_000;

/** Added to a text, it sorts after every text that begins with the same characters. */
const END = '\u{10FFFF}';

/** Finds events and names of events. It reads indexes, the newest events, and the counts of some days. */
export class FoundInOutbox {
  readonly #sql: Sql;
  readonly #history: EventHistory;

  constructor(sql: Sql, history: EventHistory) {
    this.#sql = sql;
    this.#history = history;
  }

  find({ messageIds, eventIds, orders = [], name, sinceDay, atMost }: WantedEvents): FoundEvents {
    const byMessage = messageIds.flatMap((id) =>
      this.#seqs(
        `SELECT seq FROM events WHERE message_id >= ?1 AND message_id < ?2 AND repeat_of IS NULL
         ORDER BY message_id LIMIT ?3`,
        id,
        id + END,
        atMost,
      ),
    );
    const byEvent = eventIds.flatMap((id) =>
      this.#seqs(
        `SELECT event_seq AS seq FROM lanes CROSS JOIN deliveries ON deliveries.lane_id = lanes.id
         WHERE event_id >= ?1 AND event_id < ?2 LIMIT ?3`,
        id,
        id + END,
        atMost,
      ),
    );
    const ofOrder =
      orders.length === 0
        ? []
        : this.#seqs(
            `SELECT seq FROM (SELECT seq, facts, repeat_of FROM events ORDER BY seq DESC LIMIT ${SEARCHED_FOR_ORDERS})
             WHERE repeat_of IS NULL
             AND EXISTS (SELECT 1 FROM json_each(?1) AS wanted WHERE instr(facts, wanted.value) > 0) LIMIT ?2`,
            JSON.stringify(orders.map(orderInFacts)),
            atMost,
          );
    const seqs = [...new Set([...ofOrder, ...byMessage, ...byEvent])].slice(0, 2 * atMost);
    return {
      events: this.#history
        .at(seqs)
        .map(({ event }) => event)
        .toReversed(),
      names: namesWith(name, this.#names(sinceDay), atMost),
      ofOrder,
    };
  }

  #seqs(query: string, ...bindings: (string | number)[]): number[] {
    return this.#sql
      .exec<{ seq: number }>(query, ...bindings)
      .toArray()
      .map(({ seq }) => seq);
  }

  #names(sinceDay: string): string[] {
    return this.#sql
      .exec<{ name: string }>(
        `SELECT DISTINCT name FROM (SELECT name FROM events ORDER BY seq DESC LIMIT ${NAMED_EVENTS})
         WHERE name IS NOT NULL
         UNION SELECT DISTINCT name FROM counts WHERE day >= ? AND name != '${OTHER_NAMES}'`,
        sinceDay,
      )
      .toArray()
      .map(({ name }) => name);
  }
}
