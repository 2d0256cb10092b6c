import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import { OBJECT_ROOTS, VALUE_ROOTS } from '../fql/expression.ts';
import { mappingPath } from './mapping-path.ts';
import { DIRECTIVES } from './resolve.ts';
import type { Directive } from './resolve.ts';
import { templateParts } from './template.ts';

const MAX_DEPTH = 10;

const ROOTS: readonly string[] = [...VALUE_ROOTS, 'timestamp', ...OBJECT_ROOTS];

/** Where a value stands: paths start at the event, or at an item of a list, which may have any field. */
type Place = { pointer: string; depth: number; isItem: boolean };

/**
 * Looks at a mapping's field before it is saved, and names each directive that could never work: a typing error found now
 * is a conversion that is not lost later.
 */
export function valueProblems(value: unknown, pointer: string): FieldProblem[] {
  return problemsAt(value, { pointer, depth: 0, isItem: false });
}

function problemsAt(value: unknown, place: Place): FieldProblem[] {
  if (place.depth > MAX_DEPTH) return [problem(place, `expected at most ${MAX_DEPTH} levels`)];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => problemsAt(item, below(place, index)));
  if (!isFields(value)) return [];
  const names = Object.keys(value);
  const directive = names.find((name) => name.startsWith('@'));
  if (directive === undefined) return names.flatMap((name) => problemsAt(value[name], below(place, name)));
  if (names.length > 1) return [problem(place, `expected nothing beside ${directive}`)];
  const known = DIRECTIVES.find((name) => name === directive);
  const inside = below(place, directive);
  return known === undefined
    ? [problem(inside, `is no directive that is known here: expected one of ${DIRECTIVES.join(', ')}`)]
    : argumentProblems(known, value[known], inside);
}

function argumentProblems(directive: Directive, argument: unknown, place: Place): FieldProblem[] {
  switch (directive) {
    case '@literal':
      return [];
    case '@path':
      return pathProblems(argument, place);
    case '@template':
      return templateProblems(argument, place);
    case '@if':
      return isFields(argument) ? ifProblems(argument, place) : [problem(place, 'expected an object')];
    case '@case':
      return isFields(argument) ? caseProblems(argument, place) : [problem(place, 'expected an object')];
    case '@replace':
      return isFields(argument) ? replaceProblems(argument, place) : [problem(place, 'expected an object')];
    case '@arrayPath':
      return Array.isArray(argument) ? arrayPathProblems(argument, place) : [problem(place, 'expected a list')];
  }
}

function pathProblems(argument: unknown, place: Place): FieldProblem[] {
  const path = typeof argument === 'string' ? mappingPath(argument) : undefined;
  if (path === undefined)
    return [problem(place, 'expected a path such as "$.properties.total"; a name with spaces stands as ["order id"]')];
  const root = path[0];
  if (place.isItem || root === undefined || ROOTS.includes(String(root))) return [];
  return [problem(place, `expected a path that starts with ${ROOTS.map((name) => `$.${name}`).join(', ')}`)];
}

function templateProblems(argument: unknown, place: Place): FieldProblem[] {
  if (typeof argument !== 'string') return [problem(place, 'expected a text such as "{{properties.plan}}"')];
  return templateParts(argument).flatMap((part) => (part.kind === 'path' ? pathProblems(part.path, place) : []));
}

function ifProblems(argument: Fields, place: Place): FieldProblem[] {
  const asked = ['exists', 'blank'].filter((name) => Object.hasOwn(argument, name));
  if (asked.length !== 1) return [problem(place, 'expected one of exists and blank')];
  return [...unknownNames(argument, ['exists', 'blank', 'then', 'else'], place), ...inAll(argument, place)];
}

function caseProblems(argument: Fields, place: Place): FieldProblem[] {
  const isKnown = argument['operator'] === 'lower' || argument['operator'] === 'upper';
  return [
    ...(isKnown ? [] : [problem(below(place, 'operator'), 'expected "lower" or "upper"')]),
    ...unknownNames(argument, ['operator', 'value'], place),
    ...inAll(argument, place),
  ];
}

function replaceProblems(argument: Fields, place: Place): FieldProblem[] {
  const known = ['pattern', 'replacement', 'pattern2', 'replacement2', 'value', 'ignorecase', 'global'];
  const { pattern } = argument;
  const isPattern = typeof pattern === 'string' && pattern !== '';
  return [
    ...(isPattern ? [] : [problem(below(place, 'pattern'), 'expected a text of at least one character')]),
    ...unknownNames(argument, known, place),
    ...problemsAt(argument['value'], below(place, 'value')),
  ];
}

function arrayPathProblems(argument: readonly unknown[], place: Place): FieldProblem[] {
  const [where, shape] = argument;
  if (argument.length === 0 || argument.length > 2)
    return [problem(place, 'expected a path, and what to make of each item')];
  const first = below(place, 0);
  return [
    ...(typeof where === 'string' ? pathProblems(where, first) : problemsAt(where, first)),
    ...problemsAt(shape, { ...below(place, 1), isItem: true }),
  ];
}

function inAll(argument: Fields, place: Place): FieldProblem[] {
  return Object.entries(argument).flatMap(([name, value]) => problemsAt(value, below(place, name)));
}

function unknownNames(argument: Fields, known: readonly string[], place: Place): FieldProblem[] {
  return Object.keys(argument)
    .filter((name) => !known.includes(name))
    .map((name) => problem(below(place, name), `is not known here: expected one of ${known.join(', ')}`));
}

function below({ pointer, depth, isItem }: Place, key: string | number): Place {
  return { pointer: `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`, depth: depth + 1, isItem };
}

function problem({ pointer }: Place, detail: string): FieldProblem {
  return { pointer, detail };
}
