import { isFields } from '../../schema/fields.ts';
import { compares, equalTo, isEqual } from './compare.ts';
import { applied, typeName } from './functions.ts';
import { glob } from './glob.ts';
import type { Condition, Expression, Literal, Operand, Path } from './syntax/expression.ts';
import { textSearch } from './text-search.ts';
import type { WorkBudget } from './work-budget.ts';

/** An event, in the form that triggers and mappings read. */
export type EventFields = Readonly<Record<string, unknown>>;

/** Throws `TooCostly` when the budget is too small for its work. */
export type Test = (event: EventFields, budget: WorkBudget) => boolean;
type Read = (event: EventFields, budget: WorkBudget) => unknown;

/** The characters read for one step of the budget. */
const CHARS_A_STEP = 2;

/** The steps to build a pattern's test, in addition to the pattern's length. */
const PATTERN_STEPS = 16;

/**
 * Compiles a trigger to a function without state. It is compiled once and called for each event.
 *
 * A missing field is null. So `= null` and `!= "x"` hold, its `length()` is 0, and all other comparisons, `in`,
 * `contains` and `match` don't hold. `!` reverses each: `!contains(missing, "x")` holds, like `missing != "x"`.
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
    case 'member':
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
      const tests = condition.list.map((literal) => equalTo(asAsked(literal, condition.left)));
      return (event, budget) => {
        const value = left(event, budget);
        budget.spend(tests.length);
        return tests.some((isThis) => isThis(value));
      };
    }
    case 'member': {
      const item = reader(condition.item);
      const of = reader(condition.of);
      return (event, budget) => isIn(item(event, budget), of(event, budget), budget);
    }
    case 'contains': {
      const whole = reader(condition.whole);
      const part = reader(condition.part);
      const find = condition.part.kind === 'literal' ? searchFor(condition.part.value) : undefined;
      return (event, budget) => contains(whole(event, budget), { part: part(event, budget), find }, budget);
    }
    case 'match': {
      const text = reader(condition.text);
      const pattern = patternOf(condition.pattern);
      return (event, budget) => {
        const value = text(event, budget);
        budget.spend(1);
        return typeof value === 'string' && pattern(event, budget)?.(value, budget) === true;
      };
    }
  }
}

function compileComparison({ operator, left, right }: Extract<Condition, { kind: 'compare' }>): Test {
  const readLeft = reader(left);
  if (right.kind === 'literal' && (operator === '=' || operator === '!=')) {
    const isThis = equalTo(asAsked(right.value, left));
    return operator === '='
      ? (event, budget) => isThis(readLeft(event, budget))
      : (event, budget) => !isThis(readLeft(event, budget));
  }
  const readRight = reader(right);
  if (left.kind === 'literal' && right.kind === 'call')
    return compileComparison({ kind: 'compare', operator: TURNED[operator], left: right, right: left });
  return (event, budget) => {
    const a = readLeft(event, budget);
    const b = readRight(event, budget);
    // Texts of equal length are compared to the end, many characters at a time.
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
      // The fast path for the usual case: a direct field of properties, traits or context.
      return (event, budget) => {
        budget.spend(2);
        const fields = event[root];
        return isFields(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;
      };
    }
    case 'call': {
      const of = reader(operand.of);
      const { name } = operand;
      return (event, budget) => applied(name, of(event, budget), budget);
    }
  }
}

/**
 * Reads a field. It reads own properties only, because an event may have a field named "constructor". Lists and texts
 * also have a `length`.
 */
export function valueAt(event: unknown, path: Path): unknown {
  let value: unknown = event;
  for (const key of path) {
    if (key === 'length' && (Array.isArray(value) || typeof value === 'string')) value = value.length;
    else if (Array.isArray(value)) value = /^\d+$/.test(String(key)) ? value[Number(key)] : undefined;
    else if (isFields(value) && Object.hasOwn(value, key)) value = value[key];
    else return value === null ? null : undefined;
  }
  return value;
}

type Search = ReturnType<typeof textSearch>;

function searchFor(part: Literal): Search {
  return textSearch(String(part));
}

/** The equivalent operator after the two sides are swapped. */
const TURNED = { '=': '=', '!=': '!=', '>': '<', '>=': '<=', '<': '>', '<=': '>=' } as const;

/** Maps JavaScript's type names to the language's: `typeof(x) = "array"` asks for a list. */
function asAsked(literal: Literal, of: Operand): Literal {
  return of.kind === 'call' && of.name === 'typeof' ? typeName(literal) : literal;
}

type Fits = ReturnType<typeof glob>;

/**
 * Returns a function that gives the pattern's test. A literal pattern is compiled once, a field's pattern for each
 * event.
 */
function patternOf(operand: Operand): (event: EventFields, budget: WorkBudget) => Fits | undefined {
  if (operand.kind === 'literal') {
    const fits = typeof operand.value === 'string' ? glob(operand.value) : undefined;
    return () => fits;
  }
  const read = reader(operand);
  return (event, budget) => {
    const pattern = read(event, budget);
    if (typeof pattern !== 'string') return undefined;
    budget.spend(PATTERN_STEPS + pattern.length);
    return glob(pattern);
  };
}

function isIn(item: unknown, of: unknown, budget: WorkBudget): boolean {
  if (!Array.isArray(of)) return false;
  budget.spend(1 + of.length);
  return of.some((one) => isEqual(one, item));
}

/** @param find The prepared search, when the searched text is a literal in the trigger. */
function contains(
  whole: unknown,
  { part, find }: { part: unknown; find: Search | undefined },
  budget: WorkBudget,
): boolean {
  if (Array.isArray(whole)) {
    budget.spend(1 + whole.length);
    return whole.some((item) => isEqual(item, part));
  }
  // A number or boolean is searched for as its text, like Segment does.
  const text = typeof part === 'number' || typeof part === 'boolean' || find !== undefined ? String(part) : part;
  if (typeof whole !== 'string' || typeof text !== 'string') return false;
  budget.spend(1 + Math.ceil((whole.length + text.length) / CHARS_A_STEP));
  return text.length <= whole.length && (find ?? textSearch(text))(whole, 0) >= 0;
}
