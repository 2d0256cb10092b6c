import type { Cipher } from './payload-cipher.ts';
import type { Sql } from './sql.ts';

/** A sealed payload begins with its key's id, which begins with the day on which the key was made. */
const SEALED = /^k\.(\d{4}-\d{2}-\d{2}-[0-9a-f]{16})\.([\s\S]+)$/;

const DAY_MS = 86_400_000;

/** When a key that could not be read is asked for again. KV is up to a minute behind; a wrong setting takes longer. */
const ASK_AGAIN_MS = { absent: 60_000, sealed: 5 * 60_000 } as const;

/**
 * Why a key cannot be read just now: KV does not have it (yet) or is out of reach, or it was sealed with another
 * `ENCRYPTION_KEY`. Either may be mended, so what is sealed with it is not lost.
 */
export type Unreadable = 'absent' | 'sealed';

export type PayloadKeysWorld<Key = CryptoKey> = {
  cipher: Cipher<Key>;
  sql: Sql;
  kv: {
    get(key: string): Promise<string | null>;
    put(key: string, value: string): Promise<void>;
    delete(key: string): Promise<void>;
  };
  /** Of this outbox, and unlike any other's. */
  owner: string;
  /** @throws when ENCRYPTION_KEY is missing or malformed. */
  keyRing(): Uint8Array[];
  now(): number;
};

/**
 * Seals payloads while they wait: a key a day, which is thrown away when nothing waits under it any more, or when a person
 * was erased.
 *
 * The rows are in SQLite, whose deleted bytes stay in free pages and, at Cloudflare, in 30 days of history. So the keys are
 * elsewhere: in KV, which has no history, themselves sealed with a key derived from `ENCRYPTION_KEY`. Once a day's key is
 * gone, what is left of its payloads is noise. A key's name holds chance, so that KV has never said that it is absent.
 */
export class PayloadKeys<Key = CryptoKey> {
  readonly #world: PayloadKeysWorld<Key>;
  readonly #opened = new Map<string, Promise<Key>>();
  readonly #unreadable = new Map<string, { why: Unreadable; untilMs: number }>();
  #today: Promise<string> | undefined;
  #todayIs = '';

  constructor(world: PayloadKeysWorld<Key>) {
    this.#world = world;
  }

  async seal(payloads: readonly string[]): Promise<string[]> {
    if (payloads.length === 0) return [];
    const keyId = await this.#keyOfToday();
    const key = await this.#key(keyId);
    return Promise.all(
      payloads.map(async (payload) => {
        return `k.${keyId}.${await this.#world.cipher.sealWith(key, payload)}`;
      }),
    );
  }

