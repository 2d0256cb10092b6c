import { numberOf } from '../compare.ts';
import type { Condition, Expression, Literal, Operand, Operator } from '../expression.ts';
import { parse } from '../parse.ts';
import { tokens } from '../tokens.ts';
import { spellingDifferences } from './spelling.ts';

/**
 * The ways in which a trigger can mean something else at Segment: its meaning there and here. The messages are shown
 * when such a trigger is saved. docs/how-to/move-from-segment.md has an example of each.
 */
export const TRIGGER_DIFFERENCES = {
  and_or:
    'It mixes "and" with "or" without brackets. Segment joins all of these conditions by the last of the words; here "and" binds before "or".',
  brackets:
    'It has brackets in brackets, or goes on in brackets after a function. Segment ends such a group at the first ")"; here it ends where its own bracket does.',
  not: 'Segment ignores a "!" that stands before anything but contains() or match(); here it turns round what follows.',
  not_contains:
    'Where the field is missing or no text, "!contains()" and "!match()" hold here, and at Segment they do not.',
  not_number: 'Where the field is missing or no number, "!=" with a number holds here, and at Segment it does not.',
  not_boolean:
    'Segment compares "!= true" and "!= false" with a text, so that they hold for every field; here they hold for what is not that.',
  null_name: 'Segment compares "event" and "type" with the text "null"; here null is an event without one.',
  boolean_text: 'Segment compares this field with the text "true" or "false"; here with true or false itself.',
  order_value: 'Segment makes a number of this value, as JavaScript does; here more and less are for numbers only.',
  sides:
    'It begins a comparison with a value. Segment reads a field first, and misreads this; here both sides may be either.',
  field_value: 'Segment takes a field in the place of a value for a text, its name; here its value is read.',
  pattern:
    'Segment knows "text*" and "*text" as patterns; of any other it takes a part. Here * is any text, ? one character, and a pattern fits the whole.',
  single_quotes: 'Segment keeps single quotes as part of the text, so that it equals nothing; here they are quotes.',
  backslash: 'Segment keeps a backslash in a text as it is; here it begins a sign such as \\n or \\".',
  capitals: 'Segment knows "and", "or", "true", "false" and "null" in small letters only; here in any.',
  function: "Segment's triggers know contains() and match(); this function is one of its destination filters.",
  in: 'Segment\'s triggers know no "in", and such a condition never holds there.',
  bare: 'A field by itself asks here whether it is true; Segment misreads it.',
  unknown_field: 'Segment leaves out conditions on this field; here they count.',
  spelling: 'Segment cannot read it as it is written, and never fires; here it is read.',
} as const satisfies Record<string, string>;

export type TriggerDifference = keyof typeof TRIGGER_DIFFERENCES;

/**
 * The top-level fields that Segment's triggers accept, those that its functions accept, and the objects whose fields
 * both accept.
 */
const NAMES = ['type', 'event', 'name', 'userId'];
const TEXT_NAMES = ['event', 'name', 'userId'];
const HOLDERS = ['properties', 'traits', 'context'];

/**
 * Returns the ways in which a trigger would mean something else at Segment, each once.
 *
 * Differences that depend on an event's values, such as `"5"` for 5, are not included.
 *
 * @throws FqlError when the trigger can't be parsed.
 */
export function triggerDifferences(source: string): TriggerDifference[] {
  const found = new Set([...spellingDifferences(source, tokens(source)), ...inExpression(parse(source))]);
  return Object.keys(TRIGGER_DIFFERENCES)
    .filter(isDifference)
    .filter((code) => found.has(code));
}

function isDifference(code: string): code is TriggerDifference {
  return Object.hasOwn(TRIGGER_DIFFERENCES, code);
}

function inExpression(expression: Expression, isTurned = false): TriggerDifference[] {
  switch (expression.kind) {
    case 'or':
    case 'and':
      return expression.parts.flatMap((part) => inExpression(part));
    case 'not':
      return inExpression(expression.of, !isTurned);
    case 'compare':
    case 'in':
    case 'member':
    case 'contains':
    case 'match':
      return inCondition(expression, isTurned);
  }
}

function inCondition(condition: Condition, isTurned: boolean): TriggerDifference[] {
  switch (condition.kind) {
    case 'compare':
      return [...inSubject(condition.left, NAMES), ...inComparison(condition)];
    case 'in':
    case 'member':
      return ['in'];
    case 'contains':
      return [
        ...inSubject(condition.whole, TEXT_NAMES),
        ...inValue(condition.part),
        ...(isTurned ? (['not_contains'] as const) : []),
      ];
    case 'match':
      return [
        ...inSubject(condition.text, TEXT_NAMES),
        ...inValue(condition.pattern),
        ...(isTurned ? (['not_contains'] as const) : []),
        ...(condition.pattern.kind === 'literal' && !isPlainPattern(condition.pattern.value)
          ? (['pattern'] as const)
          : []),
      ];
  }
}

function inSubject(operand: Operand, names: readonly string[]): TriggerDifference[] {
  switch (operand.kind) {
    case 'literal':
      return ['sides'];
    case 'call':
      return ['function'];
    case 'path': {
      const root = String(operand.path[0]);
      return HOLDERS.includes(root) || names.includes(root) ? [] : ['unknown_field'];
    }
  }
}

function inValue(operand: Operand): TriggerDifference[] {
  switch (operand.kind) {
    case 'literal':
      return [];
    case 'call':
      return ['function'];
    case 'path':
      return ['field_value'];
  }
}

function inComparison({ left, operator, right }: Extract<Condition, { kind: 'compare' }>): TriggerDifference[] {
  // Segment misreads a comparison that begins with a value, and `sides` already reports that.
  if (left.kind === 'literal') return [];
  if (right.kind !== 'literal') return inValue(right);
  const root = left.kind === 'path' ? String(left.path[0]) : '';
  return HOLDERS.includes(root) ? inHeld(operator, right.value) : inNamed(root, operator, right.value);
}

/** Returns the differences of a comparison with a field of properties, traits or context. */
function inHeld(operator: Operator, value: Literal): TriggerDifference[] {
  if (operator === '=') return [];
  if (operator !== '!=') return isOddOrder(value) ? ['order_value'] : [];
  if (typeof value === 'number') return ['not_number'];
  return typeof value === 'boolean' ? ['not_boolean'] : [];
}

/** Returns the differences of a comparison with a top-level field, which is a text. */
function inNamed(root: string, operator: Operator, value: Literal): TriggerDifference[] {
  if (value === null && (root === 'event' || root === 'type')) return ['null_name'];
  if (typeof value === 'boolean') return ['boolean_text'];
  return operator !== '=' && operator !== '!=' && isOddOrder(value) ? ['order_value'] : [];
}

/** Checks for a value that JavaScript converts to a number and we don't. */
function isOddOrder(value: Literal): boolean {
  return value !== null && numberOf(value) === undefined && !Number.isNaN(Number(value));
}

/** Checks for `text*` or `*text` without other special signs. */
function isPlainPattern(pattern: Literal): boolean {
  return typeof pattern === 'string' && /^(?:[^*?\\]*\*|\*[^*?\\]*)$/.test(pattern);
}
