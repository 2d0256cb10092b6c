import { comparedName } from '../privacy/compared-name.ts';

/**
 * Returns a test for names that contain a text. Ignored are case, width, accents, invisible characters, and what
 * separates words.
 */
export function namedLike(text: string): (name: string) => boolean {
  const wanted = comparedName(text);
  // A text of dashes only has no such form.
  return wanted === '' ? (name) => name.includes(text) : (name) => comparedName(name).includes(wanted);
}
