/**
 * LinkedIn's API versions with the day on which each is retired. From that day, LinkedIn answers 426.
 *
 * https://learn.microsoft.com/linkedin/marketing/integrations/migrations (read 2026-09). A version is valid for about a
 * year.
 *
 * 202512 never existed, so a version is never computed from the date.
 */
const SUNSETS: ReadonlyMap<string, string> = new Map([
  ['202511', '2026-11-16'],
  ['202601', '2027-01-15'],
  ['202602', '2027-02-15'],
  ['202603', '2027-03-16'],
  ['202604', '2027-04-15'],
  ['202605', '2027-05-15'],
  ['202606', '2027-06-15'],
  ['202607', '2027-07-15'],
  ['202608', '2027-08-17'],
  ['202609', '2027-09-15'],
]);

/** The versions that this release knows, including retired ones. */
export const KNOWN_VERSIONS: readonly string[] = [...SUNSETS.keys()];

/** The newest version that was seen to work. It replaces a retired one. */
export const NEWEST_KNOWN_VERSION = '202609';

const DAY_MS = 86_400_000;

/**
 * Returns how many days are left until a version is retired, negative when it is; undefined for a version newer than
 * this table.
 */
export function versionDaysLeft(version: string, nowMs: number): number | undefined {
  const sunset = SUNSETS.get(version);
  return sunset === undefined ? undefined : Math.floor((Date.parse(sunset) - nowMs) / DAY_MS);
}
