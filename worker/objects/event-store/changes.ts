import type { Sql } from '../sql.ts';
import { tellWatchers } from '../watchers.ts';
import type { Viewers } from '../watchers.ts';

/** Waits for a while, or until the signal aborts because nobody waits any more. */
type Wait = (signal: AbortSignal) => Promise<unknown>;

/**
 * Notifies viewers and waiting requests of changes that people watch. This is in memory only: a client that loses its
 * connection asks again.
 */
export class Changes {
  readonly #viewers: Viewers | undefined;
  readonly #waiting = new Set<() => void>();
  /** It starts at a random number, so that a reader notices when the object has restarted. */
  #version = Math.floor(Math.random() * 2 ** 40);
  #isTold = false;

  constructor(viewers?: Viewers) {
    this.#viewers = viewers;
  }

  /**
   * Returns a number that grows with each change. Call it before reading: after a notification, viewers get the next
   * one only if somebody has read since.
   */
  read(): number {
    this.#isTold = false;
    return this.#version;
  }

  ring(): void {
    this.#version += 1;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    if (!this.#isTold) tellWatchers(this.#viewers);
    this.#isTold = true;
  }

  /**
   * Resolves at the next change, or when the given wait ends. The wait's signal aborts afterwards, because a timer that
   * is left running would keep the object in memory.
   */
  async wait(patience: Wait): Promise<void> {
    const over = new AbortController();
    let wake = (): void => {};
    const rung = new Promise<void>((resolve) => (wake = resolve));
    this.#waiting.add(wake);
    await Promise.race([rung, patience(over.signal)]);
    this.#waiting.delete(wake);
    over.abort();
  }
}

const WRITES = /\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+(\w+)/gi;

/**
 * Returns the database, with a check that calls `ring` for each statement that may write to one of these tables. So no
 * change can be forgotten, wherever it is made.
 */
export function ringingWrites(sql: Sql, changes: Pick<Changes, 'ring'>, tables: ReadonlySet<string>): Sql {
  const known = new Map<string, boolean>();
  const isWrite = (query: string): boolean => {
    const answer = known.get(query) ?? [...query.matchAll(WRITES)].some(([, table = '']) => tables.has(table));
    known.set(query, answer);
    return answer;
  };
  return {
    exec: (query, ...bindings) => {
      if (isWrite(query)) changes.ring();
      return sql.exec(query, ...bindings);
    },
  };
}