  /** Opens each that can be opened; undefined for one whose key cannot be read, which is then one of `unreadable`. */
  async open(sealed: readonly string[]): Promise<(string | undefined)[]> {
    return Promise.all(sealed.map((text) => this.#open(text)));
  }

  /** A person was erased: none of the keys until now is to last. */
  condemn(): void {
    this.#world.sql.exec('UPDATE payload_keys SET condemned = 1 WHERE condemned = 0');
  }

  /** The keys that are to go. What is sealed from now on is under another. */
  replaceCondemned(): Set<string> {
    const condemned = this.#world.sql
      .exec<{ key_id: string }>('SELECT key_id FROM payload_keys WHERE condemned = 1')
      .toArray()
      .map(({ key_id: keyId }) => keyId);
    if (condemned.length > 0) this.#today = undefined;
    return new Set(condemned);
  }

  /** The ids of keys that could not be read a moment ago: what waits under them keeps nothing else waiting. */
  unreadable(): ReadonlyMap<string, Unreadable> {
    const nowMs = this.#world.now();
    for (const [keyId, { why, untilMs }] of this.#unreadable) {
      // A time that is further away than any that was set comes from a clock that was wrong.
      if (untilMs <= nowMs || untilMs > nowMs + ASK_AGAIN_MS[why]) this.#unreadable.delete(keyId);
    }
    return new Map([...this.#unreadable].map(([keyId, { why }]) => [keyId, why]));
  }

  /**
   * Throws the keys away that are condemned, or of days that are long over; but for those that are still needed.
   *
   * @param needed Names these; asked only when there are old ones.
   */
  async shred(needed: () => ReadonlySet<string>): Promise<void> {
    // A day longer than its own: around midnight something may be on its way under yesterday's key.
    const yesterday = dayOf(this.#world.now() - DAY_MS);
    const old = this.#world.sql
      .exec<{ key_id: string }>('SELECT key_id FROM payload_keys WHERE day < ? OR condemned = 1', yesterday)
      .toArray();
    if (old.length === 0) return;
    const inUse = needed();
    for (const { key_id: keyId } of old.filter((key) => !inUse.has(key.key_id))) {
      await this.#world.kv.delete(this.#nameOf(keyId));
      this.#world.sql.exec('DELETE FROM payload_keys WHERE key_id = ?', keyId);
      this.#opened.delete(keyId);
    }
  }

  async #open(text: string): Promise<string | undefined> {
    const [, keyId, sealed] = SEALED.exec(text) ?? [];
    // Kept by a version that did not seal.
    if (keyId === undefined || sealed === undefined) return text;
    let key: Key;
    try {
      key = await this.#key(keyId);
    } catch (error) {
      const why = error instanceof SealedKey ? 'sealed' : 'absent';
      this.#unreadable.set(keyId, { why, untilMs: this.#world.now() + ASK_AGAIN_MS[why] });
      return undefined;
    }
    const payload = await this.#world.cipher.openWith(key, sealed);
    if (payload === undefined)
      throw new Error(`Cannot open a payload: it is not sealed with the key of ${keyId.slice(0, 10)}`);
    return payload;
  }

  #keyOfToday(): Promise<string> {
    const today = dayOf(this.#world.now());
    if (this.#today === undefined || this.#todayIs !== today) {
      this.#todayIs = today;
      this.#today = this.#findOrMakeKey(today).catch((error: unknown) => {
        this.#today = undefined;
        throw error;
      });
    }
    return this.#today;
  }

  /** After a restart the day's key is still good. Should KV not have it where we are now, another one is: nobody minds two. */
  async #findOrMakeKey(day: string): Promise<string> {
    const [known] = this.#world.sql
      .exec<{ key_id: string }>(
        'SELECT key_id FROM payload_keys WHERE day = ? AND condemned = 0 ORDER BY key_id DESC LIMIT 1',
        day,
      )
      .toArray();
    if (known === undefined) return this.#makeKey(day);
    try {
      await this.#key(known.key_id);
      return known.key_id;
    } catch {
      // Whatever waits under it is opened when it can be read again.
      return this.#makeKey(day);
    }
  }

  async #makeKey(day: string): Promise<string> {
    const { cipher } = this.#world;
    const keyId = `${day}-${cipher.newId()}`;
    const key = cipher.newKey();
    const sealed = await cipher.seal(key, {
      keyRing: this.#world.keyRing(),
      binding: this.#bindingOf(keyId),
    });
    // First its name, so that it is thrown away some day whatever becomes of it here.
    this.#world.sql.exec('INSERT INTO payload_keys (key_id, day) VALUES (?, ?)', keyId, day);
    // In KV before it is used: a key that only this isolate knows would take its payloads along.
    await this.#world.kv.put(this.#nameOf(keyId), sealed);
    this.#opened.set(keyId, cipher.importKey(key));
    return keyId;
  }

  #key(keyId: string): Promise<Key> {
    const known = this.#opened.get(keyId) ?? this.#readKey(keyId);
    this.#opened.set(keyId, known);
    known.catch(() => this.#opened.delete(keyId));
    return known;
  }

  async #readKey(keyId: string): Promise<Key> {
    const sealed = await this.#world.kv.get(this.#nameOf(keyId));
    if (sealed === null)
      throw new Error(`Cannot read the payload key of ${keyId.slice(0, 10)}: KV does not have it (yet)`);
    const { cipher } = this.#world;
    const key = await cipher.open(sealed, { keyRing: this.#world.keyRing(), binding: this.#bindingOf(keyId) });
    if (key === undefined)
      throw new SealedKey(`Cannot read the payload key of ${keyId.slice(0, 10)}: ENCRYPTION_KEY is another one`);
    return cipher.importKey(key);
  }

  #nameOf(keyId: string): string {
    return `payload-key:${this.#world.owner}:${keyId}`;
  }

  #bindingOf(keyId: string): { purpose: string; owner: string } {
    return { purpose: 'payload-key', owner: `${this.#world.owner}:${keyId}` };
  }
}

/** A key that none of ours opens. */
class SealedKey extends Error {}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
