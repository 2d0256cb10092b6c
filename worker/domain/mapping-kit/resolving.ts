import { isFields } from '../../schema/fields.ts';
import { ITEM_CHARS, TooCostly } from '../fql/work-budget.ts';
import type { WorkBudget } from '../fql/work-budget.ts';

/** What working out one field may cost, and what was missing on the way. */
export class Resolving {
  /** Places of templates that stayed empty. */
  gaps = 0;
  /** Liquid templates that could not be filled. */
  failures = 0;
  readonly budget: WorkBudget;

  constructor(budget: WorkBudget) {
    this.budget = budget;
  }
}

/** A directive, or a plain value, as a function of the event; below `@arrayPath` of an item, which may be anything. */
export type Resolve = (event: unknown, work: Resolving) => unknown;

/** Makes a `Resolve` of a directive's argument. */
export type Compile = (value: unknown) => Resolve;

/** So many characters are read or compared at the cost of one step. */
export const CHARS_A_STEP = 4;

/** Deeper than anybody nests what an event brings: beyond it the machine's stack would end. */
const MAX_DEPTH = 64;

/**
 * Counts the work of going through all of a value, and of writing it.
 *
 * @throws TooCostly
 */
export function payForAll(value: unknown, work: Resolving, depth = 0): void {
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

/** What stands in a text for a value: of a list its items; what is missing, or has no text, is a gap. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function constant(value: unknown): Resolve {
  return (_event, { budget }) => {
    budget.spend(1);
    return value;
  };
}
