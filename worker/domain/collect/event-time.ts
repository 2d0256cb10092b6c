import { unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { parseTime } from '../time/parse-time.ts';

/**
 * The oldest events that LinkedIn accepts.
 * https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09)
 */
export const MAX_EVENT_AGE_MS = 90 * 24 * 60 * 60 * 1000;

/** How far in the future a time may be. Later times are mistakes, unless `sentAt` shows that the clock is wrong. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;

/** Smaller clock errors are not noted. */
const NOTED_SKEW_MS = 60_000;

export type EventTime = { kind: 'ok'; atMs: number } | { kind: 'unreadable' | 'far_ahead'; detail: string };

/**
 * Decides when an event happened, by our clock.
 *
 * The sender's clock may be wrong. So the time between the event and `sentAt` is used, counted back from its arrival. A
 * time slightly in the future becomes now. A time far in the future is refused, because its meaning is unknown.
 *
 * @param note Called with each oddity of the time.
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

/** Returns the correction for the sender's clock, as far as `sentAt` shows it. */
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
  // An old `sentAt` comes from a queue that was sent later, not from a clock that is days behind.
  if (skewMs > MAX_AHEAD_MS) return 0;
  // An event can't be sent before it happens, so `sentAt` is not usable then.
  if (skewMs >= -MAX_AHEAD_MS) return waitedMs < 0 ? 0 : skewMs;
  // A `sentAt` far in the future means a wrong clock. If the event would have waited too long, only `sentAt` is wrong.
  return waitedMs > MAX_EVENT_AGE_MS ? 0 : skewMs;
}
