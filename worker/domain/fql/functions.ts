import { isFields } from '../../schema/fields.ts';
import { numberOf } from './compare.ts';
import type { FunctionName, Literal } from './expression.ts';
import type { WorkBudget } from './work-budget.ts';

/** So many characters are read or written at the cost of one step. */
const CHARS_A_STEP = 2;

/** The types of Segment's FQL reference; an object is none there. */
export const TYPE_NAMES = ['string', 'number', 'bool', 'null', 'list', 'object'] as const;

/** What JavaScript calls two of them. */
const OTHER_TYPE_NAMES: Readonly<Record<string, Literal>> = { boolean: 'bool', array: 'list' };

/** Texts that say no, as Go reads them. */
const FALSE_TEXTS: ReadonlySet<string> = new Set(['', '0', 'f', 'false']);

/** The type that a literal names which is held against `typeof()`, by the reference's name. */
export function typeName(literal: Literal): Literal {
  return typeof literal === 'string' && Object.hasOwn(OTHER_TYPE_NAMES, literal)
    ? (OTHER_TYPE_NAMES[literal] ?? literal)
    : literal;
}

/**
 * Does what a function of a trigger does, as Segment's FQL reference has it. Of what is missing a length is 0, a type
 * `"null"`, a text empty, and everything else null.
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

export function typeOf(value: unknown): (typeof TYPE_NAMES)[number] {
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

/** A text's length is that of its UTF-8: "a" has one byte, "é" two. */
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
    // Each half of a pair counts two: a pair has four bytes.
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

/** A list as JSON writes it, of what has a text. */
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
