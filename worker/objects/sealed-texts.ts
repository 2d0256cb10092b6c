import { KEPT_STATES } from './deliveries.ts';
import type { DeliveryKey } from './deliveries.ts';
import type { Sql } from './sql.ts';

/** A sealed text as it stands in a delivery. */
export type SealedText = DeliveryKey & { column: 'payload' | 'late'; text: string };

const COLUMNS = ['payload', 'late'] as const;

/** What is kept of deliveries under seal: `k.<key id>.…`, a key id having 27 characters. */
export class SealedTexts {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What is kept under some keys, to be sealed anew. */
  under(keyIds: ReadonlySet<string>, { atMost }: { atMost: number }): SealedText[] {
    return COLUMNS.flatMap((column) =>
      KEPT_STATES.flatMap((state) =>
        this.#sql
          .exec<{ lane_id: number; event_id: string; text: string }>(
            `SELECT lane_id, event_id, ${column} AS text FROM deliveries
               WHERE state = '${state}' AND lane_id IN (SELECT id FROM lanes)
                 AND substr(${column}, 3, 27) IN (SELECT value FROM json_each(?)) LIMIT ?`,
            JSON.stringify([...keyIds]),
            atMost,
          )
          .toArray()
          .map((row) => ({ laneId: row.lane_id, eventId: row.event_id, text: row.text, column })),
      ),
    ).slice(0, atMost);
  }

  /** Replaces sealed texts by what they are now; those that have ended meanwhile are gone, and stay so. */
  replace(texts: readonly SealedText[], sealed: readonly string[]): void {
    for (const [index, { laneId, eventId, column, text }] of texts.entries())
      this.#sql.exec(
        `UPDATE deliveries SET ${column} = ? WHERE lane_id = ? AND event_id = ? AND ${column} = ?`,
        sealed[index] ?? text,
        laneId,
        eventId,
        text,
      );
  }

  /** The ids of the keys under which something is still kept. */
  keysInUse(): Set<string> {
    const keyIds = COLUMNS.flatMap((column) =>
      KEPT_STATES.flatMap((state) =>
        this.#sql
          .exec<{ key_id: string }>(
            `SELECT DISTINCT substr(${column}, 3, 27) AS key_id FROM deliveries
             WHERE state = '${state}' AND lane_id IN (SELECT id FROM lanes) AND ${column} LIKE 'k.%'`,
          )
          .toArray(),
      ),
    );
    return new Set(keyIds.map(({ key_id }) => key_id));
  }
}
