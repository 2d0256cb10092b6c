import type { Fields } from '../../schema/fields.ts';
import { fieldCalled } from '../reading/field-called.ts';
import { withoutEscapes } from '../reading/seen-text.ts';

/** Longer than two names of a person. */
const MAX_CHARS = 120;

/**
 * Gives traits with both names where only Segment's `name` has them: split at its last space, or at the comma of
 * "Doe, Jane". Where a first or a last name stands beside it, that counts.
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
