import { BUCKETS } from './key-tree.ts';

/**
 * The location of a sealed text's key: a page and a bucket in it. Texts from older versions have their own key and no
 * bucket.
 */
export type Place = { keyId: string; bucket: number | undefined };

/** The form `k.<key id>-<bucket>.…`. A key ID begins with the day it was created. */
const SEALED = /^k\.(\d{4}-\d{2}-\d{2}-[0-9a-f]{16})(?:-([0-9a-f]{4}))?\.([\s\S]+)$/;

/** Splits a sealed text. Returns undefined for text from versions that didn't seal. */
export function parseSealed(text: string): { place: Place; box: string } | undefined {
  const [, keyId, bucket, box] = SEALED.exec(text) ?? [];
  if (keyId === undefined || box === undefined) return undefined;
  return { place: { keyId, bucket: bucket === undefined ? undefined : parseBucket(bucket) }, box };
}

export function sealedText(place: Place, box: string): string {
  return `k.${placeName(place)}.${box}`;
}

/** Returns the location as sealed texts contain it, e.g. `2026-11-28-9f2c0a1b2c3d4e5f-07a1`. */
export function placeName({ keyId, bucket }: Place): string {
  return bucket === undefined ? keyId : `${keyId}-${bucketName(bucket)}`;
}

/** Returns a bucket as four hexadecimal digits. */
export function bucketName(bucket: number): string {
  return bucket.toString(16).padStart(4, '0');
}

export function parseBucket(name: string): number {
  return Number.parseInt(name, 16);
}

/**
 * Returns the first bucket for a person's payloads: FNV-1a of the tag, folded. The tag is a keyed hash, so nobody can
 * choose the bucket.
 */
export function bucketOf(tag: string): number {
  let hash = 0x811c9dc5;
  for (const character of tag) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return ((hash >>> 16) ^ hash) & (BUCKETS - 1);
}
