import { BUCKETS } from './key-tree.ts';

/**
 * Where the key of a sealed text is: a page, and a bucket of it. A text that an older version sealed has a key by itself,
 * and no bucket.
 */
export type Place = { keyId: string; bucket: number | undefined };

/** `k.<key id>-<bucket>.…`: a key id begins with the day on which it was made. */
const SEALED = /^k\.(\d{4}-\d{2}-\d{2}-[0-9a-f]{16})(?:-([0-9a-f]{4}))?\.([\s\S]+)$/;

/** Undefined for what was kept by a version that did not seal. */
export function parseSealed(text: string): { place: Place; box: string } | undefined {
  const [, keyId, bucket, box] = SEALED.exec(text) ?? [];
  if (keyId === undefined || box === undefined) return undefined;
  return { place: { keyId, bucket: bucket === undefined ? undefined : Number.parseInt(bucket, 16) }, box };
}

export function sealedText(place: Place, box: string): string {
  return `k.${placeName(place)}.${box}`;
}

/** As it stands in a sealed text, e.g. `2026-11-28-9f2c0a1b2c3d4e5f-07a1`. */
export function placeName({ keyId, bucket }: Place): string {
  return bucket === undefined ? keyId : `${keyId}-${bucket.toString(16).padStart(4, '0')}`;
}

/** The bucket that a person's payloads begin with. A tag is a keyed hash, so nobody chooses it. FNV-1a, folded. */
export function bucketOf(tag: string): number {
  let hash = 0x811c9dc5;
  for (const character of tag) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return ((hash >>> 16) ^ hash) & (BUCKETS - 1);
}
