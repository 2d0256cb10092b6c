import type { BaseIssue } from 'valibot';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  strict_object: 'an object',
  loose_object: 'an object',
  record: 'an object',
  null: 'null',
  integer: 'a whole number',
  safe_integer: 'a whole number',
  finite: 'a number that is not infinite',
  non_empty: 'at least one character',
  email: 'an e-mail address',
  url: 'a web address',
  iso_timestamp: 'a time such as "2027-01-31T00:00:00Z"',
  iso_date: 'a day such as "2027-01-31"',
  uuid: 'a UUID',
  regex: 'a text in another format',
  never: 'nothing here',
};

/** Returns in plain words what a schema without its own message expected. */
export function expectedBy(issue: BaseIssue<unknown>): string {
  const { type, requirement } = issue;
  if (typeof requirement === 'number') return withLimit(type, requirement, Array.isArray(issue.input));
  // valibot lists the choices as `("granted" | "denied")`, as `"linkedin"`, or with its own type names.
  const choices = [...(issue.expected ?? '').matchAll(/"(?:[^"\\]|\\.)*"|\b\d+\b/g)].map(([choice]) => choice);
  if (['picklist', 'literal', 'enum', 'union', 'variant'].includes(type) && choices.length > 0) return oneOf(choices);
  return KINDS[type] ?? 'another value';
}

function withLimit(type: string, limit: number, isList: boolean): string {
  const unit = isList ? (limit === 1 ? 'entry' : 'entries') : limit === 1 ? 'character' : 'characters';
  switch (type) {
    case 'min_value':
      return `at least ${limit}`;
    case 'max_value':
      return `at most ${limit}`;
    case 'min_length':
      return `at least ${limit} ${unit}`;
    case 'max_length':
      return `at most ${limit} ${unit}`;
    case 'length':
      return `exactly ${limit} ${unit}`;
    case 'multiple_of':
      return `a multiple of ${limit}`;
  }
  return KINDS[type] ?? 'another value';
}

function oneOf(choices: readonly string[]): string {
  const [only] = choices;
  return choices.length === 1 && only !== undefined ? only : `one of ${choices.join(', ')}`;
}
