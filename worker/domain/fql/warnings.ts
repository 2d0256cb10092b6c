import { compares, isEqual, numberOf } from './compare.ts';
import { compile } from './compile.ts';
import type { EventFields } from './compile.ts';
import { titled, TYPE_NAMES, typeName } from './functions.ts';
import type { Condition, Expression, Literal, Operand } from './syntax/expression.ts';
import { print, printOperand } from './syntax/print.ts';
import { EventWork, TooCostly } from './work-budget.ts';
import type { WorkBudget } from './work-budget.ts';

/** The event types that can fire a trigger. Screen events are skipped earlier. */
const EVENT_TYPES = ['track', 'page', 'identify', 'group', 'alias'] as const;

/** The only event types that have these fields. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = { event: ['track'], name: ['page'] };

/** The most alternatives that are checked for warnings, since each "or" multiplies the work. */
const MAX_ALTERNATIVES = 256;

/** The most conditions in all alternatives together. */
const MAX_CONDITIONS = 4_096;

/** The most steps for warnings. They are computed each time a list of mappings is shown. */
const MAX_STEPS = 20_000;

/** The steps to compile or print a condition. */
const COMPILE_STEPS = 20;

type Atom = { condition: Condition; isTurned: boolean };

/**
 * Returns warnings for the parts of a trigger that can never hold. Without them, LinkedIn would receive nothing and
 * nobody would know why.
 *
 * Each alternative is checked by itself. In doubt there is no warning.
 *
 * @example
 * warnings(parse('type = "track" and type = "page"')) // ['type = "track" and type = "page" can never hold: …']
 */
export function warnings(expression: Expression): string[] {
  const budget = new EventWork({ mappings: 1, steps: MAX_STEPS }).budget();
  try {
    const alternatives = alternativesOf(expression, false);
    if (alternatives === undefined) return [];
    const found = alternatives.flatMap((atoms) => {
      const reason = whyImpossible(atoms, budget);
      return reason === undefined ? [] : [`${atoms.map(printAtom).join(' and ')} can never hold: ${reason}`];
    });
    return [...new Set(found)];
  } catch (error) {
    // No warnings, the same as with too many alternatives.
    if (error instanceof TooCostly) return [];
    throw error;
  }
}

/**
 * Returns the trigger as alternatives, each a list of conditions that must all hold. Undefined when there are too many.
 */
function alternativesOf(expression: Expression, isTurned: boolean): Atom[][] | undefined {
  switch (expression.kind) {
    case 'not':
      return alternativesOf(expression.of, !isTurned);
    case 'or':
    case 'and': {
      const parts = expression.parts.map((part) => alternativesOf(part, isTurned));
      // "Not (a or b)" is "not a and not b".
      const isEither = (expression.kind === 'or') !== isTurned;
      return parts.reduce(
        (all, part) => {
          if (all === undefined || part === undefined) return undefined;
          if (!isEither && isTooMany(all, part)) return undefined;
          return isEither ? [...all, ...part] : all.flatMap((one) => part.map((other) => [...one, ...other]));
        },
        isEither ? [] : [[]],
      );
    }
    case 'compare':
    case 'in':
    case 'member':
    case 'contains':
    case 'match':
      return [[{ condition: expression, isTurned }]];
  }
}

function isTooMany(all: readonly Atom[][], part: readonly Atom[][]): boolean {
  const alternatives = all.length * part.length;
  return alternatives > MAX_ALTERNATIVES || alternatives * (all[0]?.length ?? 0) > MAX_CONDITIONS;
}

function whyImpossible(atoms: readonly Atom[], budget: WorkBudget): string | undefined {
  for (const atom of atoms) {
    const reason = whyImpossibleAlone(atom, budget);
    if (reason !== undefined) return reason;
  }
  return whyNoEvent(atoms, budget) ?? whyNoValue(atoms, budget) ?? whyNoNumber(atoms, budget);
}

