import { isFields } from '../../schema/fields.ts';
import { compares, equalTo, isEqual } from './compare.ts';
import type { Condition, Expression, Operand, Path } from './expression.ts';
import { glob } from './glob.ts';

/** An event as triggers and mappings see it. */
export type EventFields = Readonly<Record<string, unknown>>;

export type Test = (event: EventFields) => boolean;
type Read = (event: EventFields) => unknown;

/**
 * Makes a trigger a function. It is made once and called for every event, and keeps nothing between calls.
 *
 * A field that is missing is null: `= null` holds, `!= "x"` holds since it is not "x", and every other comparison, `in`,
 * `contains` and `match` do not. `!` turns each of them round, so `!contains(missing, "x")` holds as `missing != "x"` does.
 */
export function compile(expression: Expression): Test {
  switch (expression.kind) {
    case 'or':
      return expression.parts.map(compile).reduce((first, second) => (event) => first(event) || second(event));
    case 'and':
      return expression.parts.map(compile).reduce((first, second) => (event) => first(event) && second(event));
    case 'not': {
      const inner = compile(expression.of);
      return (event) => !inner(event);
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
      return (event) => {
        const value = left(event);
        return tests.some((isThis) => isThis(value));
      };
    }
    case 'contains': {
      const whole = reader(condition.whole);
      const part = reader(condition.part);
      return (event) => contains(whole(event), part(event));
    }
    case 'match': {
      const text = reader(condition.text);
      const fits = glob(condition.pattern);
      return (event) => {
        const value = text(event);
        return typeof value === 'string' && fits(value);
      };
    }
  }
}

function compileComparison({ operator, left, right }: Extract<Condition, { kind: 'compare' }>): Test {
  const readLeft = reader(left);
  if (right.kind === 'literal' && (operator === '=' || operator === '!=')) {
    const isThis = equalTo(right.value);
    return operator === '=' ? (event) => isThis(readLeft(event)) : (event) => !isThis(readLeft(event));
  }
  const readRight = reader(right);
  return (event) => compares(operator, readLeft(event), readRight(event));
}

function reader(operand: Operand): Read {
  switch (operand.kind) {
    case 'literal': {
      const { value } = operand;
      return () => value;
    }
    case 'path': {
      const { path } = operand;
      const [root = '', name, ...deeper] = path;
      if (name === undefined) return (event) => event[root];
      if (deeper.length > 0) return (event) => valueAt(event, path);
      // A field of properties, traits or context, as nearly always.
      return (event) => {
        const fields = event[root];
        return isFields(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;
      };
    }
    case 'call': {
      const of = reader(operand.of);
      switch (operand.name) {
        case 'lowercase':
          return (event) => lowercase(of(event));
        case 'typeof':
          return (event) => typeOf(of(event));
        case 'length':
          return (event) => lengthOf(of(event));
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

function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(whole)) return whole.some((item) => isEqual(item, part));
  return typeof whole === 'string' && typeof part === 'string' && whole.includes(part);
}

function lowercase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : null;
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
