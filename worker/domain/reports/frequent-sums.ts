/**
 * Adds up rows by key and drops the rarest ones, so that memory is bounded, however many keys a stranger makes up. Rows
 * that are frequent all the time are counted exactly.
 */
export class FrequentSums<Row extends { events: number }> {
  readonly #most: number;
  #sums = new Map<string, Row>();

  /** @param most The number of keys in memory. */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param sumOf Returns the sum of two rows with the same key. */
  add(key: string, row: Row, sumOf: (one: Row, other: Row) => Row): void {
    const known = this.#sums.get(key);
    this.#sums.set(key, known === undefined ? row : sumOf(known, row));
    if (this.#sums.size > this.#most) this.#sums = new Map(this.#ranked().slice(0, Math.ceil(this.#most / 2)));
  }

  all(): Row[] {
    return [...this.#sums.values()];
  }

  /** Returns the most frequent rows. */
  most(count: number): Row[] {
    return this.#ranked()
      .slice(0, count)
      .map(([, row]) => row);
  }

  #ranked(): [string, Row][] {
    return [...this.#sums].toSorted(([, one], [, other]) => other.events - one.events);
  }
}