function whyImpossibleAlone({ condition, isTurned }: Atom, budget: WorkBudget): string | undefined {
  budget.spend(COMPILE_STEPS);
  const operands = operandsOf(condition);
  if (operands.every(({ kind }) => kind === 'literal') && compile(condition)({}, budget) === isTurned)
    return 'it contains no field, and it is never true for its values';
  if (isTurned) return undefined;
  if (condition.kind === 'compare' && '<=>='.includes(condition.operator) && condition.operator !== '=') {
    const literal = operands.find((operand) => operand.kind === 'literal');
    if (literal !== undefined && numberOf(literal.value) === undefined)
      return "greater and less than compare numbers, and this value isn't a number";
  }
  for (const [operand, wanted] of equalitiesOf(condition)) {
    const reason = wanted.every((value) => !canBe(operand, value)) ? whyNever(operand) : undefined;
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function whyNever(operand: Operand): string | undefined {
  if (operand.kind !== 'call') return undefined;
  switch (operand.name) {
    case 'lowercase':
      return 'a text in lower case has no capital letters';
    case 'uppercase':
      return 'a text in upper case has no small letters';
    case 'snakecase':
    case 'kebabcase':
      return 'it replaces spaces by another character';
    case 'titlecase':
      return 'each of its words begins with a capital letter';
    case 'typeof':
      return `the types are ${TYPE_NAMES.join(', ')}`;
    case 'length':
      return 'a length is a whole number from 0';
    case 'bool':
      return 'bool() returns true or false';
    case 'string':
      return 'string() returns a text';
    case 'number':
      return 'number() returns a number';
  }
}

/** Checks whether the operand can ever equal a value. False when its function can't return that value. */
function canBe(operand: Operand, value: Literal): boolean {
  if (operand.kind !== 'call') return true;
  const number = numberOf(value);
  switch (operand.name) {
    case 'typeof':
      return TYPE_NAMES.some((name) => name === typeName(value));
    case 'lowercase':
      return isTextOr(value, (text) => text === text.toLowerCase());
    case 'uppercase':
      return isTextOr(value, (text) => text === text.toUpperCase());
    case 'snakecase':
    case 'kebabcase':
      return isTextOr(value, (text) => !text.includes(' '));
    case 'titlecase':
      return isTextOr(value, (text) => text === titled(text));
    case 'length':
      return value === null || (number !== undefined && Number.isInteger(number) && number >= 0);
    case 'bool':
      return typeof value === 'boolean';
    case 'string':
      return typeof value !== 'boolean';
    case 'number':
      return value === null || number !== undefined;
  }
}

/** Accepts any number, because it may stand for its text. */
function isTextOr(value: Literal, isPossible: (text: string) => boolean): boolean {
  return value === null || numberOf(value) !== undefined || (typeof value === 'string' && isPossible(value));
}

/** Explains why no event type satisfies all conditions on `type`, `event` and `name`. */
function whyNoEvent(atoms: readonly Atom[], budget: WorkBudget): string | undefined {
  const types = EVENT_TYPES.filter((type) =>
    atoms.filter(({ condition }) => isAbout(condition, 'type')).every((atom) => holds(atom, { type }, budget)),
  );
  if (types.length === 0) return `the events are ${EVENT_TYPES.join(', ')}, and each has one type`;
  for (const [root, having] of Object.entries(ONLY_IN)) {
    const isNeeded = atoms.some((atom) => isAbout(atom.condition, root) && !holds(atom, {}, budget));
    if (isNeeded && !types.some((type) => having.includes(type)))
      return `only ${having.join(' and ')} events have "${root}"`;
  }
  return undefined;
}

/** Explains why no value of a field that must equal a literal satisfies the other conditions on it. */
function whyNoValue(atoms: readonly Atom[], budget: WorkBudget): string | undefined {
  for (const [field, about] of byField(atoms, budget)) {
    const lists = about.filter(({ isTurned }) => !isTurned).flatMap(({ condition }) => equalitiesOf(condition));
    const candidates = lists.flatMap(([, values]) => values).flatMap(spellings);
    if (candidates.length === 0) continue;
    // A number has too many spellings to try. They matter only for patterns.
    const isCertain = about.every(({ condition }) => condition.kind === 'compare' || condition.kind === 'in');
    if (!isCertain && candidates.some((value) => numberOf(value) !== undefined)) continue;
    if (!candidates.some((value) => about.every((atom) => allows(atom, value, budget))))
      return `no value of ${field} meets all these conditions`;
  }
  return undefined;
}

/** Explains why no number satisfies a field's lower and upper limits. */
function whyNoNumber(atoms: readonly Atom[], budget: WorkBudget): string | undefined {
  for (const [field, about] of byField(atoms, budget)) {
    let low = { value: Number.NEGATIVE_INFINITY, isIncluded: true };
    let high = { value: Number.POSITIVE_INFINITY, isIncluded: true };
    for (const { condition, isTurned } of about) {
      if (isTurned || condition.kind !== 'compare' || condition.right.kind !== 'literal') continue;
      const value = numberOf(condition.right.value);
      if (value === undefined) continue;
      const isIncluded = condition.operator.endsWith('=');
      if (condition.operator.startsWith('>') && (value > low.value || (value === low.value && !isIncluded)))
        low = { value, isIncluded };
      if (condition.operator.startsWith('<') && (value < high.value || (value === high.value && !isIncluded)))
        high = { value, isIncluded };
    }
    const isEmpty = low.value > high.value || (low.value === high.value && !(low.isIncluded && high.isIncluded));
    if (isEmpty) return `no number in ${field} meets all these conditions`;
  }
  return undefined;
}

/** Groups by field the conditions that compare a field, or a function of it, with fixed values. */
function byField(atoms: readonly Atom[], budget: WorkBudget): Map<string, Atom[]> {
  const found = new Map<string, Atom[]>();
  for (const atom of atoms) {
    const subject = subjectOf(atom.condition);
    if (subject === undefined) continue;
    budget.spend(COMPILE_STEPS);
    const field = printOperand(subject);
    const known = found.get(field);
    if (known === undefined) found.set(field, [atom]);
    else known.push(atom);
  }
  return found;
}

function subjectOf(condition: Condition): Operand | undefined {
  const [first, second] = operandsOf(condition);
  if (first === undefined || first.kind === 'literal') return undefined;
  return second === undefined || second.kind === 'literal' ? first : undefined;
}

function operandsOf(condition: Condition): Operand[] {
  switch (condition.kind) {
    case 'compare':
      return [condition.left, condition.right];
    case 'in':
      return [condition.left];
    case 'member':
      return [condition.item, condition.of];
    case 'contains':
      return [condition.whole, condition.part];
    case 'match':
      return [condition.text, condition.pattern];
  }
}

/** Returns the operands that must equal a literal, each with its allowed values. */
function equalitiesOf(condition: Condition): [Operand, readonly Literal[]][] {
  if (condition.kind === 'in') return [[condition.left, condition.list]];
  if (condition.kind !== 'compare' || condition.operator !== '=') return [];
  const { left, right } = condition;
  if (right.kind === 'literal') return [[left, [right.value]]];
  return left.kind === 'literal' ? [[right, [left.value]]] : [];
}

function spellings(value: Literal): Literal[] {
  const number = numberOf(value);
  if (number === undefined) return [value];
  // The last spelling is an unusual text of the same number: "5.0" equals 5 but not "5".
  const text = String(number);
  return [value, number, text, `${text}${text.includes('.') ? '' : '.'}000000000`];
}

/** Checks whether a condition accepts a value for its subject. */
function allows({ condition, isTurned }: Atom, value: Literal, budget: WorkBudget): boolean {
  return allowsPlain(condition, value, budget) !== isTurned;
}

function allowsPlain(condition: Condition, value: Literal, budget: WorkBudget): boolean {
  budget.spend(condition.kind === 'compare' ? 1 : condition.kind === 'in' ? condition.list.length : COMPILE_STEPS);
  switch (condition.kind) {
    case 'compare':
      return condition.right.kind !== 'literal' || compares(condition.operator, value, condition.right.value);
    case 'in':
      return condition.list.some((listed) => isEqual(listed, value));
    case 'member':
      return true;
    case 'contains':
      return compile({ ...condition, whole: { kind: 'literal', value } })({}, budget);
    case 'match':
      return compile({ ...condition, text: { kind: 'literal', value } })({}, budget);
  }
}

function isAbout(condition: Condition, root: string): boolean {
  const operands = operandsOf(condition);
  return (
    operands.every((operand) => operand.kind === 'literal' || rootOf(operand) === root) &&
    operands.some((operand) => rootOf(operand) === root)
  );
}

function rootOf(operand: Operand): string | undefined {
  if (operand.kind === 'literal') return undefined;
  return operand.kind === 'path' ? String(operand.path[0]) : rootOf(operand.of);
}

function holds({ condition, isTurned }: Atom, event: EventFields, budget: WorkBudget): boolean {
  budget.spend(COMPILE_STEPS);
  return compile(condition)(event, budget) !== isTurned;
}

function printAtom({ condition, isTurned }: Atom): string {
  return print(isTurned ? { kind: 'not', of: condition } : condition);
}
