import { inSmallLetters } from '../privacy/compared-name.ts';
import { inPlainLetters } from '../privacy/in-plain-letters.ts';

/**
 * Returns the form in which order numbers and IDs are compared, so that those that look the same to a reader are equal.
 * Ignored are case, width, spaces, invisible characters, escapes of URLs and HTML, and whether an accent is a character
 * of its own.
 */
export function searchForm(text: string): string {
  return inSmallLetters(inPlainLetters(text).replaceAll(/\s/g, '')).replaceAll('i\u0307', 'i').normalize('NFKC');
}
