import { unnoted } from './lint/note.ts';
import type { Note } from './lint/note.ts';

/** LinkedIn takes events of the past 90 days. https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09) */
export const MAX_EVENT_AGE_MS = 90 * 24 * 60 * 60 * 1000;

/** A clock may run ahead by this much; further ahead the time is a mistake and not a clock. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;

/** Later than this in seconds is the year 5138, earlier in milliseconds is March 1973: so the size tells them apart. */
const SECONDS_BELOW = 100_000_000_000;

/** A sender's clock that is wrong by less is none of our business. */
const NOTED_SKEW_MS = 60_000;

export type EventTime = { kind: 'ok'; atMs: number } | { kind: 'unreadable' | 'far_ahead'; detail: string };

/**
 * Reads a time as people send it: ISO 8601, epoch milliseconds or epoch seconds, the last two also as text.
 *
 * @example
 * parseTime('2026-11-21T10:00:00Z') // 1795255200000
 * parseTime(1795255200) // 1795255200000
 */
export function parseTime(value: string | number, note: Note = unnoted): number | undefined {
  const number = typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
  if (number !== undefined) return Number.isFinite(number) && number > 0 ? epochMs(number, note) : undefined;
  const text = String(value);
  // Date.parse reads nearly everything somehow ("lead 5" is a day in May), so the form is checked first.
  const [form, time, zone] =
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text) ?? [];
  if (form === undefined) return undefined;
  // Without a zone Date.parse would ask the machine where it stands.
  const ms = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  if (Number.isNaN(ms) || !isDay(text.slice(0, 10))) return undefined;
  if (time === undefined) note('time_day_only');
  else if (zone === undefined) note('time_without_zone');
  return ms;
}

function epochMs(number: number, note: Note): number {
  if (number >= SECONDS_BELOW) return Math.round(number);
  note('time_seconds');
  return Math.round(number * 1000);
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/**
 * Decides when an event happened, on our clock.
 *
 * The sender's clock may be wrong: what counts is how long before its sending an event happened, and `sentAt` says that.
 * A time a little ahead of ours is now; one far ahead is refused, since nobody can know what was meant.
 *
 * @param note Told what was odd about it.
 */
export function eventTime(
  { timestamp, sentAt }: { timestamp: string | number | null | undefined; sentAt: string | number | null | undefined },
  receivedAtMs: number,
  note: Note = unnoted,
): EventTime {
  if (timestamp === null || timestamp === undefined) return { kind: 'ok', atMs: receivedAtMs };
  const happenedMs = parseTime(timestamp, note);
  if (happenedMs === undefined)
    return { kind: 'unreadable', detail: 'expected an ISO 8601 time, epoch milliseconds or epoch seconds' };
  const sentMs = sentAt === null || sentAt === undefined ? undefined : parseTime(sentAt);
  const skewMs = sentMs === undefined || sentMs < happenedMs ? 0 : receivedAtMs - sentMs;
  // An old `sentAt` is a queue that was sent again later, and not a clock that is days behind.
  const correctedMs = Math.abs(skewMs) > MAX_AHEAD_MS ? happenedMs : happenedMs + skewMs;
  if (correctedMs > receivedAtMs + MAX_AHEAD_MS)
    return { kind: 'far_ahead', detail: 'expected a time that is not more than a day in the future' };
  if (correctedMs !== happenedMs && Math.abs(skewMs) >= NOTED_SKEW_MS) note('time_clock_wrong');
  if (correctedMs > receivedAtMs) note('time_ahead');
  return { kind: 'ok', atMs: Math.min(correctedMs, receivedAtMs) };
}
