import { spellingsByCharacter } from '../../../domain/search/spellings.ts';
import { namesWith, orderInFacts } from '../../event-store/found-events.ts';
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

/** The most beginnings of IDs that are tried for one text. An ID of 36 characters rarely needs more than 50. */
const MOST_BEGINNINGS = 2_000;

/**
 * SQL for the events with an ID that begins with a text, in any spelling. It adds one character after the other, and
 * goes on only where the index has such an ID, so it reads a few rows for each character. The longest beginnings go on
 * first, so that the limit ends nothing that may still be found.
 *
 * Parameters: ?1 the spellings of each character, as JSON; ?2 `END`; ?3 the number of characters; ?4 the most events.
 */
const eventsWith = (seq: string, { id, among }: { id: string; among: string }): string => `
  WITH RECURSIVE begun (characters, text) AS (
    SELECT 0, ''
    UNION
    SELECT characters + 1, text || spelling.value
    FROM begun CROSS JOIN json_each(?1, '$[' || characters || ']') AS spelling
    WHERE EXISTS (
      SELECT 1 FROM ${among} WHERE ${id} >= text || spelling.value AND ${id} < text || spelling.value || ?2
    )
    ORDER BY 1 DESC LIMIT ${MOST_BEGINNINGS}
  )
  SELECT ${seq} AS seq FROM begun CROSS JOIN ${among}
  WHERE characters = ?3 AND ${id} >= text AND ${id} < text || ?2 LIMIT ?4`;

const BY_MESSAGE_ID = eventsWith('events.seq', {
  id: 'events.message_id',
  // The ID of a repeated event is a random key.
  among: '(SELECT seq, message_id FROM events WHERE repeat_of IS NULL) AS events',
});
const BY_EVENT_ID = eventsWith('deliveries.event_seq', {
  id: 'deliveries.event_id',
  among: 'lanes CROSS JOIN deliveries ON deliveries.lane_id = lanes.id',
});

/** Finds events and names of events. It reads indexes, the newest events, and the counts of some days. */
export class FoundInOutbox {
  readonly #sql: Sql;
  readonly #history: EventHistory;

  constructor(sql: Sql, history: EventHistory) {
    this.#sql = sql;
    this.#history = history;
  }

  find({ messageIds, eventIds, orders = [], name, sinceDay, atMost }: WantedEvents): FoundEvents {
    const byMessage = messageIds.flatMap((id) => this.#beginning(BY_MESSAGE_ID, id, atMost));
    const byEvent = eventIds.flatMap((id) => this.#beginning(BY_EVENT_ID, id, atMost));
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

  /** Returns the events that have an ID that begins with a text, in any spelling. */
  #beginning(query: string, text: string, atMost: number): number[] {
    const spellings = spellingsByCharacter(text);
    return this.#seqs(query, JSON.stringify(spellings), END, spellings.length, atMost);
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
