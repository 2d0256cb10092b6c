const BITS = 2 ** 23;
const PROBES = 4;

/** With this many tags, one in fifty unknown tags is mistaken for a known one. */
const MOST_TAGS = 1_000_000;

/**
 * Remembers tags in one megabyte (a Bloom filter). If it says that a tag was never added, that is certain; otherwise it
 * may be wrong.
 */
export class TagFilter {
  readonly #bits = new Uint8Array(BITS / 8);
  #added = 0;

  /** Whether it has so many tags that it should be created again. */
  get isFull(): boolean {
    return this.#added > MOST_TAGS;
  }

  add(tags: readonly string[]): void {
    this.#added += tags.length;
    for (const tag of tags) {
      const { first, step } = hashesOf(tag);
      for (let probe = 0; probe < PROBES; probe += 1) {
        const place = placeOf(first, step, probe);
        this.#bits[place >>> 3] = this.#at(place) | bitOf(place);
      }
    }
  }

  /** Returns false if none of the tags was ever added. */
  mayHave(tags: readonly string[]): boolean {
    return tags.some((tag) => this.#mayHaveOne(tag));
  }

  #mayHaveOne(tag: string): boolean {
    const { first, step } = hashesOf(tag);
    for (let probe = 0; probe < PROBES; probe += 1) {
      const place = placeOf(first, step, probe);
      if ((this.#at(place) & bitOf(place)) === 0) return false;
    }
    return true;
  }

  #at(place: number): number {
    return this.#bits[place >>> 3] ?? 0;
  }
}

function bitOf(place: number): number {
  return 1 << (place & 7);
}

function placeOf(first: number, step: number, probe: number): number {
  return ((first + probe * step) >>> 0) % BITS;
}

/** FNV-1a with two seeds. Tags are keyed hashes, so nobody can choose them. */
function hashesOf(tag: string): { first: number; step: number } {
  return { first: hash(tag, 0x811c9dc5), step: hash(tag, 0x01234567) | 1 };
}

function hash(tag: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < tag.length; index += 1) value = Math.imul(value ^ tag.charCodeAt(index), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
