import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { ITEM_CHARS } from '../fql/work-budget.ts';
import { CHARS_A_STEP, payForAll } from './resolve-context.ts';
import type { Compile, Resolver, ResolveContext } from './resolve-context.ts';

/** Compiles `@merge`. With `right` the last object that has a field wins, with `left` the first. */
export function merge(argument: Fields, compile: Compile): Resolver {
  const objects: readonly unknown[] = Array.isArray(argument['objects']) ? argument['objects'] : [];
  const parts = objects.map(compile);
  const isLeft = argument['direction'] === 'left';
  return (event, work) => {
    const values = parts.map((part) => part(event, work));
    return Object.fromEntries((isLeft ? values.toReversed() : values).flatMap((value) => ownFields(value, work)));
  };
}

/** Returns a value's own fields. As in JavaScript, a text has its characters as fields. */
function ownFields(value: unknown, { budget }: ResolveContext): [string, unknown][] {
  if (typeof value === 'string') budget.spend(1 + value.length);
  else if (typeof value !== 'object' || value === null) return [];
  const fields = Object.entries(Object(value));
  budget.spend(1 + fields.length);
  budget.write(fields.length * ITEM_CHARS);
  return fields;
}

/** Compiles `@flatten`: `{ a: { b: 1 } }` becomes `{ "a.b": 1 }`. */
export function flatten(argument: Fields, compile: Compile): Resolver {
  const given = compile(argument['value']);
  const { separator } = argument;
  const joint = typeof separator === 'string' ? separator : '.';
  const keepsLists = Boolean(argument['omitArrays']);
  return (event, work) => {
    const value = given(event, work);
    payForAll(value, work);
    return Object.fromEntries(flat(value, '', { joint, keepsLists, work }));
  };
}

function flat(
  value: unknown,
  prefix: string,
  how: { joint: string; keepsLists: boolean; work: ResolveContext },
): [string, unknown][] {
  if (!isFields(value) && (how.keepsLists || !Array.isArray(value))) return [[prefix, value]];
  return Object.entries(value).flatMap(([name, field]) => {
    const key = prefix === '' ? name : `${prefix}${how.joint}${name}`;
    // Names grow with each level, so their text counts too.
    how.work.budget.write(key.length);
    return flat(field, key, how);
  });
}

/** Compiles `@json`, which encodes a value as JSON or decodes it. A text that is not JSON is unchanged. */
export function json(argument: Fields, compile: Compile): Resolver {
  const given = compile(argument['value']);
  return argument['mode'] === 'encode'
    ? (event, work) => {
        const value = given(event, work);
        payForAll(value, work);
        return JSON.stringify(value);
      }
    : (event, work) => {
        const value = given(event, work);
        if (typeof value !== 'string') return value;
        const { budget } = work;
        budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
        budget.write(value.length);
        return decoded(value);
      };
}

function decoded(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}

/** Compiles `@excludeWhenNull`, which removes null and null fields, also in nested objects but not in lists. */
export function excludeWhenNull(argument: unknown, compile: Compile): Resolver {
  const given = compile(argument);
  return (event, work) => {
    const value = given(event, work);
    if (value === null) return undefined;
    payForAll(value, work);
    return withoutNulls(value);
  };
}

function withoutNulls(value: unknown): unknown {
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === null ? [] : [[name, withoutNulls(field)]])),
  );
}

/** Compiles `@transform`. Its mapping reads the result of `apply` instead of the event. */
export function transform(argument: Fields, compile: Compile): Resolver {
  const applied = compile(argument['apply']);
  const mapped = compile(argument['mapping']);
  return (event, work) => {
    const payload = applied(event, work);
    payForAll(payload, work);
    return mapped(withoutUndefined(payload), work);
  };
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, withoutUndefined(field)]])),
  );
}
