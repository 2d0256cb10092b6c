import { isFields } from '../../schema/fields.ts';
import { ITEM_CHARS, TooCostly } from '../fql/work-budget.ts';
import type { WorkBudget } from '../fql/work-budget.ts';

/** The budget for resolving one field, and counts of what was missing. */
export class ResolveContext {
  /** Template placeholders without a value. */
  gaps = 0;
  /** Liquid templates that could not be filled. */
  failures = 0;
  /** Liquid templates with a filter that doesn't exist, which left its value unchanged. */
  unknownFilters = 0;
  readonly budget: WorkBudget;

  constructor(budget: WorkBudget) {
    this.budget = budget;
  }
}

/** A compiled directive or plain value. Its argument is the event, or an item of any type below `@arrayPath`. */
export type Resolver = (event: unknown, work: ResolveContext) => unknown;

/** Compiles a directive's argument. */
export type Compile = (value: unknown) => Resolver;

/** The characters read or compared for one step of the budget. */
export const CHARS_A_STEP = 4;

/** Deeper than any real event. Beyond it the call stack could overflow. */
const MAX_DEPTH = 64;

/**
 * Counts the work to visit and write a whole value.
 *
 * @throws TooCostly
 */
export function payForAll(value: unknown, work: ResolveContext, depth = 0): void {
  const { budget } = work;
  if (depth > MAX_DEPTH) throw new TooCostly();
  if (typeof value === 'string') {
    budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
    budget.write(value.length);
    return;
  }
  budget.spend(1);
  budget.write(ITEM_CHARS);
  if (Array.isArray(value)) {
    for (const item of value) payForAll(item, work, depth + 1);
  } else if (isFields(value)) {
    for (const [name, field] of Object.entries(value)) {
      budget.write(name.length);
      payForAll(field, work, depth + 1);
    }
  }
}

/**
 * Converts a value to text for a template. A list's items are joined. Missing values, and objects, become an empty
 * text.
 */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function constant(value: unknown): Resolver {
  return (_event, { budget }) => {
    budget.spend(1);
    return value;
  };
}
