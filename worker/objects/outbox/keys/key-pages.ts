import { keysOf, treeOf, without } from '../../../domain/sealing/key-tree.ts';
import type { Branch, KeyTree } from '../../../domain/sealing/key-tree.ts';
import type { Binding } from '../../../domain/sealing/sealed-box.ts';
import { placeName } from '../../../domain/sealing/sealed-text.ts';
import type { Cipher } from './payload-cipher.ts';

/**
 * Why a key cannot be read now: KV does not have it yet or is unreachable; KV has not had it for days; or it was sealed
 * with another `ENCRYPTION_KEY`. Each of these can be fixed, so payloads that are sealed with it are not lost.
 */
export type Unreadable = 'absent' | 'missing' | 'sealed';

/** The part of KV that an outbox uses. */
export type KeyStore = {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** Returns names with this prefix; not all of them if there are many. */
  list(prefix: string): Promise<string[]>;
};

export type KeyPagesPorts<Key> = {
  cipher: Cipher<Key>;
  kv: KeyStore;
  /** A name of this outbox that no other outbox has. */
  owner: string;
  /** @throws when ENCRYPTION_KEY is missing or malformed. */
  keyRing(): Uint8Array[];
};

/** A page, or a single key that an older version made. */
type Content<Key> = { kind: 'page'; tree: KeyTree } | { kind: 'key'; key: Key };

/** A page in a backup, still encrypted. `unreadable`: no key opened it when the backup was made. */
export type CopiedPage = { id: string; sealed: string; unreadable: boolean };

/** The number of bucket keys that are cached in memory. */
const MAX_KEYS_AT_HAND = 10_000;

/** Stores the keys: in KV, sealed with a key derived from `ENCRYPTION_KEY`, and in memory while they are used. */
export class KeyPages<Key> {
  readonly #ports: KeyPagesPorts<Key>;
  readonly #read = new Map<string, Promise<Content<Key>>>();
  readonly #atHand = new Map<string, Key>();
  /** The seeds that were derived from each page. */
  readonly #known = new WeakMap<KeyTree, Map<string, string>>();
  /**
   * Pages that KV has not accepted yet. The next attempt writes the same page, because the first write may still
   * arrive, even after the second one.
   */
  readonly #unmade = new Map<string, KeyTree>();

  constructor(ports: KeyPagesPorts<Key>) {
    this.#ports = ports;
  }

  /**
   * Creates a page and writes it to KV before it is used. If only this isolate knew the key, its payloads would be lost
   * with it.
   */
  async make(keyId: string): Promise<void> {
    const tree = this.#unmade.get(keyId) ?? treeOf(this.#ports.cipher.newKey());
    this.#unmade.set(keyId, tree);
    await this.#write(keyId, tree);
    this.#unmade.delete(keyId);
  }

  /** @throws when the page cannot be read. */
  async check(keyId: string): Promise<void> {
    await this.#content(keyId);
  }

