/** What the linter found, as the management API shows it: the rule and what it means, never the value. */
import * as v from 'valibot';

import { isLintCode, LINT_RULES } from './lint-rules.ts';

export const LintFinding = v.object({
  code: v.string(),
  /** The field of a mapping that it is about. */
  field: v.string(),
  action: v.picklist(['fixed', 'left_out', 'skipped']),
  sentence: v.string(),
  remedy: v.string(),
});
export type LintFinding = v.InferOutput<typeof LintFinding>;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** How often each rule of the linter found something, the most frequent first. */
export const LintReport = v.object({
  data: v.array(
    v.object({
      ...LintFinding.entries,
      /** Events in which it was found. */
      events: Count,
      /** The same by the conversion rules that they fired: an event may fire several, or none. */
      conversion_rules: v.array(
        v.object({ integration_id: v.string(), conversion_rule_id: v.string(), events: Count }),
      ),
    }),
  ),
});
export type LintReport = v.InferOutput<typeof LintReport>;

/** Says what codes mean. A code that another version wrote and this one does not know is left out. */
export function lintFindings(codes: readonly string[]): LintFinding[] {
  return codes.flatMap((code) => (isLintCode(code) ? [{ code, ...LINT_RULES[code] }] : []));
}
