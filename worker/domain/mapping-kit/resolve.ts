import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { EventFields } from '../fql/compile.ts';
import { ITEM_CHARS } from '../fql/work-budget.ts';
import type { WorkBudget } from '../fql/work-budget.ts';
import { directiveOf } from './directives.ts';
import type { Directive } from './directives.ts';
import { fillLiquid } from './liquid.ts';
import { excludeWhenNull, flatten, json, merge, transform } from './object-directives.ts';
import { constant, ResolveContext } from './resolve-context.ts';
import type { Resolver } from './resolve-context.ts';
import { changeCase, fillTemplate, fixedPath, pathValue, replace } from './text-directives.ts';

/** Compiled values, cached because a loaded config serves thousands of events. */
const made = new WeakMap<object, Resolver>();

/**
 * Resolves a mapping's value for an event: follows directives, and returns other values unchanged. The directives do
 * what Segment's code does, even where their names suggest otherwise. test/conformance/segment/ compares both.
 *
 * A missing value, or one of the wrong type for its directive, becomes undefined or is unchanged.
 *
 * @throws TooCostly when the budget is too small. It throws nothing else.
 *
 * @example
 * resolve({ '@path': '$.properties.total' }, { properties: { total: 5 } }, budget) // 5
 */
export function resolve(value: unknown, event: EventFields, budget: WorkBudget): unknown {
  return resolveWith(value, event, new ResolveContext(budget));
}

/**
 * Resolves a value like `resolve`, and records missing values in `work`.
 *
 * @throws TooCostly
 */
export function resolveWith(value: unknown, event: EventFields, work: ResolveContext): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value) ?? compiled(value);
  made.set(value, known);
  return known(event, work);
}

function compiled(value: unknown): Resolver {
  if (Array.isArray(value)) return list(value);
  if (!isFields(value)) return constant(value);
  const directive = directiveOf(value);
  return directive === undefined ? object(value) : follow(directive, value[directive]);
}

function list(values: readonly unknown[]): Resolver {
  const items = values.map(compiled);
  return (event, work) => {
    work.budget.spend(1);
    work.budget.write(items.length * ITEM_CHARS);
    return items.map((item) => item(event, work));
  };
}

function object(value: Fields): Resolver {
  const fields = Object.entries(value).map(([name, field]) => [name, compiled(field)] as const);
  return (event, work) => {
    work.budget.spend(1 + fields.length);
    work.budget.write(fields.length * ITEM_CHARS);
    return Object.fromEntries(fields.map(([name, field]) => [name, field(event, work)]));
  };
}

function follow(directive: Directive, argument: unknown): Resolver {
  switch (directive) {
    case '@literal':
      return constant(argument);
    case '@path':
      return pathValue(argument, compiled);
    case '@template':
      return fillTemplate(argument, compiled);
    case '@if':
      return ofFields(argument, choose);
    case '@case':
      return ofFields(argument, (fields) => ofValue(fields, changeCase));
    case '@replace':
      return ofFields(argument, (fields) => ofValue(fields, replace));
    case '@arrayPath':
      return Array.isArray(argument) ? arrayPath(argument) : constant(undefined);
    case '@merge':
      return ofFields(argument, (fields) => merge(fields, compiled));
    case '@flatten':
      return ofFields(argument, (fields) => flatten(fields, compiled));
    case '@json':
      return ofFields(argument, (fields) => json(fields, compiled));
    case '@transform':
      return ofFields(argument, (fields) => transform(fields, compiled));
    case '@excludeWhenNull':
      return excludeWhenNull(argument, compiled);
    case '@liquid':
      return fillLiquid(argument);
  }
}

function ofFields(argument: unknown, make: (fields: Fields) => Resolver): Resolver {
  return isFields(argument) ? make(argument) : constant(undefined);
}

/** Returns undefined when `value` in the mapping itself is 0, false, null or an empty text. */
function ofValue(fields: Fields, make: (fields: Fields, compile: typeof compiled) => Resolver): Resolver {
  return fields['value'] ? make(fields, compiled) : constant(undefined);
}

/**
 * Compiles `@if`. `exists` gives `then` when the value exists, and `blank` gives `then` when it exists and is **not**
 * blank. The name suggests the opposite, but Segment's code, its tests and existing mappings work this way.
 */
function choose(argument: Fields): Resolver {
  const isBlankAsked = !Object.hasOwn(argument, 'exists');
  const asked = compiled(argument[isBlankAsked ? 'blank' : 'exists']);
  const then = compiled(argument['then']);
  // As at Segment, an `else` of 0, false or an empty text is ignored.
  const otherwise = argument['else'] ? compiled(argument['else']) : constant(undefined);
  return (event, work) => {
    work.budget.spend(1);
    const { gaps } = work;
    const value = asked(event, work);
    // The condition is not part of the result, so its gaps don't count.
    work.gaps = gaps;
    const isThere = value !== undefined && value !== null && !(isBlankAsked && isBlank(value));
    return (isThere ? then : otherwise)(event, work);
  };
}

/** Checks for a value that JavaScript considers equal to an empty text. */
function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 || (value.length === 1 && isBlankItem(value[0]));
  return value === '' || value === 0 || value === false;
}

function isBlankItem(item: unknown): boolean {
  return item === undefined || item === null || item === '' || (Array.isArray(item) && isBlank(item));
}

function arrayPath([where, shape]: readonly unknown[]): Resolver {
  const lookedUp = typeof where === 'string' ? fixedPath(where) : compiled(where);
  const shaped = isFields(shape) && Object.keys(shape).length > 0 ? compiled(shape) : undefined;
  return (event, work) => {
    work.budget.spend(1);
    const found = lookedUp(event, work);
    if (shaped === undefined || typeof found !== 'object' || found === null) return found;
    const items: readonly unknown[] = Array.isArray(found) ? found : [found];
    work.budget.spend(items.length);
    work.budget.write(items.length * ITEM_CHARS);
    return items.map((item) => shaped(item, work));
  };
}
