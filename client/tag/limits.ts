// In a file without other code, because esbuild inlines these numbers only then.

/** Calls within one task, and shortly after it, share a request. */
export const MOMENT_MS = 5;

/**
 * How long `flush()` takes at most, and how long a request may delay the next one. The request itself continues, and its
 * answer still counts.
 */
export const TIMEOUT_MS = 2_000;

/**
 * Browsers allow a page 64 KiB of keepalive requests and beacons under way at once, and refuse more (measured in three
 * engines, 2026-11). Batches are small so that four fit, and one even if it has only three-byte characters. A larger event
 * is sent alone (see `MAX_EVENT_BYTES`).
 */
export const MAX_BATCH_LENGTH = 15_000;

/** One event. With its envelope it stays below the browsers' 64 KiB. The collector's own limit is lower, and it reports what it left out. */
export const MAX_EVENT_BYTES = 60_000;

/** The most batches that wait for consent, network or collector: about 10 MB, or 20,000 small events. */
export const MAX_WAITING_BATCHES = 700;

/** LinkedIn's longest post-click attribution window. */
export const COOKIE_LIFETIME_SECONDS = 90 * 24 * 60 * 60;

/** The event, its properties, a list of products, a product and its members: useful events are no deeper. */
export const MAX_JSON_LEVELS = 5;

/** Nine automatic retries, over 8.5 to 17 minutes. */
export const MAX_RETRIES = 9;

/** How often the address is checked. It counts as a page view once two checks find it unchanged. */
export const LOOK_MS = 250;
