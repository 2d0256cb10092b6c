import type { Place } from '../../../domain/sealing/sealed-text.ts';
import { LAST_WRITE_MS } from './key-deletions.ts';
import type { KeyDeletions } from './key-deletions.ts';
import type { KeyPages } from './key-pages.ts';

const DAY_MS = 86_400_000;

/** How often KV is searched for unknown keys. */
export const SWEEP_EVERY_MS = DAY_MS;

/** A page is rewritten at most this often, however many people are erased, because KV charges for writes. */
const PRUNE_EVERY_MS = 60_000;

/**
 * When KV is searched after a deletion. A write that was given up before it may arrive after it and bring the key back,
 * and a list of KV is behind by a minute or more.
 */
const SWEEP_AFTER_DELETION_MS = 2 * LAST_WRITE_MS;

/** The number of buckets that are checked for one rewrite of a page. */
const BUCKETS_A_ROUND = 2_000;

/** The number of keys that one visit deletes, all at the same time. */
const DELETIONS_A_VISIT = 20;

/** The number of rows of deleted keys that one visit deletes. */
const ROWS_A_VISIT = 5_000;

/** How often an outbox checks its keys when nothing else wakes it. */
const LOOK_EVERY_MS = 6 * 60 * 60_000;

/** The wait before a failed operation of KV is repeated. */
const RETRY_AFTER_MS = 60_000;

/**
 * Deletes payload keys. A deletion is stored in SQLite before KV is called and cleared after it, so it survives any
 * crash.
 */
