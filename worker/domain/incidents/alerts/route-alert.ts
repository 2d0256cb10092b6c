import { SEVERITIES } from '../../../schema/alerts/causes.ts';
import type { IncidentChange } from '../incident.ts';
import type { Channel } from './channel.ts';

/** The wait before an incident is reported. In this time, more symptoms with the same cause can join it. */
const SETTLE_MS = 10_000;

/** An incident that keeps opening again waits longer each time, up to this maximum. */
const MAX_SETTLE_MS = 30 * 60_000;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * Returns when an alert about a change of an incident is due for a channel. Undefined when the channel gets none.
 *
 * @param wasTold Whether the channel got an alert that the incident opened, or will get one.
 */
export function alertDueMs(
  channel: Channel,
  { kind, incident }: IncidentChange,
  { nowMs, wasTold }: { nowMs: number; wasTold: boolean },
): number | undefined {
  const { enabled, type, source_ids: only, min_severity: least } = channel;
  if (kind === 'quiet' || !enabled || type === 'heartbeat' || least === 'none') return undefined;
  if (only !== null && !incident.symptoms.some(({ sourceId }) => only.includes(sourceId))) return undefined;
  if (kind === 'closed') return wasTold ? afterQuiet(channel, incident.severity, nowMs) : undefined;
  if (SEVERITIES.indexOf(incident.severity) < SEVERITIES.indexOf(least)) return undefined;
  const settleMs = kind === 'opened' ? Math.min(SETTLE_MS * 4 ** incident.reopenings, MAX_SETTLE_MS) : 0;
  return afterQuiet(channel, incident.severity, nowMs + settleMs);
}

function afterQuiet(channel: Channel, severity: string, atMs: number): number {
  const { quiet_hours: quiet } = channel;
  if (quiet === null || (severity === 'critical' && !quiet.critical_too)) return atMs;
  const minute = minuteOfDay(atMs, channel.time_zone);
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return atMs;
  const left = (to - minute + DAY_MINUTES) % DAY_MINUTES;
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS;
}

/** The time at which digests are sent, in minutes after midnight in the channel's time zone. */
const DIGEST_MINUTE = 8 * 60;

/** Returns the day of the digest that is due now, such as `2026-11-28`. Undefined when none is due. */
export function digestDay(channel: Channel, nowMs: number): string | undefined {
  const { digest, enabled, time_zone: zone } = channel;
  if (digest === 'none' || !enabled || minuteOfDay(nowMs, zone) < DIGEST_MINUTE) return undefined;
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(nowMs);
  const isMonday = new Date(`${day}T12:00:00Z`).getUTCDay() === 1;
  return digest === 'daily' || isMonday ? day : undefined;
}

function minuteOfDay(atMs: number, timeZone: string): number {
  const text = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(atMs);
  return minutesOf(text);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours % 24) * 60 + minutes;
}
