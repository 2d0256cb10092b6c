import { FUNCTIONS, OBJECT_ROOTS, VALUE_ROOTS } from './expression.ts';
import type { Expression, Literal, Operand, Path } from './expression.ts';
import { FqlError } from './fql-error.ts';
import { tokens } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Deeper than any trigger written by hand, and shallow enough for every call stack. */
const MAX_DEPTH = 50;

/** Longer than any reasonable trigger. */
const MAX_TRIGGER_CHARS = 4_000;

/**
 * Parses a trigger in Segment's FQL, with this grammar:
 *
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "!" not | "(" or ")" | condition
 *     condition  = operand operator operand | operand "in" ( "[" literal { "," literal } "]" | operand ) | operand
 *                | "contains" "(" operand "," operand ")" | "match" "(" operand "," operand ")"
 *     operand    = literal | path | function "(" operand ")"
 *
 * An operand by itself means `operand = true`.
 *
 * @throws FqlError with the column.
 *
 * @example
 * parse('event = "A" or event = "B" and properties.total > 100') // or(A, and(B, >))
 */
export function parse(source: string): Expression {
  if (source.length > MAX_TRIGGER_CHARS)
    throw new FqlError(`expected at most ${MAX_TRIGGER_CHARS} characters`, MAX_TRIGGER_CHARS + 1);
  return new Parser(tokens(source)).all();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(found: readonly Token[]) {
    this.#tokens = found;
  }

  all(): Expression {
    const expression = this.#or();
    const rest = this.#next();
    if (rest.kind !== 'end')
      throw new FqlError(`expected "and", "or" or the end, but found ${shown(rest)}`, rest.column);
    return expression;
  }

  #or(): Expression {
    const first = this.#and();
    const parts = [first];
    while (this.#takesWord('or')) parts.push(this.#and());
    return parts.length === 1 ? first : { kind: 'or', parts };
  }

  #and(): Expression {
    const first = this.#not();
    const parts = [first];
    while (this.#takesWord('and')) parts.push(this.#not());
    return parts.length === 1 ? first : { kind: 'and', parts };
  }

  #not(): Expression {
    const { column } = this.#next();
    if (this.#takesSign('!')) return this.#deeper(column, () => ({ kind: 'not', of: this.#not() }));
    if (!this.#takesSign('(')) return this.#condition();
    const inner = this.#deeper(column, () => this.#or());
    this.#expectSign(')');
    return inner;
  }

  #condition(): Expression {
    const name = this.#functionName();
    if (name === 'contains') {
      const [whole, part] = this.#pair(() => this.#operand());
      return { kind: 'contains', whole, part };
    }
    if (name === 'match') {
      const [text, pattern] = this.#pair(() => this.#pattern());
      return { kind: 'match', text, pattern };
    }
    const left = this.#operand();
    if (this.#takesWord('in')) return this.#isSign('[') ? { kind: 'in', left, list: this.#list() } : this.#member(left);
    const token = this.#next();
    if (canBeAsked(left) && endsCondition(token))
      return { kind: 'compare', operator: '=', left, right: { kind: 'literal', value: true } };
    if (token.kind !== 'operator')
      throw new FqlError(
        `expected a comparison (=, !=, >, >=, <, <= or "in"), but found ${shown(token)}`,
        token.column,
      );
    this.#at += 1;
    return { kind: 'compare', operator: token.operator, left, right: this.#operand() };
  }

  #operand(): Operand {
    const token = this.#next();
    const literal = literalOf(token);
    if (literal !== undefined) {
      this.#at += 1;
      return { kind: 'literal', value: literal };
    }
    if (token.kind !== 'word')
      throw new FqlError(`expected a field or a value, but found ${shown(token)}`, token.column);
    const called = this.#functionName();
    this.#at += 1;
    if (called === undefined) return { kind: 'path', path: checkedPath(token.path, token.column) };
    const name = FUNCTIONS.find((known) => known === called);
    if (name === undefined)
      throw new FqlError(`expected one of ${[...FUNCTIONS, 'contains', 'match'].join(', ')}`, token.column);
    this.#expectSign('(');
    const of = this.#deeper(token.column, () => this.#operand());
    this.#expectSign(')');
    return { kind: 'call', name, of };
  }

  /** Reads `name(operand, second)`, starting at the name. */
  #pair<Second>(second: () => Second): [Operand, Second] {
    this.#at += 1;
    this.#expectSign('(');
    const first = this.#operand();
    this.#expectSign(',');
    const both: [Operand, Second] = [first, second()];
    this.#expectSign(')');
    return both;
  }

  #list(): Literal[] {
    this.#expectSign('[');
    const list: Literal[] = [];
    do {
      const token = this.#next();
      const literal = literalOf(token);
      if (literal === undefined) throw new FqlError(`expected a value, but found ${shown(token)}`, token.column);
      this.#at += 1;
      list.push(literal);
    } while (this.#takesSign(','));
    this.#expectSign(']');
    return list;
  }

  #member(item: Operand): Expression {
    const token = this.#next();
    const of = token.kind === 'word' ? this.#operand() : undefined;
    if (of === undefined || of.kind === 'literal')
      throw new FqlError(
        `expected a list such as ["A", "B"], or a field that is one, but found ${shown(token)}`,
        token.column,
      );
    return { kind: 'member', item, of };
  }

  #pattern(): Operand {
    const token = this.#next();
    if (token.kind !== 'text' && (token.kind !== 'word' || literalOf(token) !== undefined))
      throw new FqlError(`expected a pattern in quotes, or a field, but found ${shown(token)}`, token.column);
    return this.#operand();
  }

  /** Returns the next token if it is a name followed by a bracket. */
  #functionName(): string | undefined {
    const token = this.#next();
    const after = this.#tokens[this.#at + 1];
    if (token.kind !== 'word' || token.path.length !== 1 || after?.kind !== 'sign' || after.sign !== '(')
      return undefined;
    return String(token.path[0]);
  }

  #deeper<Read>(column: number, read: () => Read): Read {
    if (this.#depth >= MAX_DEPTH) throw new FqlError(`expected at most ${MAX_DEPTH} levels`, column);
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #takesWord(word: 'and' | 'or' | 'in'): boolean {
    const isNext = keyword(this.#next()) === word;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #takesSign(sign: string): boolean {
    const isNext = this.#isSign(sign);
    if (isNext) this.#at += 1;
    return isNext;
  }

  #isSign(sign: string): boolean {
    const token = this.#next();
    return token.kind === 'sign' && token.sign === sign;
  }

  #expectSign(sign: string): void {
    const token = this.#next();
    if (!this.#takesSign(sign)) throw new FqlError(`expected "${sign}", but found ${shown(token)}`, token.column);
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error('Read beyond the end of a trigger');
    return token;
  }
}

