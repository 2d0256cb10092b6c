import { isFields } from '../../schema/fields.ts';
import { numberOf } from './compare.ts';
import type { FunctionName, Literal } from './syntax/expression.ts';
import type { WorkBudget } from './work-budget.ts';

/** The characters read or written for one step of the budget. */
const CHARS_A_STEP = 2;

/** The type names in Segment's FQL reference, and "object", which that reference doesn't have. */
export const TYPE_NAMES = ['string', 'number', 'bool', 'null', 'list', 'object'] as const;

/** JavaScript's names for two of the types. */
const OTHER_TYPE_NAMES: Readonly<Record<string, Literal>> = { boolean: 'bool', array: 'list' };

/** Texts that mean false, as in Go. */
const FALSE_TEXTS: ReadonlySet<string> = new Set(['', '0', 'f', 'false']);

/** Returns the reference's name for a type in a comparison with `typeof()`. */
export function typeName(literal: Literal): Literal {
  return typeof literal === 'string' && Object.hasOwn(OTHER_TYPE_NAMES, literal)
    ? (OTHER_TYPE_NAMES[literal] ?? literal)
    : literal;
}

/**
 * Applies a function of the trigger language, as Segment's FQL reference describes it. For a missing value, `length`
 * returns 0, `typeof` returns `"null"`, `string` returns an empty text, `bool` returns false, and all others return
 * null.
 *
 * @throws TooCostly
 */
export function applied(name: FunctionName, value: unknown, budget: WorkBudget): unknown {
  switch (name) {
    case 'lowercase':
      return ofText(value, budget, (text) => text.toLowerCase());
    case 'uppercase':
      return ofText(value, budget, (text) => text.toUpperCase());
    case 'snakecase':
      return ofText(value, budget, (text) => text.replaceAll(' ', '_'));
    case 'kebabcase':
      return ofText(value, budget, (text) => text.replaceAll(' ', '-'));
    case 'titlecase':
      return ofText(value, budget, titled);
    case 'typeof':
      return typeOf(value);
    case 'length':
      return lengthOf(value, budget);
    case 'bool':
      return isYes(value, budget);
    case 'string':
      return asText(value, budget);
    case 'number':
      return numberOf(value) ?? null;
  }
}

function typeOf(value: unknown): (typeof TYPE_NAMES)[number] {
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' ? 'number' : 'object';
}

function ofText(value: unknown, budget: WorkBudget, make: (text: string) => string): string | null {
  if (typeof value !== 'string') return null;
  budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
  return make(value);
}

export function titled(text: string): string {
  return text.replaceAll(/(?<!\S)\p{Ll}/gu, (letter) => letter.toUpperCase());
}

/** Returns a text's length in UTF-8 bytes: "a" has one byte, "é" two. */
function lengthOf(value: unknown, budget: WorkBudget): number | null {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'string') return null;
  budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
  return bytesOf(value);
}

function bytesOf(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair counts as two bytes, since a pair has four.
    const isHalf = code >= 0xd8_00 && code <= 0xdf_ff;
    bytes += code < 0x80 ? 1 : code < 0x8_00 || isHalf ? 2 : 3;
  }
  return bytes;
}

function isYes(value: unknown, budget: WorkBudget): boolean {
  if (typeof value === 'string') {
    budget.spend(1);
    return value.length > 5 || !FALSE_TEXTS.has(value.trim().toLowerCase());
  }
  if (Array.isArray(value)) return value.length > 0;
  return isFields(value) || (Boolean(value) && typeof value !== 'object');
}

/** Converts a value to text. A list is written as JSON, with null in place of objects. */
function asText(value: unknown, budget: WorkBudget): string | null {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return null;
  budget.spend(1 + value.length);
  const items = value.map((item) => {
    if (typeof item === 'string') budget.spend(1 + Math.ceil(item.length / CHARS_A_STEP));
    return typeof item === 'object' ? 'null' : JSON.stringify(item);
  });
  return `[${items.join(',')}]`;
}
