import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import { DIRECTIVES, METADATA } from './directives.ts';
import type { Directive } from './directives.ts';
import { liquidProblem, MAX_LIQUID_CHARS } from './liquid.ts';
import { below, pathProblems, problem, templateProblems } from './path-problems.ts';
import type { Place } from './path-problems.ts';

const MAX_DEPTH = 24;

/**
 * Checks a mapping's field before it is saved, and returns each directive that could never work. An error found now
 * prevents lost conversions later. `liquidFor` must be called first.
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
  if (names.some((name) => name !== directive && name !== METADATA))
    return [problem(place, `expected nothing else next to ${directive}`)];
  const known = DIRECTIVES.find((name) => name === directive);
  const inside = below(place, directive);
  return known === undefined
    ? [problem(inside, `isn't a known directive: expected one of ${DIRECTIVES.join(', ')}`)]
    : argumentProblems(known, value[known], inside);
}

function argumentProblems(directive: Directive, argument: unknown, place: Place): FieldProblem[] {
  switch (directive) {
    case '@literal':
      return [];
    case '@path':
      return isFields(argument) ? problemsAt(argument, place) : pathProblems(argument, place);
    case '@template':
      return isFields(argument) ? problemsAt(argument, place) : templateProblems(argument, place);
    case '@excludeWhenNull':
      return problemsAt(argument, place);
    case '@liquid':
      return liquidProblems(argument, place);
    case '@arrayPath':
      return Array.isArray(argument) ? arrayPathProblems(argument, place) : [problem(place, 'expected a list')];
    case '@if':
    case '@case':
    case '@replace':
    case '@merge':
    case '@flatten':
    case '@json':
    case '@transform':
      return isFields(argument)
        ? [...unknownNames(argument, KNOWN_NAMES[directive], place), ...OF_FIELDS[directive](argument, place)]
        : [problem(place, 'expected an object')];
  }
}

type WithFields = '@if' | '@case' | '@replace' | '@merge' | '@flatten' | '@json' | '@transform';

const KNOWN_NAMES: Readonly<Record<WithFields, readonly string[]>> = {
  '@if': ['exists', 'blank', 'then', 'else'],
  '@case': ['operator', 'value'],
  '@replace': ['pattern', 'replacement', 'pattern2', 'replacement2', 'value', 'ignorecase', 'global'],
  '@merge': ['objects', 'direction'],
  '@flatten': ['value', 'separator', 'omitArrays'],
  '@json': ['value', 'mode'],
  '@transform': ['apply', 'mapping'],
};

const OF_FIELDS: Readonly<Record<WithFields, (argument: Fields, place: Place) => FieldProblem[]>> = {
  '@if': (argument, place) =>
    Object.hasOwn(argument, 'exists') || Object.hasOwn(argument, 'blank')
      ? inAll(argument, place)
      : [problem(place, 'expected one of exists and blank')],
  '@case': (argument, place) => [...oneOf(argument, 'operator', ['lower', 'upper'], place), ...inAll(argument, place)],
  '@replace': replaceProblems,
  '@merge': (argument, place) => [
    ...oneOf(argument, 'direction', ['left', 'right'], place),
    ...(Array.isArray(argument['objects'])
      ? problemsAt(argument['objects'], below(place, 'objects'))
      : [problem(below(place, 'objects'), 'expected a list of objects or directives')]),
  ],
  '@flatten': (argument, place) => [
    ...(isText(argument['separator'])
      ? []
      : [problem(below(place, 'separator'), 'expected a text of at least one character, such as "."')]),
    ...inAll(argument, place),
  ],
  '@json': (argument, place) => [
    ...oneOf(argument, 'mode', ['encode', 'decode'], place),
    ...(argument['value'] ? [] : [problem(below(place, 'value'), 'expected a value')]),
    ...inAll(argument, place),
  ],
  '@transform': (argument, place) => [
    ...(isFields(argument['apply'])
      ? problemsAt(argument['apply'], below(place, 'apply'))
      : [problem(below(place, 'apply'), 'expected an object')]),
    ...(argument['mapping'] === undefined
      ? [problem(below(place, 'mapping'), 'expected a directive or an object')]
      : // Its paths start at the result of `apply`.
        problemsAt(argument['mapping'], { ...below(place, 'mapping'), isItem: true })),
  ],
};

function replaceProblems(argument: Fields, place: Place): FieldProblem[] {
  const isLeftOutOr = (name: string, type: 'string' | 'boolean', detail: string): FieldProblem[] => {
    const value = argument[name];
    return value === undefined || value === null || typeof value === type ? [] : [problem(below(place, name), detail)];
  };
  return [
    ...(isText(argument['pattern'])
      ? []
      : [problem(below(place, 'pattern'), 'expected a text of at least one character')]),
    ...['replacement', 'pattern2', 'replacement2'].flatMap((name) => isLeftOutOr(name, 'string', 'expected a text')),
    ...['ignorecase', 'global'].flatMap((name) => isLeftOutOr(name, 'boolean', 'expected true or false')),
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

function liquidProblems(argument: unknown, place: Place): FieldProblem[] {
  if (typeof argument !== 'string') return [problem(place, 'expected a text such as "{{ properties.plan | upcase }}"')];
  if (argument.length > MAX_LIQUID_CHARS) return [problem(place, `expected at most ${MAX_LIQUID_CHARS} characters`)];
  const unreadable = liquidProblem(argument);
  return unreadable === undefined ? [] : [problem(place, `isn't valid Liquid: ${unreadable}`)];
}

function oneOf(argument: Fields, name: string, known: readonly string[], place: Place): FieldProblem[] {
  const value = argument[name];
  return known.some((one) => one === value)
    ? []
    : [problem(below(place, name), `expected ${known.map((one) => `"${one}"`).join(' or ')}`)];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function inAll(argument: Fields, place: Place): FieldProblem[] {
  return Object.entries(argument).flatMap(([name, value]) => problemsAt(value, below(place, name)));
}

function unknownNames(argument: Fields, known: readonly string[], place: Place): FieldProblem[] {
  return Object.keys(argument)
    .filter((name) => !known.includes(name) && name !== METADATA)
    .map((name) => problem(below(place, name), `isn't known: expected one of ${known.join(', ')}`));
}
