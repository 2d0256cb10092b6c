/**
 * How much a sender can make an outbox keep. A write key is public, so everything that comes with it has a bound; these
 * are all the numbers, and docs/reference/limits.md says them to people.
 */

/** A request of N bytes with E events leaves at most 2 N + 300 E bytes, whatever is in it. */
const BYTES_PER_BYTE = 2;
const BYTES_PER_EVENT = 300;

/** On top of that for each delivery that the source's own mappings make: its payload, its tags, what it waits for. */
export const BYTES_PER_DELIVERY = 6_000;

/** A database above this size keeps only what leads to a delivery; the rest is counted. */
export const CONVERSIONS_ONLY_BYTES = 4_000_000_000;

/** The platform's limit is 10 GB; what is left has room for the deliveries' ends and for clearing up. */
export const FULL_BYTES = 8_000_000_000;

/** What one list, one report or one batch holds: the platform takes 32 MiB in a call, and an object has 128 MB in all. */
export const MAX_HELD_BYTES = 8 * 1024 * 1024;

/** In characters, of which each takes two bytes at most: what a list holds that goes to another object. */
export const MAX_LIST_CHARS = MAX_HELD_BYTES / 2;

/**
 * What all batches of an alarm hold of sealed payloads together; opened and as requests they are as long again, twice. Room
 * for the 5,000 ordinary deliveries that LinkedIn takes at once.
 */
export const MAX_BATCHES_CHARS = 3_500_000;

/** Where a collector of an older release does not say how long an event was. */
const UNKNOWN_SENT_BYTES = 1_000;

/** Times, type, skip reason, and what SQLite keeps beside them. */
const FIXED_ROW_BYTES = 56;
const INDEX_ENTRY_BYTES = 8;

/** Of a SQLite page of 4,096 bytes, what rows can have. */
const PAGE_BYTES = 4_096;
const PAGE_ROOM_BYTES = 4_088;

/** An index in which keys come in any order has pages that are two thirds full. */
const INDEX_FILL = 1.5;

/** What is kept of an event, in bytes of UTF-8. */
export type KeptBytes = {
  /** Of the event as it was sent; undefined where nobody said. */
  sent: number | undefined;
  name: number;
  /** Of each key that it is found by. */
  keys: readonly number[];
  /** Of what this event is the first to say about consent: that is kept once. */
  consent: number;
};

/** Says whether facts of so many bytes may be kept with an event. */
export function fitsBudget(factsBytes: number, { sent = UNKNOWN_SENT_BYTES, name, keys, consent }: KeptBytes): boolean {
  const row = FIXED_ROW_BYTES + name + factsBytes + sum(keys);
  const index = keys.reduce((bytes, key) => bytes + (key + INDEX_ENTRY_BYTES) * INDEX_FILL, 0);
  return onPages(row) + index + onPages(consent) <= BYTES_PER_BYTE * sent + BYTES_PER_EVENT;
}

/** What a row takes on disk: pages hold whole rows, and what is left over on them is empty. */
function onPages(rowBytes: number): number {
  if (rowBytes === 0) return 0;
  return rowBytes <= PAGE_ROOM_BYTES
    ? PAGE_BYTES / Math.floor(PAGE_ROOM_BYTES / rowBytes)
    : Math.ceil(rowBytes / PAGE_ROOM_BYTES) * PAGE_BYTES;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const encoder = new TextEncoder();

/** The length of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).byteLength;
}
