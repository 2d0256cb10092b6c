import { resourceError } from '../error-response.ts';

/** A value in Rest.li 2.0.0's grammar for URLs: text, `List(a,b)` or `(k:v,…)`. */
export type UriValue = string | readonly UriValue[] | UriRecord;
type UriRecord = ReadonlyMap<string, UriValue>;

/** Parses a percent-encoded value: only unencoded characters are grammar. */
export function parseUriValue(raw: string): UriValue {
  if (raw.startsWith('List(')) return listItems(raw).map(parseUriValue);
  if (!raw.startsWith('(')) return parseText(raw);
  const inner = innerOf(raw, '(');
  const members = inner === '' ? [] : splitAtTopLevel(inner);
  return new Map(members.map(parseMember));
}

/** Parses `List(a,b)` and keeps the items as they were written, because batch answers repeat them. */
export function listItems(raw: string): string[] {
  const inner = innerOf(raw, 'List(');
  return inner === '' ? [] : splitAtTopLevel(inner);
}

/** Decodes a value that Rest.li doesn't parse, such as the plain comma list of `fields`. */
export function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    // A stray percent sign is the client's mistake.
    throw syntaxError(raw);
  }
}

function parseMember(raw: string): [string, UriValue] {
  const colon = raw.indexOf(':');
  if (colon < 1) throw syntaxError(raw);
  return [decoded(raw.slice(0, colon)), parseUriValue(raw.slice(colon + 1))];
}

function parseText(raw: string): string {
  if (raw === "''") return '';
  if (/[(),:']/.test(raw)) throw syntaxError(raw);
  return decoded(raw);
}

function innerOf(raw: string, opening: string): string {
  if (!raw.startsWith(opening) || !raw.endsWith(')')) throw syntaxError(raw);
  return raw.slice(opening.length, -1);
}

function splitAtTopLevel(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (depth < 0) throw syntaxError(text);
    if (char === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  if (depth !== 0) throw syntaxError(text);
  return parts;
}

function syntaxError(raw: string) {
  return resourceError(
    400,
    `Invalid query or key "${raw}": outside of List(…) and (…) the characters ( ) , : ' must be percent-encoded`,
  );
}
