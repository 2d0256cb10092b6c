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
    for (const tag of tags) for (const place of placesOf(tag)) this.#bits[place >>> 3] = this.#at(place) | bitOf(place);
  }

  /** Returns false if none of the tags was ever added. */
  mayHave(tags: readonly string[]): boolean {
    return tags.some((tag) => placesOf(tag).every((place) => (this.#at(place) & bitOf(place)) !== 0));
  }

  #at(place: number): number {
    return this.#bits[place >>> 3] ?? 0;
  }
}

function bitOf(place: number): number {
  return 1 << (place & 7);
}

/** FNV-1a with two seeds. Tags are keyed hashes, so nobody can choose them. */
function placesOf(tag: string): number[] {
  const [one, other] = [hash(tag, 0x811c9dc5), hash(tag, 0x01234567) | 1];
  return Array.from({ length: PROBES }, (_, probe) => (one + probe * other) >>> 0).map((sum) => sum % BITS);
}

function hash(tag: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < tag.length; index += 1) value = Math.imul(value ^ tag.charCodeAt(index), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
