/** Enough for the rule queues, consent answers and trigger sets of any real source. */
const MAX_ROWS = 1_000;

/**
 * Caches rows that are known to exist, so that a busy outbox doesn't look up the same few rows for each event. Rows
 * that a transaction adds are cached only once it is committed, because they don't exist if it fails.
 */
export class RowMemory {
  readonly #committed = new Map<string, number>();
  readonly #uncommitted = new Map<string, number>();

  /** Returns the cached number of a row; undefined when it has to be looked up. */
  get(key: string): number | undefined {
    return this.#uncommitted.get(key) ?? this.#committed.get(key);
  }

  set(key: string, value: number): void {
    this.#uncommitted.set(key, value);
  }

  keepCommitted(): void {
    if (this.#uncommitted.size === 0) return;
    if (this.#committed.size > MAX_ROWS) this.#committed.clear();
    for (const [key, value] of this.#uncommitted) this.#committed.set(key, value);
    this.#uncommitted.clear();
  }

  forgetUncommitted(): void {
    this.#uncommitted.clear();
  }
}
