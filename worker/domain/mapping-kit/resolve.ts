import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { valueAt } from '../fql/compile.ts';
import type { EventFields } from '../fql/compile.ts';
import { mappingPath } from './mapping-path.ts';
import { templateParts } from './template.ts';

/** Segment's directives that are known here. */
export const DIRECTIVES = ['@path', '@template', '@literal', '@if', '@case', '@replace', '@arrayPath'] as const;
export type Directive = (typeof DIRECTIVES)[number];

/**
 * Works out what a mapping's field gives for an event: a directive is followed, and everything else is itself.
 *
 * It is total: a value that is missing, or of another type than a directive wants, gives undefined or is left as it is.
 *
 * @example
 * resolve({ '@path': '$.properties.total' }, { properties: { total: 5 } }) // 5
 */
export function resolve(value: unknown, event: EventFields): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => resolve(item, event));
  if (!isFields(value)) return value;
  const directive = directiveOf(value);
  if (directive === undefined)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, resolve(field, event)]));
  return follow(directive, value[directive], event);
}

/** The directive that an object is, if it is one. */
export function directiveOf(value: Fields): Directive | undefined {
  return DIRECTIVES.find((directive) => Object.hasOwn(value, directive));
}

function follow(directive: Directive, argument: unknown, event: EventFields): unknown {
  switch (directive) {
    case '@literal':
      return argument;
    case '@path':
      return pathValue(argument, event);
    case '@template':
      return typeof argument === 'string' ? fillTemplate(argument, event) : undefined;
    case '@if':
      return isFields(argument) ? choose(argument, event) : undefined;
    case '@case':
      return isFields(argument) ? changeCase(argument, event) : undefined;
    case '@replace':
      return isFields(argument) ? replace(argument, event) : undefined;
    case '@arrayPath':
      return Array.isArray(argument) ? arrayPath(argument, event) : undefined;
  }
}

function pathValue(argument: unknown, event: EventFields): unknown {
  const path = typeof argument === 'string' ? mappingPath(argument) : undefined;
  return path === undefined ? undefined : valueAt(event, path);
}

function fillTemplate(template: string, event: EventFields): string {
  return templateParts(template)
    .map((part) => (part.kind === 'text' ? part.text : textOf(pathValue(part.path, event))))
    .join('');
}

/** What is missing, or has no text, leaves a gap. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function choose(argument: Fields, event: EventFields): unknown {
  const isBlankAsked = Object.hasOwn(argument, 'blank');
  const value = resolve(isBlankAsked ? argument['blank'] : argument['exists'], event);
  const isMissing = value === undefined || value === null;
  const holds = isBlankAsked ? isMissing || value === '' : !isMissing;
  return resolve(argument[holds ? 'then' : 'else'], event);
}

function changeCase(argument: Fields, event: EventFields): unknown {
  const value = resolve(argument['value'], event);
  if (typeof value !== 'string') return value;
  return argument['operator'] === 'upper' ? value.toUpperCase() : value.toLowerCase();
}

function replace(argument: Fields, event: EventFields): unknown {
  const value = resolve(argument['value'], event);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return value;
  const { ignorecase, global: everywhere } = argument;
  const flags = `${everywhere === false ? '' : 'g'}${ignorecase === true ? 'i' : ''}u`;
  return (['', '2'] as const).reduce((text, number) => {
    const pattern = argument[`pattern${number}`];
    if (typeof pattern !== 'string' || pattern === '') return text;
    const replacement = textOf(argument[`replacement${number}`]);
    // A function, since a text such as "$&" would mean something.
    return text.replace(new RegExp(literally(pattern), flags), () => replacement);
  }, String(value));
}

/** A pattern is a text and no regular expression, as Segment has it. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function arrayPath([where, shape]: readonly unknown[], event: EventFields): unknown {
  const found = typeof where === 'string' ? pathValue(where, event) : resolve(where, event);
  if (shape === undefined || found === undefined || found === null) return found;
  const items: readonly unknown[] = Array.isArray(found) ? found : [found];
  return items.map((item) => resolve(shape, isFields(item) ? item : {}));
}
