import type { BaseIssue } from 'valibot';

import { expectedBy } from './expected-by.ts';
import type { FieldProblem } from './problem.ts';

/**
 * Names each field that a schema refused by its JSON pointer, with what was expected there.
 *
 * The value itself is not repeated: it may be an e-mail or a token.
 */
export function fieldProblems(issues: readonly BaseIssue<unknown>[]): FieldProblem[] {
  return issues.map((issue) => ({ pointer: pointerOf(issue), detail: detailOf(issue) }));
}

function pointerOf(issue: BaseIssue<unknown>): string {
  return (issue.path ?? []).map(({ key }) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function detailOf(issue: BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'is not a field that is known here';
  if (issue.kind === 'schema' && issue.received === 'undefined') return 'is missing';
  // A reader of ours that found out what is wrong has said it in whole words.
  if (issue.type === 'raw_transform') return issue.message;
  // Our own messages start with "expected"; valibot's own quote what they saw, in the words of programmers.
  return issue.message.startsWith('expected') ? issue.message : `expected ${expectedBy(issue)}`;
}
