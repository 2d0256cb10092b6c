import { keyword } from '../syntax/parse.ts';
import type { Token } from '../syntax/tokens.ts';
import type { TriggerDifference } from './differences.ts';

/** A path that Segment's lexer accepts: names of a-z, digits, `_` and `-`, with every other sign escaped. */
const NAME = String.raw`(?:[A-Za-z_]|\\[^])(?:[A-Za-z0-9_-]|\\[^])*`;
const PATH = new RegExp(String.raw`^${NAME}(?:\.${NAME})*$`);
const WORDS_OF_THE_LANGUAGE = /(?:^|\.)(?:and|or|null)(?:\.|$)/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * The characters that Segment accepts after a name, and below those it accepts after "and", "or", "null", "!=", ">="
 * and "<=".
 */
const AFTER_NAME = /^[ \t\n,\])(.=!]?$/;
const AFTER_WORD = /^[ \t\n,\])]?$/;

/** An open bracket: around conditions, of a function call, or of a list. */
type Open = { kind: 'group' | 'function' | 'list'; words: Set<string> };

/**
 * Returns the differences that come from spelling: quotes, brackets, capitals, and signs that Segment's lexer rejects.
 */
export function spellingDifferences(source: string, found: readonly Token[]): TriggerDifference[] {
  return [
    ...found.flatMap((token, at) =>
      inToken(source, token, { beforeThat: found[at - 2], before: found[at - 1], after: found[at + 1] }),
    ),
    ...inBrackets(found),
  ];
}

type Beside = { beforeThat: Token | undefined; before: Token | undefined; after: Token | undefined };

function inToken(source: string, token: Token, beside: Beside): TriggerDifference[] {
  const { before } = beside;
  const start = token.column - 1;
  const gap = source.slice(before === undefined ? 0 : before.column - 1 + before.raw.length, start);
  const isGapOdd = !/^[ \t\n]*$/.test(gap);
  const next = source.charAt(start + token.raw.length);
  const isOdd = isGapOdd || !isTakenBySegment(token, next);
  return [...(isOdd ? (['spelling'] as const) : []), ...inKind(token, beside)];
}

function isTakenBySegment(token: Token, next: string): boolean {
  switch (token.kind) {
    case 'word': {
      const word = keyword(token);
      if (word === 'and' || word === 'or' || word === 'null') return AFTER_WORD.test(next);
      return PATH.test(token.raw) && !WORDS_OF_THE_LANGUAGE.test(token.raw) && AFTER_NAME.test(next);
    }
    case 'number':
      return NUMBER.test(token.raw);
    case 'operator':
      return token.raw.length === 1 || AFTER_WORD.test(next);
    case 'sign':
      return token.sign !== '!' || /^[A-Za-z(]/.test(next);
    case 'text':
    case 'end':
      return true;
  }
}

function inKind(token: Token, { beforeThat, before, after }: Beside): TriggerDifference[] {
  switch (token.kind) {
    case 'text': {
      const isSingle = token.raw.startsWith("'");
      const isEscaped = token.raw.slice(1, -1) !== token.value;
      return [...(isSingle ? (['single_quotes'] as const) : []), ...(isEscaped ? (['backslash'] as const) : [])];
    }
    case 'word': {
      const word = keyword(token);
      const isWord = word !== undefined && ['and', 'or', 'in', 'true', 'false', 'null'].includes(word);
      if (isWord) return token.raw === word ? [] : ['capitals'];
      return startsCondition(before) && !isName(beforeThat) && endsCondition(after) ? ['bare'] : [];
    }
    case 'sign':
      return token.sign === '!' && !isFunction(after) ? ['not'] : [];
    case 'number':
    case 'operator':
    case 'end':
      return [];
  }
}

function inBrackets(found: readonly Token[]): TriggerDifference[] {
  const open: Open[] = [{ kind: 'group', words: new Set() }];
  const differences: TriggerDifference[] = [];
  found.forEach((token, at) => {
    const word = keyword(token);
    const innermost = open.at(-1);
    if (word === 'and' || word === 'or') {
      innermost?.words.add(word);
      if (innermost?.words.size === 2) differences.push('and_or');
    }
    if (token.kind !== 'sign') return;
    if (token.sign === '[') open.push({ kind: 'list', words: new Set() });
    if (token.sign === '(') {
      const kind = isName(found[at - 1]) ? 'function' : 'group';
      if (kind === 'group' && open.length > 1) differences.push('brackets');
      open.push({ kind, words: new Set() });
    }
    if (token.sign === ')' || token.sign === ']') {
      const closed = open.pop();
      const next = found[at + 1];
      const isLast = next?.kind === 'sign' && next.sign === ')';
      // Segment takes a function's closing bracket for the end of the surrounding group.
      if (closed?.kind === 'function' && open.length > 1 && !isLast) differences.push('brackets');
    }
  });
  return differences;
}

/** Checks for a name rather than a keyword. Before a bracket it is a function. */
function isName(token: Token | undefined): boolean {
  const word = token === undefined ? undefined : keyword(token);
  return word !== undefined && !['and', 'or', 'in'].includes(word);
}

/** Checks for a function that Segment's triggers support. */
function isFunction(token: Token | undefined): boolean {
  return token?.kind === 'word' && (token.raw === 'contains' || token.raw === 'match');
}

function startsCondition(before: Token | undefined): boolean {
  if (before === undefined) return true;
  const word = keyword(before);
  return word === 'and' || word === 'or' || (before.kind === 'sign' && (before.sign === '(' || before.sign === '!'));
}

function endsCondition(after: Token | undefined): boolean {
  if (after === undefined || after.kind === 'end') return true;
  const word = keyword(after);
  return word === 'and' || word === 'or' || (after.kind === 'sign' && after.sign === ')');
}
