import type { FieldProblem } from '../../schema/problem.ts';
import { OBJECT_ROOTS, VALUE_ROOTS } from '../fql/syntax/expression.ts';
import { mappingPath } from './mapping-path.ts';
import { templateParts } from './template.ts';

/** The top-level fields that a mapping's path may start with. */
const ROOTS: readonly string[] = [
  ...VALUE_ROOTS,
  'timestamp',
  'originalTimestamp',
  'sentAt',
  'receivedAt',
  'category',
  'groupId',
  'previousId',
  ...OBJECT_ROOTS,
];

/**
 * A value's position in a mapping. Its paths start at the event, where they are checked, or at a list item, which may
 * have any fields.
 */
export type Place = { pointer: string; depth: number; isItem: boolean };

export function pathProblems(argument: unknown, place: Place): FieldProblem[] {
  const path = typeof argument === 'string' ? mappingPath(argument) : undefined;
  if (path === undefined) return [problem(place, 'expected a path such as "$.properties.total"')];
  const root = path[0];
  if (place.isItem || root === undefined || ROOTS.includes(String(root))) return [];
  return [problem(place, `expected a path that starts with ${ROOTS.map((name) => `$.${name}`).join(', ')}`)];
}

export function templateProblems(argument: unknown, place: Place): FieldProblem[] {
  if (typeof argument !== 'string') return [problem(place, 'expected a text such as "{{properties.plan}}"')];
  return templateParts(argument).flatMap((part) => (part.kind === 'path' ? pathProblems(part.path, place) : []));
}

export function below({ pointer, depth, isItem }: Place, key: string | number): Place {
  return { pointer: `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`, depth: depth + 1, isItem };
}

export function problem({ pointer }: Place, detail: string): FieldProblem {
  return { pointer, detail };
}
