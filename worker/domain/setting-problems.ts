import { SETTING_DEFAULTS } from '../schema/integration.ts';
import type { IntegrationSettings } from '../schema/integration.ts';
import type { FieldProblem } from '../schema/problem.ts';

/** LinkedIn's first version with `hashedFirstName` and `hashedLastName`; linkedin-api.md section 2.4. */
const HASHED_NAMES_SINCE = '202609';

/** Says which settings of an integration do not go together. LinkedIn refuses a whole batch for a field that its version does not know. */
export function settingProblems({
  hash_names: hashNames,
  linkedin_version: version = SETTING_DEFAULTS.linkedin_version,
}: Pick<IntegrationSettings, 'hash_names' | 'linkedin_version'>): FieldProblem[] {
  if (hashNames !== true || version >= HASHED_NAMES_SINCE) return [];
  return [
    {
      pointer: '/config/hash_names',
      detail: `needs linkedin_version ${HASHED_NAMES_SINCE} or newer, and it is ${version}`,
    },
  ];
}
