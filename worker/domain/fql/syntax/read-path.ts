import type { Path } from './expression.ts';
import { FqlError } from './fql-error.ts';
import { readText } from './read-text.ts';

/**
 * One character of a name, or an escaped one: `properties.order\ id`. The language has no minus, so a hyphen is part of
 * the name.
 */
const NAME_PART = /\\[^]|[\p{L}\p{M}\p{N}_$-]/uy;

/** Words after which `[` starts a list instead of an index. */
const LIST_WORDS = new Set(['in']);

/**
 * Reads a path such as `properties.products[0].price`, or a single word, from its first character.
 *
 * Other names are written in brackets and quotes: `properties["order id"]`.
 *
 * An escaped dot or bracket separates like an unescaped one. Segment's builder escapes every sign, so it writes
 * `products[0].price` as `properties.products\[0\].price`. A name that contains a dot must be in quotes.
 */
export function readPath(source: string, start: number): { path: Path; end: number } {
  const first = readName(source, start);
  const path: (string | number)[] = first.keys;
  let at = first.end;
  if (LIST_WORDS.has(path.join('.').toLowerCase())) return { path, end: at };
  for (;;) {
    const next = source.charAt(at);
    if (next === '.') {
      const { keys, end } = readName(source, at + 1);
      path.push(...keys);
      at = end;
    } else if (next === '[') {
      const { key, end } = readKey(source, at + 1);
      path.push(key);
      at = end;
    } else {
      return { path, end: at };
    }
  }
}

function readName(source: string, start: number): { keys: string[]; end: number } {
  let name = '';
  let at = start;
  for (;;) {
    NAME_PART.lastIndex = at;
    const part = NAME_PART.exec(source)?.[0];
    if (part === undefined) break;
    name += part.startsWith('\\') ? part.slice(1) : part;
    at += part.length;
  }
  const keys = name.match(/[^.[\]]+/g);
  if (keys === null) throw new FqlError('expected the name of a field', start + 1);
  return { keys: [...keys], end: at };
}

function readKey(source: string, start: number): { key: string | number; end: number } {
  const quote = source.charAt(start);
  const { key, end } = quote === '"' || quote === "'" ? keyInQuotes(source, start) : keyOfDigits(source, start);
  if (source.charAt(end) !== ']') throw new FqlError('expected "]"', end + 1);
  return { key, end: end + 1 };
}

function keyInQuotes(source: string, start: number): { key: string; end: number } {
  const { value, end } = readText(source, start);
  return { key: value, end };
}

function keyOfDigits(source: string, start: number): { key: number; end: number } {
  const digits = /^\d{1,9}/.exec(source.slice(start, start + 9))?.[0];
  if (digits === undefined) throw new FqlError('expected an index such as [0], or a name in quotes', start + 1);
  return { key: Number(digits), end: start + digits.length };
}
