import { EVENT_RULES } from './lint/event-rules.ts';
import { PERSON_RULES } from './lint/person-rules.ts';

/**
 * The possible problems with an event's values, and what happens then.
 *
 * LinkedIn answers 201 to nonsense and then matches nobody, so we check first. This table is the only source. The
 * readers in `domain/` use a rule's code, and the API, the console and docs/reference/lint.md explain it. No rule
 * stores the value, and none stops a conversion that is still useful without it.
 */
export const LINT_RULES = { ...PERSON_RULES, ...EVENT_RULES } as const;

export type LintCode = keyof typeof LINT_RULES;

/** Checks for a code in the table. Rows from other versions may contain others. */
export function isLintCode(code: string): code is LintCode {
  return Object.hasOwn(LINT_RULES, code);
}
