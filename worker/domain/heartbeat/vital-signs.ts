import type { Pulse, QueuePulse } from './pulse.ts';

/** Everything that the deep health check has seen. */
export type Seen = {
  nowMs: number;
  /** When the cron trigger last ran, null before the first time; and when the alarm of the alerts runs next, null when
   * nothing is due. Undefined if the alerts did not answer. */
  alerts: { cronAtMs: number | null; alarmAtMs: number | null } | undefined;
  /** The sources with what their outbox answered; undefined when it did not. */
  sources: readonly { sourceId: string; pulse: Pulse | undefined }[];
};

export type VitalSigns = {
  /** What does not run, in sentences. Empty when all is well. */
  problems: string[];
  /** The conversion that has waited longest, even if it is held. */
  oldestWaiting: { sourceId: string; sinceMs: number; isHeld: boolean } | undefined;
};

const MINUTE_MS = 60_000;

/** The cron trigger runs every five minutes. */
export const CRON_LATE_MS = 15 * MINUTE_MS;

/** The platform runs an alarm within seconds. This is longer than the pause after a run that failed. */
const ALARM_LATE_MS = 2 * MINUTE_MS;

/** Longer than any wait before a queue is tried again, as for the incident `queue_stuck`. */
const OVERDUE_MS = 15 * MINUTE_MS;

/** Names at most this many sources in one sentence. */
const MAX_NAMED = 5;

/** Decides whether the installation runs. A problem that LinkedIn or a person has to solve doesn't count here. */
export function vitalSigns({ nowMs, alerts, sources }: Seen): VitalSigns {
  const answered = sources.flatMap(({ sourceId, pulse }) => (pulse === undefined ? [] : [{ sourceId, pulse }]));
  const silent = sources.filter(({ pulse }) => pulse === undefined);
  const isLate = (atMs: number | null): boolean => atMs !== null && nowMs - atMs > ALARM_LATE_MS;
  const late = answered.filter(({ pulse }) => isLate(pulse.alarmAtMs) || hasLostAlarm(pulse, nowMs));
  const stuck = answered.filter(
    (source) => !late.includes(source) && source.pulse.queues.some((queue) => isOverdue(queue, nowMs, OVERDUE_MS)),
  );
  return {
    problems: [
      ...(alerts === undefined ? ['The alerts do not answer, so no incident is found or reported.'] : []),
      ...(alerts === undefined ? [] : cronProblem(alerts.cronAtMs, nowMs)),
      ...(isLate(alerts?.alarmAtMs ?? null)
        ? ['The alarm of the alerts is late, so no incident is found or reported.']
        : []),
      ...sentence(silent, 'does not answer', 'do not answer'),
      ...sentence(
        late,
        'has conversions to send, but its alarm does not run',
        'have conversions to send, but their alarms do not run',
      ),
      ...sentence(
        stuck,
        'has conversions that have been due for more than 15 minutes',
        'have conversions that have been due for more than 15 minutes',
      ),
    ],
    oldestWaiting: oldestOf(answered),
  };
}

function cronProblem(cronAtMs: number | null, nowMs: number): string[] {
  if (cronAtMs === null) return ['The cron trigger has not run yet. It first runs within five minutes of a deploy.'];
  if (nowMs - cronAtMs <= CRON_LATE_MS) return [];
  return [
    `The cron trigger last ran ${Math.round((nowMs - cronAtMs) / MINUTE_MS)} minutes ago. It should run every five minutes.`,
  ];
}

/** Deliveries are due, but no alarm is set that would send them. */
function hasLostAlarm({ alarmAtMs, queues }: Pulse, nowMs: number): boolean {
  return alarmAtMs === null && queues.some((queue) => isOverdue(queue, nowMs, ALARM_LATE_MS));
}

function isOverdue(queue: QueuePulse, nowMs: number, afterMs: number): boolean {
  const { isHeld, isRetrying, dueAtMs, oldestEnqueuedAtMs } = queue;
  if (isHeld || isRetrying || oldestEnqueuedAtMs === null) return false;
  return nowMs - Math.max(dueAtMs, oldestEnqueuedAtMs) > afterMs;
}

function oldestOf(sources: readonly { sourceId: string; pulse: Pulse }[]): VitalSigns['oldestWaiting'] {
  const waiting = sources.flatMap(({ sourceId, pulse }) =>
    pulse.queues.flatMap(({ oldestEnqueuedAtMs: sinceMs, isHeld }) =>
      sinceMs === null ? [] : [{ sourceId, sinceMs, isHeld }],
    ),
  );
  return waiting.toSorted((one, other) => one.sinceMs - other.sinceMs)[0];
}

function sentence(sources: readonly { sourceId: string }[], one: string, many: string): string[] {
  if (sources.length === 0) return [];
  const named = sources.slice(0, MAX_NAMED).map(({ sourceId }) => sourceId);
  const more = sources.length > MAX_NAMED ? ` and ${sources.length - MAX_NAMED} more` : '';
  return [`${named.join(', ')}${more} ${sources.length === 1 ? one : many}.`];
}