  /**
   * Returns the keys of some buckets of a page. Deleted buckets have none.
   *
   * @throws when the page cannot be read.
   */
  async keys(keyId: string, buckets: ReadonlySet<number | undefined>): Promise<ReadonlyMap<number | undefined, Key>> {
    const content = await this.#content(keyId);
    if (content.kind === 'key') return new Map([[undefined, content.key]]);
    const found = new Map<number | undefined, Key>();
    const missing: number[] = [];
    for (const bucket of buckets) {
      if (bucket === undefined) continue;
      const key = this.#atHand.get(placeName({ keyId, bucket }));
      if (key === undefined) missing.push(bucket);
      else found.set(bucket, key);
    }
    const { cipher } = this.#ports;
    const seeds = await keysOf(content.tree, missing, { branch: this.#branch, known: this.#knownOf(content.tree) });
    const made = await Promise.all(
      [...seeds].map(async ([bucket, seed]) => ({ bucket, key: await cipher.importKey(seed) })),
    );
    if (this.#atHand.size + made.length > MAX_KEYS_AT_HAND) this.#atHand.clear();
    for (const { bucket, key } of made) {
      found.set(bucket, key);
      this.#atHand.set(placeName({ keyId, bucket }), key);
    }
    return found;
  }

  /**
   * Deletes buckets of a page for good. The caller passes all buckets that were ever deleted, because KV may return an
   * older page.
   */
  async takeOut(keyId: string, buckets: readonly number[]): Promise<void> {
    const content = await this.#content(keyId);
    if (content.kind === 'key') throw new Error('Cannot take a bucket out of a key that has none');
    const tree = await without(content.tree, buckets, this.#branch);
    await this.#write(keyId, tree);
    for (const bucket of buckets) this.#atHand.delete(placeName({ keyId, bucket }));
  }

  async delete(keyId: string): Promise<void> {
    await this.#ports.kv.delete(this.#nameOf(keyId));
    this.#read.delete(keyId);
    this.#unmade.delete(keyId);
  }

  /** Returns a page as KV has it, for a backup; undefined when KV does not have it. */
  async copy(keyId: string): Promise<CopiedPage | undefined> {
    const sealed = await this.#ports.kv.get(this.#nameOf(keyId));
    if (sealed === null) return undefined;
    return { id: keyId, sealed, unreadable: (await this.#opened(sealed, this.#bindingOf(keyId))) === undefined };
  }

  /**
   * Stores a page of a backup as one of this outbox, sealed with the first key of `ENCRYPTION_KEY`.
   *
   * @param owner The name of the outbox in the backup.
   * @returns False when no key of `ENCRYPTION_KEY` opens it, although it was readable when the backup was made.
   */
  async paste({ id, sealed, unreadable }: CopiedPage, owner: string): Promise<boolean> {
    const text = await this.#opened(sealed, bindingOf(owner, id));
    if (text === undefined) return unreadable;
    const { cipher, kv } = this.#ports;
    const how = { keyRing: this.#ports.keyRing(), binding: this.#bindingOf(id) };
    await kv.put(this.#nameOf(id), await cipher.seal(text, how));
    return true;
  }

  #opened(sealed: string, binding: Binding): Promise<string | undefined> {
    return this.#ports.cipher.open(sealed, { keyRing: this.#ports.keyRing(), binding });
  }

  /** Returns the IDs of all keys in KV, known or not. */
  async list(): Promise<string[]> {
    const prefix = this.#nameOf('');
    const names = await this.#ports.kv.list(prefix);
    return names.map((name) => name.slice(prefix.length));
  }

  async #write(keyId: string, tree: KeyTree): Promise<void> {
    const { cipher, kv } = this.#ports;
    const text = JSON.stringify(Object.fromEntries(tree));
    const sealed = await cipher.seal(text, {
      keyRing: this.#ports.keyRing(),
      binding: this.#bindingOf(keyId),
    });
    await kv.put(this.#nameOf(keyId), sealed);
    this.#read.set(keyId, Promise.resolve({ kind: 'page', tree }));
  }

  #content(keyId: string): Promise<Content<Key>> {
    const known = this.#read.get(keyId) ?? this.#readFromKv(keyId);
    this.#read.set(keyId, known);
    known.catch(() => {
      if (this.#read.get(keyId) === known) this.#read.delete(keyId);
    });
    return known;
  }

  async #readFromKv(keyId: string): Promise<Content<Key>> {
    const sealed = await this.#ports.kv.get(this.#nameOf(keyId));
    if (sealed === null)
      throw new MissingKey(`Cannot read the payload key of ${keyId.slice(0, 10)}: KV does not have it (yet)`);
    const text = await this.#opened(sealed, this.#bindingOf(keyId));
    if (text === undefined)
      throw new SealedKey(`Cannot read the payload key of ${keyId.slice(0, 10)}: ENCRYPTION_KEY is another one`);
    if (!text.startsWith('{')) return { kind: 'key', key: await this.#ports.cipher.importKey(text) };
    const seeds: Record<string, string> = JSON.parse(text);
    return { kind: 'page', tree: new Map(Object.entries(seeds)) };
  }

  /** Another tree, such as one without the bucket of an erased person, starts with nothing. */
  #knownOf(tree: KeyTree): Map<string, string> {
    const known = this.#known.get(tree) ?? new Map<string, string>();
    this.#known.set(tree, known);
    return known;
  }

  readonly #branch: Branch = (seed, branch) => this.#ports.cipher.branch(seed, branch);

  #nameOf(keyId: string): string {
    return `payload-key:${this.#ports.owner}:${keyId}`;
  }

  #bindingOf(keyId: string): Binding {
    return bindingOf(this.#ports.owner, keyId);
  }
}

function bindingOf(owner: string, keyId: string): Binding {
  return { purpose: 'payload-key', owner: `${owner}:${keyId}` };
}

/** The error for a key that none of our keys can decrypt. */
export class SealedKey extends Error {}

/** The error for a key that KV does not have. */
export class MissingKey extends Error {}
