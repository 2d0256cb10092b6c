import type { NameRank } from '../../../domain/privacy/name-rank.ts';
import type { Sql } from '../../sql.ts';

/** Under this name events are counted whose names are too many. */
export const OTHER_NAMES = '(other)';

/**
 * How many names a day may have when one more comes. Who comes first keeps its name; but names that nobody asked for take
 * at most half of the room, and a catch-all mapping leaves room for those that a mapping names.
 */
const MOST_NAMES: Readonly<Record<NameRank, number>> = { named: 1_000, fired: 800, unwanted: 500 };

/**
 * Says under which name an event is counted. Whoever has the write key chooses names, so a day has room for a thousand.
 *
 * It is decided once, when the event comes, and kept with it: both sides of the ledger count it so.
 */
export class LedgerNames {
  readonly #sql: Sql;
  #day = '';
  #known = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param day UTC, `YYYY-MM-DD`. */
  countedAs(name: string, { day, rank }: { day: string; rank: NameRank }): string {
    if (day !== this.#day) this.#read(day);
    if (this.#known.has(name)) return name;
    if (this.#known.size >= MOST_NAMES[rank]) return OTHER_NAMES;
    this.#known.add(name);
    return name;
  }

  #read(day: string): void {
    const rows = this.#sql
      .exec<{ name: string }>('SELECT DISTINCT name FROM counts WHERE day = ? LIMIT ?', day, 2 * MOST_NAMES.named)
      .toArray();
    this.#day = day;
    this.#known = new Set(rows.map(({ name }) => name).filter((name) => name !== OTHER_NAMES));
  }
}
