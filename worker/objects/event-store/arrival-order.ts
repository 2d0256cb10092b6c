/** The number of stores that a source may have, and of events in one of them that may arrive within a millisecond. */
const STORES = 16;
const EVENTS_A_MS = 128;
const SEQ_A_MS = STORES * EVENTS_A_MS;

/** Rows of older releases were numbered from 1. A time since 1970 gives more than this. */
const FIRST_BY_TIME = 2 ** 40;

/** The numbers of a source's stores. They are part of each `seq`, so they never change. */
const STORE_NUMBERS = { outbox: 0, tally: 8 } as const;

export type StoreName = keyof typeof STORE_NUMBERS;

/**
 * Numbers the events of one store by their arrival: a later event has a larger number. The numbers are made of the time
 * and the store, so they are unique within the source, and lists of several stores can be merged.
 *
 * Safe integers until the year 2109.
 */
export class ArrivalOrder {
  readonly #store: number;
  #newest: number;

  /** @param newest The largest number in the store; 0 when it is empty. */
  constructor(store: StoreName, newest: number) {
    this.#store = STORE_NUMBERS[store];
    this.#newest = newest;
  }

  /** Returns the next number. After the clock was set back, it continues from the newest number. */
  next(nowMs: number): number {
    const byTime = Math.floor(nowMs) * SEQ_A_MS + this.#store;
    this.#newest = byTime > this.#newest ? byTime : this.#newest - (this.#newest % STORES) + STORES + this.#store;
    return this.#newest;
  }
}

/** The most by which a collector's clock may be ahead of its store's. */
const SKEW_MS = 60 * 60 * 1000;

/**
 * Returns two ranges of numbers, so that a report reads hardly more events than it needs: events that older releases
 * numbered from 1, and events numbered by time that arrived at or after an instant. The first number of a range is not
 * included.
 */
export function arrivalNumbersFrom(ms: number): { afterSeq: number; untilSeq: number }[] {
  const byTime = Math.max(FIRST_BY_TIME, (ms - SKEW_MS) * SEQ_A_MS);
  return [
    { afterSeq: 0, untilSeq: FIRST_BY_TIME - 1 },
    { afterSeq: byTime - 1, untilSeq: Number.MAX_SAFE_INTEGER },
  ];
}

/** Returns a number that is smaller than those of all events that arrive at an instant, by the clock of their store. */
export function seqAt(ms: number): number {
  return Math.floor(ms) * SEQ_A_MS;
}

/** Returns the store that has the event with this number. */
export function storeOf(seq: number): StoreName {
  return seq >= FIRST_BY_TIME && seq % STORES === STORE_NUMBERS.tally ? 'tally' : 'outbox';
}
