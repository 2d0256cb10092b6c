import { BUCKETS } from '../../../domain/sealing/key-tree.ts';
import { bucketOf, parseSealed, sealedText } from '../../../domain/sealing/sealed-text.ts';
import type { Place } from '../../../domain/sealing/sealed-text.ts';
import type { Sql } from '../../sql.ts';
import { KeyDeletions } from './key-deletions.ts';
import { KeyHousekeeping, SWEEP_EVERY_MS, dayOf } from './key-housekeeping.ts';
import { KeyPages, MissingKey, SealedKey } from './key-pages.ts';
import type { CopiedPage, KeyPagesPorts, Unreadable } from './key-pages.ts';
import { KeyRegister } from './key-register.ts';
import type { Page } from './key-register.ts';

/**
 * The wait before an unreadable key is requested again. KV is up to a minute behind; a wrong setting takes longer to
 * fix.
 */
const ASK_AGAIN_MS = { absent: 60_000, missing: 5 * 60_000, sealed: 5 * 60_000 } as const;

/**
 * KV is a minute behind, or an hour on a bad day. A key that it does not have this long after the key's day was
 * deleted.
 */
const MISSING_AFTER_MS = 48 * 60 * 60_000;

export type PayloadKeysPorts<Key = CryptoKey> = KeyPagesPorts<Key> & { sql: Sql; now(): number };

/** While an older page can be used, a new one that KV did not accept is tried again after this time. */
const MAKE_AGAIN_MS = 60_000;

const DAY_MS = 24 * 60 * 60_000;

/** A text to be sealed, with the tags by which its person can be erased. */
export type Unsealed = { text: string; tags: readonly string[] };

/** The value for a text that can never be opened again: it is damaged, or its key was deleted from its page. */
export const LOST: unique symbol = Symbol('lost');

/** Undefined for a text that may be opened later: its key cannot be read now, or it was resealed since it was read. */
export type Opened = string | typeof LOST | undefined;

/** A sealed text that is being stored, with its person's tags. */
export type Written = { tags: readonly string[]; sealed: string };

/**
 * Seals payloads while they wait. Each day has a page of keys. A person's data is sealed under one or a few keys of the
 * page, which are deleted when the person is erased. The page is deleted when its day is over and nothing is sealed
 * under it.
 *
 * The rows are in SQLite, where deleted bytes stay in free pages and, at Cloudflare, in 30 days of history. So the keys
 * are elsewhere: in KV, which has no history, and they are sealed with a key derived from `ENCRYPTION_KEY`. Once a key
 * is deleted, its payloads are noise. SQLite decides which keys may be used, in the turn in which it matters, because
 * every await may be followed by another erasure (docs/decisions/0021).
 */
export class PayloadKeys<Key = CryptoKey> {
  readonly #ports: PayloadKeysPorts<Key>;
  readonly #register: KeyRegister;
  readonly #pages: KeyPages<Key>;
  readonly #housekeeping: KeyHousekeeping;
  readonly #unreadable = new Map<string, { why: Unreadable; untilMs: number }>();
  #making: Promise<void> | undefined;
  /** When KV last refused a new page. */
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  /** How often a request found a page that it could read. */
  #timesRead = 0;
  /** A page whose name is stored but which KV has not accepted yet. */
  #named: string | undefined;

