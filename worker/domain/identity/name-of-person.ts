import type { Fields } from '../../schema/fields.ts';
import { fieldCalled } from '../reading/field-called.ts';
import { withoutEscapes } from '../reading/seen-text.ts';

/** Longer than any two names of a person. */
const MAX_CHARS = 120;

/**
 * Adds `firstName` and `lastName` when the traits have only Segment's `name`. The name is split at its last space, or
 * at the comma of "Doe, Jane". Does nothing when the traits have a first or last name.
 */
export function withBothNames(traits: Fields, names: readonly (readonly string[])[]): Fields {
  if (names.some((called) => fieldCalled(traits, called) !== undefined)) return traits;
  const name = fieldCalled(traits, ['name', 'fullname']);
  if (typeof name !== 'string' || name.length > MAX_CHARS) return traits;
  const text = withoutEscapes(name).trim();
  const [, before = '', after = ''] = /^([^,]+),([^,]+)$/u.exec(text) ?? [];
  const at = text.search(/\s\S+$/u);
  if (after.trim() !== '') return { ...traits, firstName: after.trim(), lastName: before.trim() };
  return at < 0 || text.includes(',')
    ? traits
    : { ...traits, firstName: text.slice(0, at), lastName: text.slice(at + 1) };
}
