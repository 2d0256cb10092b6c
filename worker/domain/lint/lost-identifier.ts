import type { LintCode } from '../../schema/events/lint-rules.ts';

/** The fields by which LinkedIn matches a person. */
const IDENTIFYING: ReadonlySet<string> = new Set([
  'email',
  'linkedInUUID',
  'userInfo',
  'acxiomID',
  'oracleID',
  'googleAID',
  'externalIds',
  'leadId',
]);

/**
 * Checks whether a field was left out that should have identified the person. This is rarely needed, so the table of
 * rules with their texts is loaded only then.
 */
export async function hasLostIdentifier(codes: ReadonlySet<LintCode>): Promise<boolean> {
  const { LINT_RULES } = await import('../../schema/events/lint-rules.ts');
  return [...codes].some((code) => {
    const { field, action } = LINT_RULES[code];
    return action === 'left_out' && IDENTIFYING.has(field) && code !== 'user_info_without_names';
  });
}
