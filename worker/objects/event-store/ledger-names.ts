import type { NameRank } from '../../domain/privacy/name-rank.ts';
import type { Sql } from '../sql.ts';

/** The name under which events are counted when there are too many names. */
export const OTHER_NAMES = '(other)';

/**
 * The number of names that a day may have when another one is added. Earlier names keep their place. Unknown names use
 * at most half of the room, and a catch-all mapping leaves room for names that a mapping mentions.
 */
const MOST_NAMES: Readonly<Record<NameRank, number>> = { named: 1_000, fired: 800, unwanted: 500 };

/**
 * Decides under which name an event is counted. Anybody with the write key can make up names, so a day has room for a
 * thousand.
 *
 * The name is decided once, when the event arrives, and stored with it, so both sides of the ledger use the same one.
 */
export class LedgerNames {
  readonly #sql: Sql;
  readonly #uncounted: (day: string) => Iterable<string>;
  #day = '';
  #known = new Set<string>();

  /** @param uncounted Returns the names of a day that are not in the table yet. */
  constructor(sql: Sql, uncounted: (day: string) => Iterable<string> = () => []) {
    this.#sql = sql;
    this.#uncounted = uncounted;
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
    const names = [...rows.map(({ name }) => name), ...this.#uncounted(day)];
    this.#known = new Set(names.filter((name) => name !== OTHER_NAMES));
  }
}
