/** Something that will stop deliveries on a known day, unless somebody acts before. */
export type Warning = {
  kind: 'version_sunset' | 'reconnect_due';
  days_left: number;
  /** The last of the days that had been reached: 90, 30 or 7 for a version; 60, 30, 14, 7 or 1 for a connection. */
  stage: number;
  sentence: string;
};

const VERSION_STAGES = [90, 30, 7];
const RECONNECT_STAGES = [60, 30, 14, 7, 1];

/**
 * Says what will end soon: LinkedIn's API version, about a year after its release, and the consent to use a person's
 * account, 365 days after it was given, whatever is renewed in between.
 */
export function warnings({
  versionDaysLeft,
  reconnectDaysLeft,
}: {
  versionDaysLeft: number | undefined;
  reconnectDaysLeft: number | undefined;
}): Warning[] {
  return [
    ...warn('version_sunset', versionDaysLeft, VERSION_STAGES, (days) =>
      days < 0
        ? 'LinkedIn has retired the API version in use: set a newer linkedin_version.'
        : `LinkedIn retires the API version in use in ${count(days)}: set a newer linkedin_version.`,
    ),
    ...warn('reconnect_due', reconnectDaysLeft, RECONNECT_STAGES, (days) =>
      days < 0
        ? 'The connection to LinkedIn has ended after 365 days: reconnect. What waits is kept and goes then.'
        : `The connection to LinkedIn ends in ${count(days)}, 365 days after it was made: reconnect before.`,
    ),
  ];
}

function warn(
  kind: Warning['kind'],
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
