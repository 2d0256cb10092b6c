/** Repeatable random numbers: the same seed gives the same cases (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a number from 0 up to, but not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from');
    return item;
  }

  list<Item>(atMost: number, make: () => Item): Item[] {
    return Array.from({ length: this.below(atMost + 1) }, make);
  }
}

/**
 * Returns the number of cases for a suite. `npm test` runs 20,000 in total, `FULL=1 npm test`, as in CI, 60,000, and
 * `npm run test:segment` 500,000.
 */
export function casesFor(share: number): number {
  const all = Number(process.env['SEGMENT_CASES'] ?? (process.env['FULL'] === undefined ? 20_000 : 60_000));
  return Math.ceil(all * share);
}

export const SEED = Number(process.env['SEGMENT_SEED'] ?? 20_261_128);