export class KeyHousekeeping {
  readonly #deletions: KeyDeletions;
  readonly #pages: Pick<KeyPages<unknown>, 'check' | 'takeOut' | 'delete' | 'list'>;
  readonly #now: () => number;
  readonly #isReadable: (keyId: string) => boolean;
  readonly #isMade: (keyId: string) => boolean;
  readonly #prunedAtMs = new Map<string, number>();
  #isBusy = false;
  #triedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: {
    deletions: KeyDeletions;
    pages: Pick<KeyPages<unknown>, 'check' | 'takeOut' | 'delete' | 'list'>;
    now: () => number;
    isReadable: (keyId: string) => boolean;
    /** Returns false for a page that is being written to KV. */
    isMade: (keyId: string) => boolean;
  }) {
    this.#deletions = parts.deletions;
    this.#pages = parts.pages;
    this.#now = parts.now;
    this.#isReadable = parts.isReadable;
    this.#isMade = parts.isMade;
  }

  /** Runs one at a time: two that rewrite the same page could leave the older version in KV. */
  async throwAway(isUsed: (place: Place) => boolean): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#triedAtMs = this.#now();
    try {
      await this.#prunePages(isUsed);
      this.#dropPages(isUsed);
      await this.#deleteDropped();
      await this.#sweep();
    } finally {
      this.#isBusy = false;
    }
  }

  nextAtMs(): number | undefined {
    const { isWorkLeft, hasKeys, sweepAtMs } = this.#deletions.state();
    const nowMs = this.#now();
    if (isWorkLeft) return nowMs + PRUNE_EVERY_MS;
    if (!hasKeys && sweepAtMs === undefined) return undefined;
    // A time further away than any that is ever set was written while the clock was wrong.
    const dueAtMs = Math.min(nowMs + LOOK_EVERY_MS, sweepAtMs ?? Number.POSITIVE_INFINITY);
    if (dueAtMs > nowMs) return dueAtMs;
    // An attempt was just made, and KV is unreachable or has not answered. An alarm for now would fire in an endless
    // loop.
    const isTried = this.#isBusy || Math.abs(nowMs - this.#triedAtMs) < RETRY_AFTER_MS;
    return isTried ? nowMs + RETRY_AFTER_MS : nowMs;
  }

  inherit(names: readonly string[]): void {
    const nowMs = this.#now();
    for (const keyId of names) this.#drop(keyId, nowMs);
    this.#deletions.sweepAt(nowMs + LAST_WRITE_MS);
  }

  async #prunePages(isUsed: (place: Place) => boolean): Promise<void> {
    for (const page of this.#deletions.pagesToPrune(this.#now())) {
      const sinceMs = this.#now() - (this.#prunedAtMs.get(page.keyId) ?? Number.NEGATIVE_INFINITY);
      if (!this.#isReadable(page.keyId) || Math.abs(sinceMs) < PRUNE_EVERY_MS) continue;
      // Nothing is written under a condemned bucket, so an empty one stays empty.
      const condemned = this.#deletions.condemnedOf(page);
      const fresh = condemned.filter(({ writes }) => writes === 0).slice(0, BUCKETS_A_ROUND);
      const empty = fresh.filter(({ bucket }) => !isUsed({ keyId: page.keyId, bucket }));
      const gone = [...condemned.filter(({ writes }) => writes > 0), ...empty];
      if (gone.length === 0) continue;
      const buckets = gone.map(({ bucket }) => bucket);
      // KV is behind, or the page was sealed with another ENCRYPTION_KEY: the next visit continues.
      if (!(await this.#canRead(page.keyId))) continue;
      const startedAtMs = this.#now();
      await this.#pages.takeOut(page.keyId, buckets);
      this.#prunedAtMs.set(page.keyId, this.#now());
      this.#deletions.written(page, buckets, startedAtMs);
    }
  }

  async #canRead(keyId: string): Promise<boolean> {
    try {
      await this.#pages.check(keyId);
      return true;
    } catch {
      return false;
    }
  }

  #dropPages(isUsed: (place: Place) => boolean): void {
    const nowMs = this.#now();
    // One day more than the key's own day: around midnight, an event may still be on its way with yesterday's page.
    for (const keyId of this.#deletions.droppable(dayOf(nowMs - DAY_MS)))
      if (this.#isMade(keyId) && !isUsed({ keyId, bucket: undefined })) this.#drop(keyId, nowMs);
  }

  async #deleteDropped(): Promise<void> {
    const deleted = await Promise.allSettled(
      this.#deletions.toDelete(DELETIONS_A_VISIT).map(async (keyId) => {
        await this.#pages.delete(keyId);
        this.#deletions.deleted(keyId, this.#now());
      }),
    );
    this.#deletions.clearDeleted(ROWS_A_VISIT);
    if (deleted.some((result) => result.status === 'fulfilled')) this.#sweepSoon();
    const failed = deleted.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #sweepSoon(): void {
    const { sweepAtMs = Number.POSITIVE_INFINITY } = this.#deletions.state();
    this.#deletions.sweepAt(Math.min(sweepAtMs, this.#now() + SWEEP_AFTER_DELETION_MS));
  }

  /**
   * Deletes keys in KV that nobody knows of, once a day and after deletions. This includes keys that a late write brought
   * back.
   */
  async #sweep(): Promise<void> {
    const nowMs = this.#now();
    const { sweepAtMs } = this.#deletions.state();
    // A time further away than any that is ever set was written while the clock was wrong.
    if (sweepAtMs !== undefined && sweepAtMs > nowMs && sweepAtMs <= nowMs + SWEEP_EVERY_MS) return;
    if (sweepAtMs !== undefined) this.#deletions.swept(await this.#pages.list(), nowMs);
    const { hasKeys, hasNames, hasDeleted } = this.#deletions.state();
    // After a deletion, one more check is needed: whether the keys stay deleted.
    const inMs = hasKeys ? (hasDeleted ? SWEEP_AFTER_DELETION_MS : SWEEP_EVERY_MS) : LAST_WRITE_MS;
    this.#deletions.sweepAt(hasKeys || hasNames ? nowMs + inMs : undefined);
  }

  #drop(keyId: string, atMs: number): void {
    this.#deletions.drop(keyId, { day: keyId.slice(0, 10), atMs });
  }
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