  constructor(ports: PayloadKeysPorts<Key>) {
    this.#ports = ports;
    this.#register = new KeyRegister(ports.sql);
    this.#pages = new KeyPages(ports);
    this.#housekeeping = new KeyHousekeeping({
      deletions: new KeyDeletions(ports.sql),
      pages: this.#pages,
      now: () => ports.now(),
      isReadable: (keyId) => !this.unreadable().has(keyId),
      isMade: (keyId) => this.#named !== keyId,
    });
  }

  /**
   * Seals texts, each under a key of its person. The caller must check with `unusable`, in the turn that stores them,
   * whether these keys may still be used.
   */
  async seal(texts: readonly Unsealed[]): Promise<string[]> {
    if (texts.length === 0) return [];
    const { keyId, buckets } = await this.#choose(texts);
    const keys = await this.#pages.keys(keyId, new Set(buckets));
    const chosen = buckets.map((bucket) => keys.get(bucket));
    // A person was erased in the meantime, and the key is already deleted.
    if (chosen.includes(undefined)) return this.seal(texts);
    return Promise.all(
      texts.map(async ({ text }, index) => {
        const key = chosen[index];
        if (key === undefined) throw new Error('Cannot seal a payload: its key is gone');
        return sealedText({ keyId, bucket: buckets[index] }, await this.#ports.cipher.sealWith(key, text));
      }),
    );
  }

  /**
   * Opens each text that can be opened. Otherwise its key is in `unreadable` from now on, or the text is lost. A text
   * that was resealed since it was read may also count as lost. So code that handles lost texts must check that the row
   * still has the text.
   */
  async open(sealed: readonly string[]): Promise<Opened[]> {
    const parsed = sealed.map(parseSealed);
    const wanted = new Map<string, Set<number | undefined>>();
    for (const text of parsed) {
      if (text === undefined) continue;
      const { keyId, bucket } = text.place;
      wanted.set(keyId, (wanted.get(keyId) ?? new Set()).add(bucket));
    }
    const keys = new Map(
      await Promise.all(
        [...wanted].map(async ([keyId, buckets]) => [keyId, await this.#keysToOpen(keyId, buckets)] as const),
      ),
    );
    return Promise.all(
      sealed.map(async (text, index) => {
        const known = parsed[index];
        // An older version stored this text unsealed. Only its shape shows whether it is intact.
        if (known === undefined) return isObject(text) ? text : LOST;
        const own = keys.get(known.place.keyId);
        if (own === undefined) return undefined;
        const key = own.get(known.place.bucket);
        return key === undefined ? LOST : ((await this.#ports.cipher.openWith(key, known.box)) ?? LOST);
      }),
    );
  }

  /**
   * Returns the indexes of sealed texts that may not be stored any more, because a person was erased since they were
   * sealed.
   */
  unusable(sealed: readonly string[]): ReadonlySet<number> {
    return this.#register.unusable(sealed.map((text) => parseSealed(text)?.place ?? { keyId: '', bucket: undefined }));
  }

  /** Records whose texts are stored in this turn, so that an erasure finds their keys. */
  remember(written: readonly Written[]): void {
    this.#register.remember(
      written.flatMap(({ tags, sealed }) => {
        const place = parseSealed(sealed)?.place;
        return place === undefined ? [] : [{ tags, place }];
      }),
    );
  }

  /**
   * Returns the keys and buckets of a person's data, past and present. Empty when none of their data was ever sealed.
   */
  placesOf(tags: readonly string[]): Place[] {
    return this.#register.placesOf(tags);
  }

  /** Marks an erased person's keys for deletion. They are deleted once other people's data under them is resealed. */
  condemn(tags: readonly string[]): void {
    this.#register.condemn(tags);
  }

  /** Returns keys that must be deleted, can be read, and may contain other people's data. */
  condemned(atMost: number): Place[] {
    const unreadable = this.unreadable();
    const whole = this.#register.condemnedKeys().map((keyId) => ({ keyId, bucket: undefined }));
    return [...whole, ...this.#register.condemnedPlaces(atMost)].filter(({ keyId }) => !unreadable.has(keyId));
  }

  /** Returns whole keys of older versions that must be deleted. No tag finds the data under them. */
  keysOfOlderVersions(): string[] {
    return this.#register.condemnedKeys();
  }

  /** Returns the IDs of keys that could not be read a moment ago, so that their payloads do not block others. */
  unreadable(): ReadonlyMap<string, Unreadable> {
    const nowMs = this.#ports.now();
    for (const [keyId, { why, untilMs }] of this.#unreadable) {
      // A time further away than any that is ever set was written while the clock was wrong.
      if (untilMs <= nowMs || untilMs > nowMs + ASK_AGAIN_MS[why]) this.#unreadable.delete(keyId);
    }
    return new Map([...this.#unreadable].map(([keyId, { why }]) => [keyId, why]));
  }

  /**
   * Deletes keys: buckets of erased people, and whole pages of past days.
   *
   * @param isUsed Returns whether anything is sealed under a key or a bucket of it.
   */
  throwAway(isUsed: (place: Place) => boolean): Promise<void> {
    return this.#housekeeping.throwAway(isUsed);
  }

  /** Returns when the next deletion of keys is due; undefined when there are no keys. */
  throwAwayAtMs(): number | undefined {
    return this.#housekeeping.nextAtMs();
  }

  /** Returns the names of all keys, for the outbox that takes over and deletes them. */
  names(): string[] {
    return [...this.#register.names()];
  }

  /**
   * Returns the pages of this outbox, for a backup.
   *
   * @throws when KV does not have a recent page, because a backup without it would lose payloads.
   */
  async copyPages(): Promise<CopiedPage[]> {
    const pages: CopiedPage[] = [];
    for (const { keyId: id, isWritten } of this.#register.live()) {
      const page = await this.#pages.copy(id);
      if (page !== undefined) pages.push(page);
      else if (isWritten && id.slice(0, 10) >= dayOf(this.#ports.now() - MISSING_AFTER_MS))
        throw new MissingKey(`Cannot copy the payload key of ${id.slice(0, 10)}: KV does not have it (yet)`);
    }
    return pages;
  }

  /** Stores a page of a backup; see `KeyPages.paste`. */
  pastePage(page: CopiedPage, owner: string): Promise<boolean> {
    return this.#pages.paste(page, owner);
  }

  /** Deletes the pages of this outbox from KV, because what was restored is not wanted. */
  async deletePages(): Promise<void> {
    for (const id of await this.#pages.list()) await this.#pages.delete(id);
  }

  /** Takes over the keys of a deleted source: they are deleted, as are unknown ones in KV. */
  inherit(names: readonly string[]): void {
    this.#housekeeping.inherit(names);
  }

  async #keysToOpen(
    keyId: string,
    buckets: ReadonlySet<number | undefined>,
  ): Promise<ReadonlyMap<number | undefined, Key> | undefined> {
    try {
      return await this.#pages.keys(keyId, buckets);
    } catch (error) {
      const nowMs = this.#ports.now();
      const why = whyUnreadable(error, { keyId, nowMs });
      this.#unreadable.set(keyId, { why, untilMs: nowMs + ASK_AGAIN_MS[why] });
      return undefined;
    }
  }

  /** Chooses one of today's pages, and a bucket for each text. */
  async #choose(texts: readonly Unsealed[]): Promise<{ keyId: string; buckets: number[] }> {
    // Nobody can ask to erase a text without tags, so it may be in any bucket.
    const anywhere = Number.parseInt(this.#ports.cipher.newId().slice(-4), 16) % BUCKETS;
    const wanted = texts.map(({ tags: [tag] }) => (tag === undefined ? anywhere : bucketOf(tag)));
    let readBefore: number | undefined = this.#timesRead;
    for (;;) {
      const today = await this.#onPageOf(dayOf(this.#ports.now()), wanted);
      if (today !== undefined) return today;
      // After midnight, while KV accepts no page: yesterday's is as good, and is only deleted a day later.
      const isRefused = Math.abs(this.#ports.now() - this.#refusedAtMs) < MAKE_AGAIN_MS;
      const yesterday = isRefused ? await this.#onPageOf(dayOf(this.#ports.now() - DAY_MS), wanted) : undefined;
      if (yesterday !== undefined) return yesterday;
      try {
        await (this.#making ??= this.#make().finally(() => (this.#making = undefined)));
      } catch (error) {
        this.#refusedAtMs = this.#ports.now();
        // Another request may have read today's page while this one waited for KV.
        const nowMs = this.#ports.now();
        const found =
          (await this.#onPageOf(dayOf(nowMs), wanted)) ?? (await this.#onPageOf(dayOf(nowMs - DAY_MS), wanted));
        if (found !== undefined) return found;
        // A slow KV takes 20 seconds for each of these. If another request has read a page in the meantime, it is tried
        // once more.
        if (readBefore === undefined || this.#timesRead === readBefore) throw error;
        readBefore = undefined;
      }
    }
  }

  /** Returns a usable bucket of a day's page for each wanted one; undefined when there is no such page. */
  async #onPageOf(day: string, wanted: readonly number[]): Promise<{ keyId: string; buckets: number[] } | undefined> {
    const page = await this.#readablePageOf(day);
    const free = page && this.#register.freeBuckets(page, new Set(wanted));
    if (page === undefined || free === undefined) return undefined;
    return { keyId: page.keyId, buckets: wanted.map((bucket) => free.get(bucket) ?? bucket) };
  }

  /**
   * Returns a day's page, which is still good after a restart. If KV does not have it at our location, a second page is
   * made, which does no harm.
   */
  async #readablePageOf(day: string): Promise<Page | undefined> {
    const page = this.#register.newestOf(day);
    if (page === undefined) return undefined;
    try {
      await this.#pages.check(page.keyId);
      this.#timesRead += 1;
      return page;
    } catch {
      // Payloads that are sealed under it are opened when it can be read again.
      return undefined;
    }
  }

  async #make(): Promise<void> {
    const day = dayOf(this.#ports.now());
    // Reuses a name that KV did not accept: an hour without KV then leaves one name and not thousands.
    const keyId = this.#named?.startsWith(day) ? this.#named : `${day}-${this.#ports.cipher.newId()}`;
    this.#named = keyId;
    this.#register.name(keyId, { day, sweepAtMs: this.#ports.now() + SWEEP_EVERY_MS });
    await this.#pages.make(keyId);
    this.#register.open(keyId);
    this.#named = undefined;
  }
}

function whyUnreadable(error: unknown, { keyId, nowMs }: { keyId: string; nowMs: number }): Unreadable {
  if (error instanceof SealedKey) return 'sealed';
  const isOld = keyId.slice(0, 10) < dayOf(nowMs - MISSING_AFTER_MS);
  return error instanceof MissingKey && isOld ? 'missing' : 'absent';
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
