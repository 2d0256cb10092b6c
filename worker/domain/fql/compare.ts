import type { Operator } from './syntax/expression.ts';

const NUMERIC = /^\s*[+-]?\d+(\.\d+)?\s*$/;

/** Reads a number, or a text of digits: forms and data layers send "5" for 5. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  // The length check is cheap and rules out most texts.
  return typeof value === 'string' && value.length < 40 && NUMERIC.test(value) ? Number(value) : undefined;
}

/**
 * Checks whether a trigger treats two values as equal: the same value, or a number and its text.
 *
 * A missing value is null. Lists and objects equal nothing.
 */
export function isEqual(left: unknown, right: unknown): boolean {
  const a = left ?? null;
  const b = right ?? null;
  if (typeof a === 'object' || typeof b === 'object') return a === null && b === null;
  if (a === b) return true;
  if (typeof a === typeof b || typeof a === 'boolean' || typeof b === 'boolean') return false;
  const number = numberOf(a);
  return number !== undefined && number === numberOf(b);
}

/**
 * Returns `isEqual` for one known side, as most conditions have. It is faster because it parses numbers only when
 * necessary.
 */
export function equalTo(known: unknown): (value: unknown) => boolean {
  const number = numberOf(known);
  if (typeof known === 'string' && number === undefined) return (value) => value === known;
  if (typeof known === 'string') return (value) => value === known || (typeof value === 'number' && value === number);
  return (value) => isEqual(value, known);
}

/** Applies a comparison operator. Order comparisons hold for numbers only. */
export function compares(operator: Operator, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '=':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case '>':
      return bothNumbers(left, right, (a, b) => a > b);
    case '>=':
      return bothNumbers(left, right, (a, b) => a >= b);
    case '<':
      return bothNumbers(left, right, (a, b) => a < b);
    case '<=':
      return bothNumbers(left, right, (a, b) => a <= b);
  }
}

function bothNumbers(left: unknown, right: unknown, holds: (a: number, b: number) => boolean): boolean {
  const a = numberOf(left);
  if (a === undefined) return false;
  const b = numberOf(right);
  return b !== undefined && holds(a, b);
}
