import type { FieldProblem } from '../schema/problem.ts';
import { SETTING_DEFAULTS } from '../schema/settings/integration.ts';
import type { IntegrationSettings } from '../schema/settings/integration.ts';

/** The first LinkedIn version with `hashedFirstName` and `hashedLastName`; see docs/reference/settings.md. */
const HASHED_NAMES_SINCE = '202609';

/**
 * Returns the settings of an integration that don't fit together. LinkedIn refuses a whole batch for a field that its
 * version doesn't have, and every request for a version that doesn't exist.
 *
 * @param knownVersions The API versions that this release knows, the oldest first.
 */
export function settingProblems(config: Settings, knownVersions: readonly string[]): FieldProblem[] {
  return [...versionProblems(config, knownVersions), ...hashProblems(config)];
}

type Settings = Pick<IntegrationSettings, 'hash_names' | 'linkedin_version' | 'allow_unknown_version'>;

function versionProblems(
  { linkedin_version: version, allow_unknown_version: isAllowed }: Settings,
  knownVersions: readonly string[],
): FieldProblem[] {
  if (version === undefined || isAllowed === true || knownVersions.includes(version)) return [];
  return [
    {
      pointer: '/config/linkedin_version',
      detail: `is ${version}, which this release does not know: it knows ${knownVersions[0]} to ${knownVersions.at(-1)}. Set allow_unknown_version to use it anyway`,
    },
  ];
}

function hashProblems({
  hash_names: hashNames,
  linkedin_version: version = SETTING_DEFAULTS.linkedin_version,
}: Settings): FieldProblem[] {
  if (hashNames !== true || version >= HASHED_NAMES_SINCE) return [];
  return [
    {
      pointer: '/config/hash_names',
      detail: `needs linkedin_version ${HASHED_NAMES_SINCE} or newer, and it is ${version}`,
    },
  ];
}
