import { unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { parseTime } from '../time/parse-time.ts';

/** LinkedIn takes events of the past 90 days. https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09) */
export const MAX_EVENT_AGE_MS = 90 * 24 * 60 * 60 * 1000;

/** A time may be ahead by this much; further ahead it is a mistake, unless `sentAt` shows a wrong clock. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;

/** A sender's clock that is wrong by less is none of our business. */
const NOTED_SKEW_MS = 60_000;

export type EventTime = { kind: 'ok'; atMs: number } | { kind: 'unreadable' | 'far_ahead'; detail: string };

/**
 * Decides when an event happened, on our clock.
 *
 * The sender's clock may be wrong: what counts is how long before its sending an event happened, and `sentAt` says that.
 * A time a little ahead of ours is now; one far ahead is refused, since nobody can know what was meant.
 *
 * @param note Told what was odd about it.
 */
export function eventTime(
  { timestamp, sentAt }: { timestamp: unknown; sentAt: unknown },
  receivedAtMs: number,
  note: Note = unnoted,
): EventTime {
  if (timestamp === null || timestamp === undefined) return { kind: 'ok', atMs: receivedAtMs };
  const happenedMs = parseTime(timestamp, note);
  if (happenedMs === undefined)
    return { kind: 'unreadable', detail: 'expected an ISO 8601 time, epoch milliseconds or epoch seconds' };
  const sentMs = sentAt === null || sentAt === undefined ? undefined : parseTime(sentAt);
  const skewMs = sentMs === undefined ? 0 : skewOf({ happenedMs, sentMs, receivedAtMs });
  const correctedMs = happenedMs + skewMs;
  if (correctedMs > receivedAtMs + MAX_AHEAD_MS)
    return { kind: 'far_ahead', detail: 'expected a time that is not more than a day in the future' };
  if (Math.abs(skewMs) >= NOTED_SKEW_MS) note('time_clock_wrong');
  if (correctedMs > receivedAtMs) note('time_ahead');
  return { kind: 'ok', atMs: Math.min(correctedMs, receivedAtMs) };
}

/** How far the sender's clock has to be moved, as far as `sentAt` shows it. */
function skewOf({
  happenedMs,
  sentMs,
  receivedAtMs,
}: {
  happenedMs: number;
  sentMs: number;
  receivedAtMs: number;
}): number {
  const skewMs = receivedAtMs - sentMs;
  const waitedMs = sentMs - happenedMs;
  // An old `sentAt` is a queue that was sent again later, and not a clock that is days behind.
  if (skewMs > MAX_AHEAD_MS) return 0;
  // Nothing is sent before it happens.
  if (skewMs >= -MAX_AHEAD_MS) return waitedMs < 0 ? 0 : skewMs;
  // Far ahead of us only a wrong clock is, unless nobody would have waited so long: then `sentAt` alone is wrong.
  return waitedMs > MAX_EVENT_AGE_MS ? 0 : skewMs;
}
