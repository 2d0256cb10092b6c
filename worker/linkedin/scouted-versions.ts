import type { LinkedInError, Outcome, RestResponse } from './rest-call.ts';
import { KNOWN_VERSIONS } from './versions.ts';

/** What LinkedIn says about a version: it answers with it, or it doesn't have this version (any more). */
export type VersionState = 'active' | 'inactive';

/** What is known about each version. If LinkedIn's answer for a version was not clear, the version is missing. */
export type ScoutedVersions = Readonly<Record<string, VersionState>>;

/** A call that changes nothing and returns little data: the roles of the token's own member. */
export const SCOUT_PATH = '/rest/adAccountUsers?q=authenticatedUser&fields=role&count=1';

/** LinkedIn releases a version in most months. */
const MONTHS_AHEAD = 3;

/**
 * Returns the versions to ask about: those that this release knows, and one for each month up to three months from now.
 */
export function versionsToScout(nowMs: number): string[] {
  const newest = KNOWN_VERSIONS.at(-1) ?? '202601';
  const last = monthAfter(new Date(nowMs).toISOString().slice(0, 7).replace('-', ''), MONTHS_AHEAD);
  const later: string[] = [];
  for (let month = monthAfter(newest, 1); month <= last; month = monthAfter(month, 1)) later.push(month);
  return [...KNOWN_VERSIONS, ...later];
}

/** Reads what an answer says about the version of its request. Undefined when it says nothing about it. */
export function versionStateIn(outcome: Outcome<RestResponse>): VersionState | undefined {
  if (outcome.kind === 'ok') return 'active';
  if (isAboutVersion(outcome.error)) return 'inactive';
  // The gateway checks the version before the rights of the member.
  return outcome.error.status === 403 ? 'active' : undefined;
}

/** Returns the newest version that LinkedIn answers with. */
export function newestActive(versions: ScoutedVersions): string | undefined {
  return Object.keys(versions)
    .filter((version) => versions[version] === 'active')
    .toSorted()
    .at(-1);
}

function isAboutVersion({ status, code }: LinkedInError): boolean {
  return status === 426 || code === 'NONEXISTENT_VERSION';
}

function monthAfter(version: string, months: number): string {
  const index = Number(version.slice(0, 4)) * 12 + Number(version.slice(4)) - 1 + months;
  return `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
}
