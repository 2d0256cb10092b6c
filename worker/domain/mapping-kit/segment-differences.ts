import { isFields } from '../../schema/fields.ts';
import { directiveOf } from './directives.ts';
import { cutPath, mappingPath } from './mapping-path.ts';
import { templateParts } from './template.ts';

/** The ways in which a mapping's field can mean something else at Segment: its meaning there and here. */
export const FIELD_DIFFERENCES = {
  literal: 'Segment evaluates a directive within "@literal". Here, its value is used as it is.',
  path: 'Segment reads this path differently and finds nothing: it keeps spaces around the path, splits at each dot even within quotes, and doesn\'t support "$" within braces. Here, the path works.',
  replace:
    'Segment refuses every event of a mapping whose "@replace" has a pattern or a replacement of more than 10 characters. Here, it is accepted.',
} as const satisfies Record<string, string>;

export type FieldDifference = keyof typeof FIELD_DIFFERENCES;

/** Segment's limit for the pattern and the replacement of `@replace`. */
const MAX_REPLACE_CHARS = 10;

/** Returns the ways in which a mapping's fields would mean something else at Segment, each once. */
export function fieldDifferences(value: unknown): FieldDifference[] {
  return [...new Set(inValue(value))];
}

function inValue(value: unknown): FieldDifference[] {
  if (Array.isArray(value)) return value.flatMap(inValue);
  if (!isFields(value)) return [];
  const directive = directiveOf(value);
  if (directive === undefined) return Object.values(value).flatMap(inValue);
  const argument = value[directive];
  switch (directive) {
    case '@literal':
      return hasDirective(argument) ? ['literal'] : [];
    case '@path':
      return typeof argument === 'string' ? inPath(argument, 'path') : inValue(argument);
    case '@template':
      if (typeof argument !== 'string') return inValue(argument);
      return templateParts(argument).flatMap((part) => (part.kind === 'path' ? inPath(part.path, 'braces') : []));
    case '@arrayPath': {
      const [where, ...shape]: readonly unknown[] = Array.isArray(argument) ? argument : [];
      return [...(typeof where === 'string' ? inPath(where, 'path') : inValue(where)), ...shape.flatMap(inValue)];
    }
    case '@replace':
      return isFields(argument) ? [...inReplace(argument), ...inValue(argument['value'])] : [];
    case '@if':
    case '@case':
    case '@merge':
    case '@flatten':
    case '@json':
    case '@transform':
      return isFields(argument) ? Object.values(argument).flatMap(inValue) : [];
    case '@excludeWhenNull':
      return inValue(argument);
    case '@liquid':
      return [];
  }
}

/** Checks whether a value contains a directive. */
function hasDirective(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (isFields(value) && directiveOf(value) !== undefined) || Object.values(value).some(hasDirective);
}

function inPath(text: string, where: 'path' | 'braces'): FieldDifference[] {
  const here = mappingPath(text);
  // In braces, Segment doesn't remove "$.".
  const there = cutPath(where === 'braces' ? text : text.replace('$.', '')) ?? [];
  return here === undefined || here.map(String).join('\n') === there.map(String).join('\n') ? [] : ['path'];
}

function inReplace(argument: Readonly<Record<string, unknown>>): FieldDifference[] {
  const texts = ['pattern', 'replacement', 'pattern2', 'replacement2'].map((name) => argument[name]);
  return texts.some((text) => typeof text === 'string' && text.length > MAX_REPLACE_CHARS) ? ['replace'] : [];
}
