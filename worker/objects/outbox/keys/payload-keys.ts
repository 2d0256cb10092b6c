import { BUCKETS } from '../../../domain/sealing/key-tree.ts';
import { bucketOf, parseSealed, sealedText } from '../../../domain/sealing/sealed-text.ts';
import type { Place } from '../../../domain/sealing/sealed-text.ts';
import type { Sql } from '../../sql.ts';
import { KeyHousekeeping, SWEEP_EVERY_MS, dayOf } from './key-housekeeping.ts';
import { KeyPages, MissingKey, SealedKey } from './key-pages.ts';
import type { PagesWorld, Unreadable } from './key-pages.ts';
import { KeyRegister } from './key-register.ts';
import type { Page } from './key-register.ts';

/** When a key that could not be read is asked for again. KV is up to a minute behind; a wrong setting takes longer. */
const ASK_AGAIN_MS = { absent: 60_000, missing: 5 * 60_000, sealed: 5 * 60_000 } as const;

/** KV is a minute behind, or an hour on a bad day. What it does not have so long after its day, somebody has deleted. */
const MISSING_AFTER_MS = 48 * 60 * 60_000;

export type PayloadKeysWorld<Key = CryptoKey> = PagesWorld<Key> & { sql: Sql; now(): number };

/** A text that is to be sealed, and whose it is: the tags that the person is erased by. */
export type Unsealed = { text: string; tags: readonly string[] };

/** In place of a text that nothing opens any more: it is damaged, or its key was taken out of its page for good. */
export const LOST: unique symbol = Symbol('lost');

/** Undefined for a text that may be opened later: its key cannot be read now, or it was sealed anew since it was read. */
export type Opened = string | typeof LOST | undefined;

/** A sealed text that is written to a row, and whose it is. */
export type Written = { tags: readonly string[]; sealed: string };

/**
 * Seals payloads while they wait. A day has a page of keys, and what is of one person is under one or a few keys of it,
 * which are thrown away when the person is erased. The page goes when its day is over and nothing waits under it.
 *
 * The rows are in SQLite, whose deleted bytes stay in free pages and, at Cloudflare, in 30 days of history. So the keys are
 * elsewhere: in KV, which has no history, themselves sealed with a key derived from `ENCRYPTION_KEY`. Once a key is gone,
 * what is left of its payloads is noise. Which keys may be used is decided by SQLite, in the turn in which it matters:
 * every await may be followed by another erasure (docs/decisions/0021).
 */
export class PayloadKeys<Key = CryptoKey> {
  readonly #ports: PayloadKeysWorld<Key>;
  readonly #register: KeyRegister;
  readonly #pages: KeyPages<Key>;
  readonly #housekeeping: KeyHousekeeping;
  readonly #unreadable = new Map<string, { why: Unreadable; untilMs: number }>();
  #making: Promise<void> | undefined;
  /** Its name is written down, and KV has not taken it yet. */
  #named: string | undefined;

