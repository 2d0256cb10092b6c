import type { Fields } from '../../schema/fields.ts';

/** No field that is looked for has a longer name. */
const MAX_NAME_CHARS = 40;

/** Made once for an object that is looked into under several names. */
const made = new WeakMap<Fields, ReadonlyMap<string, unknown>>();

/**
 * Gives what stands under the first of some names that has anything: as they are written first, then in any case and with
 * or without `_`, `-`, `$` and spaces, since CRMs and SDKs write `FirstName`, `first name` and `$first_name`.
 *
 * @param names The loose ones in small letters, without anything between their words.
 */
export function fieldsCalled(fields: Fields, names: readonly string[]): unknown[] {
  const exact = names.flatMap((name) => (isThere(fields, name) ? [fields[name]] : []));
  const loose = looseNames(fields);
  return [
    ...exact,
    ...names.flatMap((name) => (loose.has(name) && loose.get(name) !== fields[name] ? [loose.get(name)] : [])),
  ];
}

/** The first of them. */
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
