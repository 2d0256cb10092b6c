import { OPERATORS } from './expression.ts';
import type { Operator, Path } from './expression.ts';
import { FqlError } from './fql-error.ts';
import { readPath } from './read-path.ts';
import { readText } from './read-text.ts';

/** `raw` is the source text of the token. */
export type Token = { column: number; raw: string } & (
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: number }
  /** A path, a function name or a keyword such as "and". The parser decides which. */
  | { kind: 'word'; path: Path }
  | { kind: 'operator'; operator: Operator }
  | { kind: 'sign'; sign: '(' | ')' | '[' | ']' | ',' | '!' }
  | { kind: 'end' }
);

type ReadToken = Unwritten<Token>;
/** `Omit` applied to each member of the union. */
type Unwritten<Kind> = Kind extends Token ? Omit<Kind, 'raw'> : never;

const SPACE = /\s+/y;
const NUMBER = /[+-]?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const OPERATOR = /!=|>=|<=|=|>|</y;
const SIGN = /[()[\],!]/y;
const WORD_START = /^[\p{L}_$\\]/u;

/** Operators of other languages, and their equivalents here. */
const ELSEWHERE: readonly (readonly [string, string])[] = [
  ['&&', 'and'],
  ['||', 'or'],
  ['==', '='],
  ['<>', '!='],
];

/** Splits a trigger into tokens with their columns. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  for (;;) {
    at += matched(SPACE, source, at).length;
    const { token: read, end } = tokenAt(source, at);
    const token = { ...read, raw: source.slice(at, end) };
    found.push(token);
    if (token.kind === 'end') return found;
    at = end;
  }
}

function tokenAt(source: string, at: number): { token: ReadToken; end: number } {
  const column = at + 1;
  const next = source.charAt(at);
  if (next === '') return { token: { kind: 'end', column }, end: at };
  const foreign = ELSEWHERE.find(([sign]) => source.startsWith(sign, at));
  if (foreign !== undefined) throw new FqlError(`expected "${foreign[1]}" in place of "${foreign[0]}"`, column);
  if (next === '"' || next === "'") {
    const { value, end } = readText(source, at);
    return { token: { kind: 'text', value, column }, end };
  }
  if (WORD_START.test(source.slice(at, at + 2))) {
    const { path, end } = readPath(source, at);
    return { token: { kind: 'word', path, column }, end };
  }
  const number = matched(NUMBER, source, at);
  if (number !== '')
    return { token: { kind: 'number', value: numberIn(number, column), column }, end: at + number.length };
  const operator = OPERATORS.find((known) => known === matched(OPERATOR, source, at));
  if (operator !== undefined) return { token: { kind: 'operator', operator, column }, end: at + operator.length };
  const sign = SIGNS.find((known) => known === matched(SIGN, source, at));
  if (sign !== undefined) return { token: { kind: 'sign', sign, column }, end: at + 1 };
  throw new FqlError(`"${String.fromCodePoint(source.codePointAt(at) ?? 0)}" means nothing here`, column);
}

const SIGNS = ['(', ')', '[', ']', ',', '!'] as const;

function numberIn(text: string, column: number): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new FqlError('expected a smaller number', column);
  // Adding 0 turns -0 into 0.
  return value + 0;
}

function matched(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}
