/** LinkedIn takes events of the past 90 days. https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09) */
export const MAX_EVENT_AGE_MS = 90 * 24 * 60 * 60 * 1000;

/** A clock may run ahead by this much; further ahead the time is a mistake and not a clock. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;

/** Later than this in seconds is the year 5138, earlier in milliseconds is March 1973: so the size tells them apart. */
const SECONDS_BELOW = 100_000_000_000;

export type EventTime = { kind: 'ok'; atMs: number } | { kind: 'invalid'; detail: string };

/**
 * Reads a time as people send it: ISO 8601, epoch milliseconds or epoch seconds, the last two also as text.
 *
 * @example
 * parseTime('2026-11-21T10:00:00Z') // 1795255200000
 * parseTime(1795255200) // 1795255200000
 */
export function parseTime(value: string | number): number | undefined {
  const number = typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
  if (number !== undefined) {
    if (!Number.isFinite(number) || number <= 0) return undefined;
    return Math.round(number < SECONDS_BELOW ? number * 1000 : number);
  }
  const text = String(value);
  // Date.parse reads nearly everything somehow ("lead 5" is a day in May), so the form is checked first.
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || !isDay(text.slice(0, 10)) ? undefined : ms;
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
 */
export function eventTime(
  { timestamp, sentAt }: { timestamp: string | number | null | undefined; sentAt: string | number | null | undefined },
  receivedAtMs: number,
): EventTime {
  if (timestamp === null || timestamp === undefined) return { kind: 'ok', atMs: receivedAtMs };
  const happenedMs = parseTime(timestamp);
  if (happenedMs === undefined)
    return { kind: 'invalid', detail: 'expected an ISO 8601 time, epoch milliseconds or epoch seconds' };
  const sentMs = sentAt === null || sentAt === undefined ? undefined : parseTime(sentAt);
  const skewMs = sentMs === undefined || sentMs < happenedMs ? 0 : receivedAtMs - sentMs;
  // An old `sentAt` is a queue that was sent again later, and not a clock that is days behind.
  const correctedMs = Math.abs(skewMs) > MAX_AHEAD_MS ? happenedMs : happenedMs + skewMs;
  if (correctedMs > receivedAtMs + MAX_AHEAD_MS)
    return { kind: 'invalid', detail: 'expected a time that is not more than a day in the future' };
  return { kind: 'ok', atMs: Math.min(correctedMs, receivedAtMs) };
}
