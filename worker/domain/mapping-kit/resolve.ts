import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { valueAt } from '../fql/compile.ts';
import type { EventFields } from '../fql/compile.ts';
import { ITEM_CHARS } from '../fql/work-budget.ts';
import type { WorkBudget } from '../fql/work-budget.ts';
import { mappingPath } from './mapping-path.ts';
import { templateParts } from './template.ts';

/** Segment's directives that are known here. */
export const DIRECTIVES = ['@path', '@template', '@literal', '@if', '@case', '@replace', '@arrayPath'] as const;
export type Directive = (typeof DIRECTIVES)[number];

type Resolve = (event: EventFields, budget: WorkBudget) => unknown;

/** So many characters are read or compared at the cost of one step. */
const CHARS_A_STEP = 4;

/** What it costs to make a regular expression. */
const PATTERN_STEPS = 16;

/** Made once for a config that was read, which serves thousands of events. */
const made = new WeakMap<object, Resolve>();

/**
 * Works out what a mapping's field gives for an event: a directive is followed, and everything else is itself.
 *
 * A value that is missing, or of another type than a directive wants, gives undefined or is left as it is.
 *
 * @throws TooCostly when it would take more than the budget has, and for no other reason.
 *
 * @example
 * resolve({ '@path': '$.properties.total' }, { properties: { total: 5 } }, budget) // 5
 */
export function resolve(value: unknown, event: EventFields, budget: WorkBudget): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value) ?? compiled(value);
  made.set(value, known);
  return known(event, budget);
}

/** The directive that an object is, if it is one. */
export function directiveOf(value: Fields): Directive | undefined {
  return DIRECTIVES.find((directive) => Object.hasOwn(value, directive));
}

function compiled(value: unknown): Resolve {
  if (Array.isArray(value)) return list(value);
  if (!isFields(value)) return constant(value);
  const directive = directiveOf(value);
  return directive === undefined ? object(value) : follow(directive, value[directive]);
}

function constant(value: unknown): Resolve {
  return (_event, budget) => {
    budget.spend(1);
    return value;
  };
}

function list(values: readonly unknown[]): Resolve {
  const items = values.map(compiled);
  return (event, budget) => {
    budget.spend(1);
    budget.write(items.length * ITEM_CHARS);
    return items.map((item) => item(event, budget));
  };
}

function object(value: Fields): Resolve {
  const fields = Object.entries(value).map(([name, field]) => [name, compiled(field)] as const);
  return (event, budget) => {
    budget.spend(1 + fields.length);
    budget.write(fields.length * ITEM_CHARS);
    return Object.fromEntries(fields.map(([name, field]) => [name, field(event, budget)]));
  };
}

function follow(directive: Directive, argument: unknown): Resolve {
  switch (directive) {
    case '@literal':
      return constant(argument);
    case '@path':
      return pathValue(argument);
    case '@template':
      return typeof argument === 'string' ? fillTemplate(argument) : constant(undefined);
    case '@if':
      return isFields(argument) ? choose(argument) : constant(undefined);
    case '@case':
      return isFields(argument) ? changeCase(argument) : constant(undefined);
    case '@replace':
      return isFields(argument) ? replace(argument) : constant(undefined);
    case '@arrayPath':
      return Array.isArray(argument) ? arrayPath(argument) : constant(undefined);
  }
}

function pathValue(argument: unknown): Resolve {
  const path = typeof argument === 'string' ? mappingPath(argument) : undefined;
  if (path === undefined) return constant(undefined);
  return (event, budget) => {
    budget.spend(1 + path.length);
    return valueAt(event, path);
  };
}

function fillTemplate(template: string): Resolve {
  const parts = templateParts(template).map((part) =>
    part.kind === 'text' ? constant(part.text) : pathValue(part.path),
  );
  return (event, budget) =>
    parts.reduce<string>((text, part) => {
      const added = textOf(part(event, budget));
      budget.write(added.length);
      return text + added;
    }, '');
}

/** What is missing, or has no text, leaves a gap. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function choose(argument: Fields): Resolve {
  const isBlankAsked = Object.hasOwn(argument, 'blank');
  const asked = compiled(isBlankAsked ? argument['blank'] : argument['exists']);
  const then = compiled(argument['then']);
  const otherwise = compiled(argument['else']);
  return (event, budget) => {
    budget.spend(1);
    const value = asked(event, budget);
    const isMissing = value === undefined || value === null;
    const holds = isBlankAsked ? isMissing || value === '' : !isMissing;
    return (holds ? then : otherwise)(event, budget);
  };
}

function changeCase(argument: Fields): Resolve {
  const given = compiled(argument['value']);
  const isUpper = argument['operator'] === 'upper';
  return (event, budget) => {
    const value = given(event, budget);
    if (typeof value !== 'string') return value;
    budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
    // A letter may become three: "ΐ" in capitals is.
    budget.write(value.length);
    const text = isUpper ? value.toUpperCase() : value.toLowerCase();
    budget.write(Math.max(text.length - value.length, 0));
    return text;
  };
}

function replace(argument: Fields): Resolve {
  const given = compiled(argument['value']);
  const { ignorecase, global: everywhere } = argument;
  const flags = `${everywhere === false ? '' : 'g'}${ignorecase === true ? 'i' : ''}u`;
  const changes = (['', '2'] as const).flatMap((number) => {
    const pattern = argument[`pattern${number}`];
    if (typeof pattern !== 'string' || pattern === '') return [];
    return [{ pattern, replacement: textOf(argument[`replacement${number}`]) }];
  });
  return (event, budget) => {
    const value = given(event, budget);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return value;
    return changes.reduce((text, { pattern, replacement }) => {
      // The engine looks for a text that repeats itself at every place anew.
      budget.spend(PATTERN_STEPS + Math.ceil(((text.length + 1) * pattern.length) / CHARS_A_STEP));
      budget.write(text.length);
      // A function, since a text such as "$&" would mean something.
      return text.replace(new RegExp(literally(pattern), flags), () => {
        budget.spend(1);
        budget.write(replacement.length);
        return replacement;
      });
    }, String(value));
  };
}

/** A pattern is a text and no regular expression, as Segment has it. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function arrayPath([where, shape]: readonly unknown[]): Resolve {
  const lookedUp = typeof where === 'string' ? pathValue(where) : compiled(where);
  const shaped = compiled(shape);
  return (event, budget) => {
    budget.spend(1);
    const found = lookedUp(event, budget);
    if (shape === undefined || found === undefined || found === null) return found;
    const items: readonly unknown[] = Array.isArray(found) ? found : [found];
    budget.spend(items.length);
    budget.write(items.length * ITEM_CHARS);
    return items.map((item) => shaped(isFields(item) ? item : NO_FIELDS, budget));
  };
}

const NO_FIELDS: EventFields = {};
