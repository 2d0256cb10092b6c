/** Ten times the number in a busy minute. */
const MOST_EVENTS_A_MINUTE = 100_000;

/** Work that never ends while no time passes. */
export class BusyLoop extends Error {}

/**
 * Time that advances only from event to event, in order of time and then of creation. Two runs with the same seed do
 * the same things in the same order.
 */
export class VirtualTime {
  #nowMs: number;
  #sequence = 0;
  readonly #heap: { atMs: number; sequence: number; happen: () => void }[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, happen: () => void): void {
    this.#sequence += 1;
    this.#push({ atMs: Math.max(atMs, this.#nowMs), sequence: this.#sequence, happen });
  }

  after(ms: number, happen: () => void): void {
    this.at(this.#nowMs + ms, happen);
  }

  /**
   * Runs events until a time. Before `afterEach` is called, all immediate consequences of an event have happened too.
   */
  async run(untilMs: number, afterEach: () => void): Promise<void> {
    let minute = 0;
    let events = 0;
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      this.#nowMs = next.atMs;
      events = minute === Math.floor(next.atMs / 60_000) ? events + 1 : 0;
      minute = Math.floor(next.atMs / 60_000);
      if (events > MOST_EVENTS_A_MINUTE) throw new BusyLoop(`more than ${MOST_EVENTS_A_MINUTE} things in a minute`);
      next.happen();
      // All promises settle before the next tick, because the simulation waits for nothing else.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      afterEach();
    }
    this.#nowMs = untilMs;
  }

  #push(entry: { atMs: number; sequence: number; happen: () => void }): void {
    const heap = this.#heap;
    heap.push(entry);
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index], heap[parent])) break;
      swap(heap, index, parent);
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const least = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[least], heap[index])) return;
      swap(heap, index, least);
      index = least;
    }
  }
}

type Entry = { atMs: number; sequence: number };

function isBefore(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined) return false;
  return b === undefined || a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}

function swap(items: unknown[], a: number, b: number): void {
  const [first, second] = [items[a], items[b]];
  items[a] = second;
  items[b] = first;
}
