/** A linter finding in the management API: the rule and its meaning, never the value. */
import * as v from 'valibot';

import { isLintCode, LINT_RULES } from './lint-rules.ts';

export const LintFinding = v.object({
  code: v.string(),
  /** The mapping field that it is about. */
  field: v.string(),
  action: v.picklist(['fixed', 'left_out', 'skipped']),
  sentence: v.string(),
  remedy: v.string(),
});
export type LintFinding = v.InferOutput<typeof LintFinding>;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The number of findings for each linter rule, the most frequent first. */
export const LintReport = v.object({
  data: v.array(
    v.object({
      ...LintFinding.entries,
      /** Events with this finding. */
      events: Count,
      /** The same events by conversion rule. An event may fire several rules, or none. */
      conversion_rules: v.array(
        v.object({ integration_id: v.string(), conversion_rule_id: v.string(), events: Count }),
      ),
    }),
  ),
});
export type LintReport = v.InferOutput<typeof LintReport>;

/** Explains lint codes. Codes of other versions that this one doesn't know are left out. */
export function lintFindings(codes: readonly string[]): LintFinding[] {
  return codes.flatMap((code) => (isLintCode(code) ? [{ code, ...LINT_RULES[code] }] : []));
}
