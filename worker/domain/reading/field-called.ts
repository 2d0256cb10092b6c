import type { Fields } from '../../schema/fields.ts';

/** Longer than any field name that is looked up. */
const MAX_NAME_CHARS = 40;

/** The loose names of each object, computed once even when it is read under several names. */
const made = new WeakMap<Fields, ReadonlyMap<string, unknown>>();

/**
 * Returns the values under the given names, in order. Exact matches come first, then names in any case, with or without
 * `_`, `-`, `$` and spaces. CRMs and SDKs write `FirstName`, `first name` and `$first_name`.
 *
 * @param names Exact names, and loose names in small letters without separators.
 */
export function fieldsCalled(fields: Fields, names: readonly string[]): unknown[] {
  const loose = looseNames(fields);
  const values: unknown[] = [];
  for (const name of names) if (isThere(fields, name)) values.push(fields[name]);
  for (const name of names) {
    const value = loose.get(name);
    if (value !== undefined && value !== fields[name]) values.push(value);
  }
  return values;
}

/** Returns the first value under the given names, like `fieldsCalled`. */
export function fieldCalled(fields: Fields, names: readonly string[]): unknown {
  const exact = names.find((name) => isThere(fields, name));
  if (exact !== undefined) return fields[exact];
  const loose = looseNames(fields);
  const found = names.find((name) => loose.has(name));
  return found === undefined ? undefined : loose.get(found);
}

function isThere(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== null && fields[name] !== undefined;
}

function looseNames(fields: Fields): ReadonlyMap<string, unknown> {
  const known = made.get(fields);
  if (known !== undefined) return known;
  const names = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === '' || name.length > MAX_NAME_CHARS) continue;
    const bare = name.toLowerCase().replaceAll(/[\s_$-]/gu, '');
    if (!names.has(bare)) names.set(bare, value);
  }
  made.set(fields, names);
  return names;
}
