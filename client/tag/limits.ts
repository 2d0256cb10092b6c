// In a file of their own, because esbuild writes a number in its place only when nothing could run before it.

/** Calls of one task, and of the few that follow, share a request. */
export const MOMENT_MS = 5;

/**
 * How long `flush()` takes at most, and how long a request may keep the next one waiting. It goes on by itself: its answer
 * counts whenever it comes.
 */
export const PATIENCE_MS = 2_000;

/**
 * Browsers let 64 KiB of keepalive requests and beacons be on the way at once, for the whole page, and refuse
 * the rest (measured in three engines, 2026-11). So a batch is small: four fit, and one fits even when it holds
 * nothing but three-byte characters. A single larger event goes alone; see `MAX_EVENT_BYTES`.
 */
export const MAX_BATCH_LENGTH = 15_000;

/** One event, with what goes beside it below the browsers' 64 KiB. The collector leaves out more, and says so. */
export const MAX_EVENT_BYTES = 60_000;

/** What a page may keep waiting for consent, a network or a collector: about 10 MB, or 20,000 plain events. */
export const MAX_WAITING_BATCHES = 700;

/** LinkedIn's longest post-click attribution window. */
export const COOKIE_LIFETIME_SECONDS = 90 * 24 * 60 * 60;

/** The event, its properties, a list of products, one of them, and its own: an event that means something is no deeper. */
export const MAX_JSON_LEVELS = 5;

/** Nine waits, 8.5 to 17 minutes, of trying again by itself. */
export const MAX_RETRIES = 9;

/** An address that is the same at two looks is one that the visitor came to rest at. */
export const LOOK_MS = 250;
