import { FqlError } from './fql-error.ts';

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads a text in double or single quotes, from the opening quote.
 *
 * An unknown escape keeps its backslash, so that the pattern `"100\*"` can contain a literal star.
 */
export function readText(source: string, start: number): { value: string; end: number } {
  const quote = source.charAt(start);
  let value = '';
  let at = start + 1;
  while (at < source.length) {
    const next = source.charAt(at);
    if (next === quote) return { value, end: at + 1 };
    if (next !== '\\') {
      value += next;
      at += 1;
      continue;
    }
    const unicode = /^\\u([0-9a-fA-F]{4})/.exec(source.slice(at, at + 6))?.[1];
    const escaped = source.charAt(at + 1);
    value += unicode === undefined ? (ESCAPED[escaped] ?? `\\${escaped}`) : String.fromCharCode(parseInt(unicode, 16));
    at += unicode === undefined ? 2 : 6;
  }
  throw new FqlError(`this text has no end: expected a closing ${quote}`, start + 1);
}
