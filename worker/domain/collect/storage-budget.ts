/**
 * The limits on how much a sender can make an outbox store. A write key is public, so everything that comes with it is
 * limited. All numbers are here, and docs/reference/limits.md explains them.
 */

/** A request of N bytes with E events stores at most 2 N + 300 E bytes, whatever it contains. */
const BYTES_PER_BYTE = 2;
const BYTES_PER_EVENT = 300;

/** The additional bytes for each delivery that the source's own mappings create: its payload, its tags and its wait. */
export const BYTES_PER_DELIVERY = 6_000;

/** The platform's limit is 10 GB. The difference leaves room for the results of deliveries and for clean-up. */
export const FULL_BYTES = 8_000_000_000;

/** Above this size, the doctor warns: there is time to act. */
export const FILLING_BYTES = 0.5 * FULL_BYTES;

/** Above this size, a database stores only events with a delivery, and counts the rest. */
export const CONVERSIONS_ONLY_BYTES = 0.7 * FULL_BYTES;

/**
 * Above this size, events whose deliveries have ended well are deleted before their retention ends, the oldest first.
 */
export const SHEDDING_BYTES = 0.8 * FULL_BYTES;

/**
 * The most bytes in one list, report or batch. The platform allows 32 MiB per call, and an object has 128 MB of memory.
 */
export const MAX_HELD_BYTES = 8 * 1024 * 1024;

/** The same limit in characters, for a list that is sent to another object. A character takes at most two bytes. */
export const MAX_LIST_CHARS = MAX_HELD_BYTES / 2;

/**
 * The limit for the sealed payloads of all batches of an alarm. They need the same space again when opened, and once
 * more as requests. It is enough for the 5,000 ordinary deliveries that LinkedIn accepts at once.
 */
export const MAX_BATCHES_CHARS = 3_500_000;

/** The assumed size of an event when a collector of an older release doesn't report it. */
const UNKNOWN_SENT_BYTES = 1_000;

/** The times, type and skip reason, and SQLite's own data for a row. */
const FIXED_ROW_BYTES = 56;
const INDEX_ENTRY_BYTES = 8;

/** The size of a SQLite page, and below it the part that rows can use. */
const PAGE_BYTES = 4_096;
const PAGE_ROOM_BYTES = 4_088;

/** The pages of an index with keys in random order are about two thirds full. */
const INDEX_FILL = 1.5;

/** The stored parts of an event, in bytes of UTF-8. */
export type KeptBytes = {
  /** The event as it was sent. Undefined when it was not reported. */
  sent: number | undefined;
  name: number;
  /** Each key that the event can be found by. */
  keys: readonly number[];
  /** The consent answers, if no earlier event has the same. The same answers are stored only once. */
  consent: number;
};

/** Checks whether facts of this size may be stored with an event. */
export function fitsBudget(factsBytes: number, { sent = UNKNOWN_SENT_BYTES, name, keys, consent }: KeptBytes): boolean {
  const row = FIXED_ROW_BYTES + name + factsBytes + sum(keys);
  const index = keys.reduce((bytes, key) => bytes + (key + INDEX_ENTRY_BYTES) * INDEX_FILL, 0);
  return onPages(row) + index + onPages(consent) <= BYTES_PER_BYTE * sent + BYTES_PER_EVENT;
}

/** Returns the space of a row on disk. A page holds only whole rows, and the remainder is unused. */
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

/** Returns the length of a text in UTF-8 bytes. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).byteLength;
}
