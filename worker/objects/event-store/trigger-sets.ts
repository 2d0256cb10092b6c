import type { TriggerSet } from '../../domain/rules/ready-mappings.ts';
import type { Sql } from '../sql.ts';
import { RowMemory } from './row-memory.ts';

/** Stores the triggers that events were matched with, once for all events that name them. */
export class TriggerSets {
  readonly #sql: Sql;
  readonly #memory: RowMemory;

  /** @param memory Needed only for storing. */
  constructor(sql: Sql, memory = new RowMemory()) {
    this.#sql = sql;
    this.#memory = memory;
  }

  /** @param day The UTC day, `YYYY-MM-DD`. A set is written once a day and not once per event. */
  keep(sets: readonly TriggerSet[], day: string): void {
    for (const { fingerprint, body } of sets) {
      const key = `triggers ${day} ${fingerprint}`;
      if (this.#memory.get(key) !== undefined) continue;
      this.#memory.set(key, 1);
      this.#sql.exec(
        `INSERT INTO trigger_sets (fingerprint, body, used_day) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET used_day = excluded.used_day WHERE used_day < excluded.used_day`,
        fingerprint,
        body,
        day,
      );
    }
  }

  bodyOf(fingerprint: string): string | undefined {
    const [row] = this.#sql
      .exec<{ body: string }>('SELECT body FROM trigger_sets WHERE fingerprint = ?', fingerprint)
      .toArray();
    return row?.body;
  }

  /** Deletes sets that no event names any more. */
  forget({ usedBeforeDay }: { usedBeforeDay: string }): void {
    this.#sql.exec('DELETE FROM trigger_sets WHERE used_day < ?', usedBeforeDay);
  }
}
