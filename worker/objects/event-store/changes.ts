import type { Sql } from '../sql.ts';
import { tellWatchers } from '../watchers.ts';
import type { Viewers } from '../watchers.ts';

/** Waits, until the signal says that nobody needs it any more. */
type Wait = (signal: AbortSignal) => Promise<unknown>;

/**
 * Notifies viewers and waiting requests that something has changed which people watch. In memory only: a client that is
 * cut off asks again.
 */
export class Changes {
  readonly #viewers: Viewers | undefined;
  readonly #waiting = new Set<() => void>();
  /** Random at first, so that a reader notices that the object started again. */
  #version = Math.floor(Math.random() * 2 ** 40);
  #isTold = false;

  constructor(viewers?: Viewers) {
    this.#viewers = viewers;
  }

  /**
   * Returns a number that grows with each change. Call it before reading: viewers are told of one change, and of the
   * next when somebody has read since.
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
   * Resolves at the next change, or when the patience ends. It is told when nobody waits any more, because a timer
   * would keep the object in memory.
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
 * Returns the database, and rings with each statement that may write to one of these tables. So no change can be
 * forgotten, wherever it is made.
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
