/** A newer version with which LinkedIn did not accept a batch. */
export type RefusedVersion = {
  version: string;
  atMs: number;
  /** LinkedIn's message; undefined when it could not be reached, which says nothing about the version. */
  message: string | undefined;
};

export type VersionsInUse = {
  /** The version that deliveries use. */
  inUse: string;
  /** Days until LinkedIn retires it; undefined when nobody knows. */
  daysLeft: number | undefined;
  /** LinkedIn no longer answers with it. */
  isGone: boolean;
  /** A person set it. It stays until LinkedIn retires it. */
  isPinned: boolean;
  /** The versions that LinkedIn answers with. `daysLeft` is undefined for one that is newer than this release. */
  answering: readonly { version: string; daysLeft: number | undefined }[];
  refused: readonly RefusedVersion[];
};

/**
 * This many days before a version is retired, another one is tried. That is early enough to try a different one each
 * day.
 */
export const LEAVE_DAYS = 30;

const HOUR_MS = 60 * 60_000;

/** A refused version is tried again after a day: LinkedIn may have repaired it. */
const AGAIN_MS = 24 * HOUR_MS;

/**
 * Returns the version that the next batch should try, because the one in use ends or has ended: the newest one that this
 * release knows, because it is tested; otherwise the newest one that LinkedIn answers with.
 */
export function nextVersion(
  { inUse, daysLeft, isGone, isPinned, answering, refused }: VersionsInUse,
  nowMs: number,
): string | undefined {
  const isEnding = daysLeft !== undefined && daysLeft <= LEAVE_DAYS;
  if (!isGone && (isPinned || !isEnding)) return undefined;
  const newer = answering
    .filter((one) => one.version > inUse && (one.daysLeft === undefined || one.daysLeft > LEAVE_DAYS))
    .filter(({ version }) => !refused.some((one) => one.version === version && isWaiting(one, nowMs)))
    .toSorted((one, other) => (one.version < other.version ? 1 : -1));
  return (newer.find((one) => one.daysLeft !== undefined) ?? newer[0])?.version;
}

function isWaiting({ atMs, message }: RefusedVersion, nowMs: number): boolean {
  // A time in the future was written while the clock was wrong.
  return Math.abs(nowMs - atMs) < (message === undefined ? HOUR_MS : AGAIN_MS);
}
