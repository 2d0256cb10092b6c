import { isFields } from '../../schema/fields.ts';
import { compares, equalTo, isEqual } from './compare.ts';
import type { Condition, Expression, Operand, Path } from './expression.ts';
import { glob } from './glob.ts';
import { textSearch } from './text-search.ts';
import type { WorkBudget } from './work-budget.ts';

/** An event as triggers and mappings see it. */
export type EventFields = Readonly<Record<string, unknown>>;

/** It throws `TooCostly` when it would take more than the budget has. */
export type Test = (event: EventFields, budget: WorkBudget) => boolean;
type Read = (event: EventFields, budget: WorkBudget) => unknown;

/** So many characters are read at the cost of one step. */
const CHARS_A_STEP = 2;

/**
 * Makes a trigger a function. It is made once and called for every event, and keeps nothing between calls.
 *
 * A field that is missing is null: `= null` holds, `!= "x"` holds since it is not "x", and every other comparison, `in`,
 * `contains` and `match` do not. `!` turns each of them round, so `!contains(missing, "x")` holds as `missing != "x"` does.
 */
export function compile(expression: Expression): Test {
  switch (expression.kind) {
    case 'or':
      return expression.parts
        .map(compile)
        .reduce((first, second) => (event, budget) => first(event, budget) || second(event, budget));
    case 'and':
      return expression.parts
        .map(compile)
        .reduce((first, second) => (event, budget) => first(event, budget) && second(event, budget));
    case 'not': {
      const inner = compile(expression.of);
      return (event, budget) => !inner(event, budget);
    }
    case 'compare':
    case 'in':
    case 'contains':
    case 'match':
      return compileCondition(expression);
  }
}

function compileCondition(condition: Condition): Test {
  switch (condition.kind) {
    case 'compare':
      return compileComparison(condition);
    case 'in': {
      const left = reader(condition.left);
      const tests = condition.list.map(equalTo);
      return (event, budget) => {
        const value = left(event, budget);
        budget.spend(tests.length);
        return tests.some((isThis) => isThis(value));
      };
    }
    case 'contains': {
      const whole = reader(condition.whole);
      const part = reader(condition.part);
      const find = condition.part.kind === 'literal' ? searchFor(condition.part.value) : undefined;
      return (event, budget) => contains(whole(event, budget), { part: part(event, budget), find }, budget);
    }
    case 'match': {
      const text = reader(condition.text);
      const fits = glob(condition.pattern);
      return (event, budget) => {
        const value = text(event, budget);
        budget.spend(1);
        return typeof value === 'string' && fits(value, budget);
      };
    }
  }
}

function compileComparison({ operator, left, right }: Extract<Condition, { kind: 'compare' }>): Test {
  const readLeft = reader(left);
  if (right.kind === 'literal' && (operator === '=' || operator === '!=')) {
    const isThis = equalTo(right.value);
    return operator === '='
      ? (event, budget) => isThis(readLeft(event, budget))
      : (event, budget) => !isThis(readLeft(event, budget));
  }
  const readRight = reader(right);
  return (event, budget) => {
    const a = readLeft(event, budget);
    const b = readRight(event, budget);
    // Texts of one length are compared to their ends, many characters at a time.
    if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) budget.spend(Math.ceil(a.length / 64));
    return compares(operator, a, b);
  };
}

function reader(operand: Operand): Read {
  switch (operand.kind) {
    case 'literal': {
      const { value } = operand;
      return (_event, budget) => {
        budget.spend(1);
        return value;
      };
    }
    case 'path': {
      const { path } = operand;
      const [root = '', name, ...deeper] = path;
      if (name === undefined)
        return (event, budget) => {
          budget.spend(1);
          return event[root];
        };
      if (deeper.length > 0)
        return (event, budget) => {
          budget.spend(path.length);
          return valueAt(event, path);
        };
      // A field of properties, traits or context, as nearly always.
      return (event, budget) => {
        budget.spend(2);
        const fields = event[root];
        return isFields(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;
      };
    }
    case 'call': {
      const of = reader(operand.of);
      switch (operand.name) {
        case 'lowercase':
          return (event, budget) => lowercase(of(event, budget), budget);
        case 'typeof':
          return (event, budget) => typeOf(of(event, budget));
        case 'length':
          return (event, budget) => lengthOf(of(event, budget));
      }
    }
  }
}

/** Reads a field, only what is the object's own: an event may have a field "constructor", and mostly has none. */
export function valueAt(event: unknown, path: Path): unknown {
  let value: unknown = event;
  for (const key of path) {
    if (Array.isArray(value)) value = /^\d+$/.test(String(key)) ? value[Number(key)] : undefined;
    else if (isFields(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

type Search = ReturnType<typeof textSearch>;

function searchFor(part: unknown): Search | undefined {
  return typeof part === 'string' ? textSearch(part) : undefined;
}

/** @param find Made beforehand where the part is written in the trigger. */
function contains(
  whole: unknown,
  { part, find }: { part: unknown; find: Search | undefined },
  budget: WorkBudget,
): boolean {
  if (Array.isArray(whole)) {
    budget.spend(1 + whole.length);
    return whole.some((item) => isEqual(item, part));
  }
  if (typeof whole !== 'string' || typeof part !== 'string') return false;
  budget.spend(1 + Math.ceil((whole.length + part.length) / CHARS_A_STEP));
  return part.length <= whole.length && (find ?? textSearch(part))(whole, 0) >= 0;
}

function lowercase(value: unknown, budget: WorkBudget): unknown {
  if (typeof value !== 'string') return null;
  budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
  return value.toLowerCase();
}

export const TYPE_NAMES = ['string', 'number', 'boolean', 'null', 'array', 'object'] as const;

/** The name that `typeof()` gives a value. */
export function typeOf(value: unknown): (typeof TYPE_NAMES)[number] {
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return TYPE_NAMES.find((name) => name === typeof value) ?? 'object';
}

function lengthOf(value: unknown): number | null {
  return typeof value === 'string' || Array.isArray(value) ? value.length : null;
}
