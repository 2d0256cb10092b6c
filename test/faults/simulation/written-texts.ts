import { keysOf } from '../../../worker/domain/sealing/key-tree.ts';
import { parseSealed } from '../../../worker/domain/sealing/sealed-text.ts';
import type { Written } from '../../../worker/objects/outbox/keys/payload-keys.ts';

/** The newest values in KV. */
type NewestOf = { newest(name: string): string | undefined };

type Record = { source: string; tags: readonly string[] };

/**
 * Every sealed text ever written to a disk, and everyone erased after it. SQLite's free pages and the platform's
 * history contain these texts, whatever the rows say now.
 */
export class WrittenTexts {
  readonly #written: (Record & { sealed: string; order: number })[] = [];
  /** When each tag of a source was last erased, as `order`. */
  readonly #erased = new Map<string, Map<string, number>>();
  #erasures = 0;
  #order = 0;

  write(source: string, written: readonly Written[]): void {
    for (const one of written) this.#written.push({ source, order: (this.#order += 1), ...one });
  }

  erase(source: string, tags: readonly string[]): void {
    const last = this.#erased.get(source) ?? new Map<string, number>();
    this.#erased.set(source, last);
    this.#order += 1;
    this.#erasures += 1;
    for (const tag of tags) last.set(tag, this.#order);
  }

  /** Whether anything was ever sealed under a key. */
  isUsed(source: string, keyId: string): boolean {
    return this.#written.some((text) => text.source === source && parseSealed(text.sealed)?.place.keyId === keyId);
  }

  /** Returns the tags of erased people of whom something can still be opened with a key in KV. */
  async stillOpen(kv: NewestOf): Promise<string[]> {
    const open: string[] = [];
    for (const { source, tags, sealed, order } of this.#written) {
      const last = this.#erased.get(source);
      const isErased = tags.some((tag) => (last?.get(tag) ?? 0) > order);
      if (isErased && (await isOpen(kv, source, sealed))) open.push(tags.join(' '));
    }
    return open;
  }

  get count(): { written: number; erased: number } {
    return { written: this.#written.length, erased: this.#erasures };
  }
}

/** Checks with the keys of `fast-cipher.ts`, for any ENCRYPTION_KEY. */
async function isOpen(kv: NewestOf, source: string, sealed: string): Promise<boolean> {
  const text = parseSealed(sealed);
  if (text === undefined) return false;
  const { keyId, bucket } = text.place;
  const page = kv.newest(`payload-key:${source}:${keyId}`);
  if (page === undefined) return false;
  const [, , , content]: string[] = JSON.parse(page);
  if (bucket === undefined || content === undefined) return true;
  const seeds: { [path: string]: string } = JSON.parse(content);
  const keys = await keysOf(new Map(Object.entries(seeds)), [bucket], {
    branch: async (key, branch) => `${key}/${branch}`,
  });
  const key = keys.get(bucket);
  return key !== undefined && text.box.startsWith(`${key}.`);
}
