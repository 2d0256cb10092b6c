import type { LogEntry } from './log-page.ts';

/** How many of the latest events are recognised when they come again. */
const MOST_EVENTS = 5_000;

/** The number of different events that are stored with the same ID. Further ones count as duplicates. */
const MAX_OF_AN_ID = 4;

/**
 * Recognises events that a client sends again. In memory: nothing depends on it, because an event that no rule asks for
 * is only counted.
 */
export class RecentIds {
  /** What is known about each ID, the oldest first. */
  readonly #known = new Map<string, string[]>();
  readonly #before: RecentIds | undefined;

  /** @param before The events that came before those of a commit. */
  constructor(before?: RecentIds) {
    this.#before = before;
  }

  /** Whether an event is a duplicate: the same event came before, or too many with its ID. */
  isRepeat(messageId: string, event: string): boolean {
    const known = this.#of(messageId);
    return known.includes(event) || known.length >= MAX_OF_AN_ID;
  }

  add(messageId: string, event: string): void {
    this.#known.set(messageId, [...(this.#known.get(messageId) ?? []), event]);
  }

  /** Adds the events of a commit that has succeeded. */
  addAll(committed: RecentIds): void {
    for (const [messageId, events] of committed.#known) for (const event of events) this.add(messageId, event);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_EVENTS) break;
      this.#known.delete(oldest);
    }
  }

  #of(messageId: string): readonly string[] {
    const own = this.#known.get(messageId) ?? [];
    return this.#before === undefined ? own : [...this.#before.#of(messageId), ...own];
  }
}

/** Returns a text that differs between two different events with the same ID. */
export function sameEvent({ type, name, outcome }: { type: string; name: string | null; outcome: string }): string {
  return JSON.stringify([type, name, outcome]);
}

/** Adds an entry of the log. */
export function noteEntry(ids: RecentIds, { event, outcome }: LogEntry): void {
  if (event !== undefined) ids.add(event.messageId, sameEvent({ ...event, outcome }));
}
