import type { BaseIssue } from 'valibot';

import { expectedBy } from './expected-by.ts';
import type { FieldProblem } from './problem.ts';

/**
 * Returns each field that a schema refused, by its JSON pointer, with the expected value.
 *
 * The actual value is not repeated, because it may be an e-mail or a token.
 */
export function fieldProblems(issues: readonly BaseIssue<unknown>[]): FieldProblem[] {
  return issues.map((issue) => ({ pointer: pointerOf(issue), detail: detailOf(issue) }));
}

function pointerOf(issue: BaseIssue<unknown>): string {
  return (issue.path ?? []).map(({ key }) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function detailOf(issue: BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'is not a known field';
  if (issue.kind === 'schema' && issue.received === 'undefined') return 'is missing';
  // Our own readers write complete messages.
  if (issue.type === 'raw_transform') return issue.message;
  // Our own messages start with "expected". valibot's messages quote the value in programmers' terms, so they are
  // replaced.
  return issue.message.startsWith('expected') ? issue.message : `expected ${expectedBy(issue)}`;
}
