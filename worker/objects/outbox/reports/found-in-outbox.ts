import { namesWith } from '../../event-store/found-events.ts';
import type { FoundEvents, WantedEvents } from '../../event-store/found-events.ts';
import { OTHER_NAMES } from '../../event-store/ledger-names.ts';
import type { Sql } from '../../sql.ts';
import type { EventHistory } from './event-history.ts';

/** The number of the newest events whose names are searched. Older names are in the counts. */
const NAMED_EVENTS = 2_000;

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

  find({ messageIds, eventIds, name, sinceDay, atMost }: WantedEvents): FoundEvents {
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
    const seqs = [...new Set([...byMessage, ...byEvent])].slice(0, 2 * atMost);
    return {
      events: this.#history
        .at(seqs)
        .map(({ event }) => event)
        .toReversed(),
      names: namesWith(name, this.#names(sinceDay), atMost),
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