  constructor(ports: PayloadKeysWorld<Key>) {
    this.#ports = ports;
    this.#register = new KeyRegister(ports.sql);
    this.#pages = new KeyPages(ports);
    this.#housekeeping = new KeyHousekeeping({
      register: this.#register,
      pages: this.#pages,
      now: () => ports.now(),
      isReadable: (keyId) => !this.unreadable().has(keyId),
      isMade: (keyId) => this.#named !== keyId,
    });
  }

  /**
   * Seals texts, each under a key of its person. Whoever writes them down asks in the same turn whether that is still
   * allowed, see `unusable`.
   */
  async seal(texts: readonly Unsealed[]): Promise<string[]> {
    if (texts.length === 0) return [];
    const { keyId, buckets } = await this.#choose(texts);
    const keys = await this.#pages.keys(keyId, new Set(buckets));
    const chosen = buckets.map((bucket) => keys.get(bucket));
    // Somebody was erased meanwhile, and the key is gone already.
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
   * Opens each that can be opened. Of one that cannot, the key is one of `unreadable` from now on, or the text is lost. A
   * text that was sealed anew since it was read may be called lost, too: whoever acts on it asks for it as it was read.
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
        // Kept by a version that did not seal. Nothing says whether it was changed, but for what it is.
        if (known === undefined) return isObject(text) ? text : LOST;
        const own = keys.get(known.place.keyId);
        if (own === undefined) return undefined;
        const key = own.get(known.place.bucket);
        return key === undefined ? LOST : ((await this.#ports.cipher.openWith(key, known.box)) ?? LOST);
      }),
    );
  }

  /** Those of some sealed texts that may not be written any more, as indexes: a person was erased since they were sealed. */
  unusable(sealed: readonly string[]): ReadonlySet<number> {
    return this.#register.unusable(sealed.map((text) => parseSealed(text)?.place ?? { keyId: '', bucket: undefined }));
  }

  /** Notes whose the texts are that are written down in this turn, so that their keys are found when they are erased. */
  remember(written: readonly Written[]): void {
    this.#register.remember(
      written.flatMap(({ tags, sealed }) => {
        const place = parseSealed(sealed)?.place;
        return place === undefined ? [] : [{ tags, place }];
      }),
    );
  }

  /** Where something of a person is, or was: none where nothing of them was ever sealed. */
  placesOf(tags: readonly string[]): Place[] {
    return this.#register.placesOf(tags);
  }

  /** A person was erased: the keys of what is theirs are to go, as soon as what others have under them is sealed anew. */
  condemn(tags: readonly string[]): void {
    this.#register.condemn(tags);
  }

  /** The keys that are to go and can be read, and may hold what others wait for. */
  condemned(atMost: number): Place[] {
    const unreadable = this.unreadable();
    const whole = this.#register.condemnedKeys().map((keyId) => ({ keyId, bucket: undefined }));
    return [...whole, ...this.#register.condemnedPlaces(atMost)].filter(({ keyId }) => !unreadable.has(keyId));
  }

  /** Whole keys that are to go, made by older versions: what is under them is found by no tag. */
  keysOfOlderVersions(): string[] {
    return this.#register.condemnedKeys();
  }

  /** The ids of keys that could not be read a moment ago: what waits under them keeps nothing else waiting. */
  unreadable(): ReadonlyMap<string, Unreadable> {
    const nowMs = this.#ports.now();
    for (const [keyId, { why, untilMs }] of this.#unreadable) {
      // A time that is further away than any that was set comes from a clock that was wrong.
      if (untilMs <= nowMs || untilMs > nowMs + ASK_AGAIN_MS[why]) this.#unreadable.delete(keyId);
    }
    return new Map([...this.#unreadable].map(([keyId, { why }]) => [keyId, why]));
  }

  /**
   * Throws keys away: buckets of people who were erased, and whole pages of days that are long over.
   *
   * @param isUsed Whether anything is sealed under a key or a bucket of it.
   */
  throwAway(isUsed: (place: Place) => boolean): Promise<void> {
    return this.#housekeeping.throwAway(isUsed);
  }

  /** When keys are to be thrown away again; undefined when there are none. */
  throwAwayAtMs(): number | undefined {
    return this.#housekeeping.nextAtMs();
  }

  /** The names of all keys, for whoever comes after this outbox and deletes them. */
  names(): string[] {
    return [...this.#register.names()];
  }

  /** The source was deleted: its keys are to go, and those that nobody knows of. */
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

  /** A page of today, and a bucket for each text. */
  async #choose(texts: readonly Unsealed[]): Promise<{ keyId: string; buckets: number[] }> {
    // Nobody can ask for what has no tag, so it may be anywhere.
    const anywhere = Number.parseInt(this.#ports.cipher.newId().slice(-4), 16) % BUCKETS;
    const wanted = texts.map(({ tags: [tag] }) => (tag === undefined ? anywhere : bucketOf(tag)));
    for (;;) {
      const page = await this.#pageOfToday();
      const free = page && this.#register.freeBuckets(page, new Set(wanted));
      if (page !== undefined && free !== undefined)
        return { keyId: page.keyId, buckets: wanted.map((bucket) => free.get(bucket) ?? bucket) };
      await (this.#making ??= this.#make().finally(() => (this.#making = undefined)));
    }
  }

  /** After a restart the day's page is still good. Should KV not have it where we are now, another one is: nobody minds two. */
  async #pageOfToday(): Promise<Page | undefined> {
    const page = this.#register.newestOf(dayOf(this.#ports.now()));
    if (page === undefined) return undefined;
    try {
      await this.#pages.check(page.keyId);
      return page;
    } catch {
      // Whatever waits under it is opened when it can be read again.
      return undefined;
    }
  }

  async #make(): Promise<void> {
    const day = dayOf(this.#ports.now());
    // A name that KV did not take is used again: an hour without KV leaves one name and not thousands.
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