/** Checks whether an operand may be a condition by itself: a field, a function call, true or false. */
function canBeAsked(operand: Operand): boolean {
  if (operand.kind === 'path') return operand.path.length > 1;
  return operand.kind === 'call' || typeof operand.value === 'boolean';
}

function endsCondition(token: Token): boolean {
  const word = keyword(token);
  return token.kind === 'end' || (token.kind === 'sign' && token.sign === ')') || word === 'and' || word === 'or';
}

export function keyword(token: Token): string | undefined {
  return token.kind === 'word' && token.path.length === 1 ? String(token.path[0]).toLowerCase() : undefined;
}

function literalOf(token: Token): Literal | undefined {
  if (token.kind === 'text' || token.kind === 'number') return token.value;
  const word = keyword(token);
  if (word === 'null') return null;
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
}

function checkedPath(path: Path, column: number): Path {
  const root = String(path[0]);
  if (VALUE_ROOTS.includes(root)) {
    if (path.length > 1) throw new FqlError(`"${root}" is a value and has no fields`, column);
    return path;
  }
  if (OBJECT_ROOTS.includes(root)) {
    if (path.length === 1) throw new FqlError(`expected a field of ${root}, such as ${root}.plan`, column);
    return path;
  }
  throw new FqlError(
    `"${root}" isn't a field of an event: expected ${[...VALUE_ROOTS, ...OBJECT_ROOTS.map((name) => `${name}.…`)].join(', ')}; put a text in quotes`,
    column,
  );
}

function shown(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end';
    case 'text':
      return 'a text';
    case 'number':
      return 'a number';
    case 'word':
      return `"${token.path.join('.')}"`;
    case 'operator':
      return `"${token.operator}"`;
    case 'sign':
      return `"${token.sign}"`;
  }
}
