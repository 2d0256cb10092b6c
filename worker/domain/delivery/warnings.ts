/** A warning about a known day on which deliveries will stop, or about something to check. */
export type Warning = {
  kind: 'version_sunset' | 'reconnect_due' | 'answers_unconfirmed';
  /** Null when the warning has no future date. */
  days_left: number | null;
  /** The last threshold reached: 90, 30 or 7 days for a version; 60, 30, 14, 7 or 1 for a connection. */
  stage: number | null;
  sentence: string;
};

const VERSION_STAGES = [90, 30, 7];
const RECONNECT_STAGES = [60, 30, 14, 7, 1];

/**
 * Returns the current warnings. LinkedIn retires an API version about a year after its release. A connection ends 365
 * days after the person's consent, even when tokens are renewed. Deliveries with an unreadable answer are reported too.
 */
export function warnings({
  versionDaysLeft,
  reconnectDaysLeft,
  unconfirmed,
}: {
  versionDaysLeft: number | undefined;
  reconnectDaysLeft: number | undefined;
  /** Deliveries of the last 24 hours that LinkedIn accepted with an unreadable answer. */
  unconfirmed: number;
}): Warning[] {
  return [
    ...warn('version_sunset', versionDaysLeft, VERSION_STAGES, (days) =>
      days < 0
        ? 'LinkedIn has retired the API version in use: choose a newer one (linkedin_version).'
        : `LinkedIn retires the API version in use in ${count(days)}: choose a newer one (linkedin_version).`,
    ),
    ...warn('reconnect_due', reconnectDaysLeft, RECONNECT_STAGES, (days) =>
      days < 0
        ? 'The connection to LinkedIn has ended after 365 days: reconnect. Pending deliveries are kept and will be sent then.'
        : `The connection to LinkedIn ends in ${count(days)}, 365 days after it was made: reconnect before then.`,
    ),
    ...(unconfirmed > 0 ? [unconfirmedWarning(unconfirmed)] : []),
  ];
}

function unconfirmedWarning(deliveries: number): Warning {
  return {
    kind: 'answers_unconfirmed',
    days_left: null,
    stage: null,
    sentence: `LinkedIn accepted ${deliveries === 1 ? '1 delivery' : `${deliveries} deliveries`} in the last 24 hours with an answer that could not be read. They are not sent again: compare their number with Campaign Manager.`,
  };
}

function warn(
  kind: 'version_sunset' | 'reconnect_due',
  daysLeft: number | undefined,
  stages: readonly number[],
  sentence: (days: number) => string,
): Warning[] {
  const stage = daysLeft === undefined ? undefined : stages.findLast((days) => daysLeft <= days);
  return daysLeft === undefined || stage === undefined
    ? []
    : [{ kind, days_left: daysLeft, stage, sentence: sentence(daysLeft) }];
}

function count(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
