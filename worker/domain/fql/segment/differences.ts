import { numberOf } from '../compare.ts';
import type { Condition, Expression, Literal, Operand, Operator } from '../syntax/expression.ts';
import { parse } from '../syntax/parse.ts';
import { tokens } from '../syntax/tokens.ts';
import { spellingDifferences } from './spelling.ts';

/**
 * The ways in which a trigger can mean something else at Segment: its meaning there and here. The messages are shown
 * when such a trigger is saved. docs/how-to/move-from-segment.md has an example of each.
 */
export const TRIGGER_DIFFERENCES = {
  and_or:
    'It mixes "and" with "or" without brackets. Segment joins all conditions with the last of these words. Here, "and" is evaluated before "or".',
  brackets:
    'It has brackets within brackets, or continues after a function call within brackets. Segment ends the group at the first ")". Here, it ends at its own bracket.',
  not: 'Segment ignores a "!" unless it is before contains() or match(). Here, it negates whatever follows.',
  not_contains:
    'If the field is missing or isn\'t a text, "!contains()" and "!match()" are true here and false at Segment.',
  not_number: 'If the field is missing or isn\'t a number, "!=" with a number is true here and false at Segment.',
  not_boolean:
    'Segment compares "!= true" and "!= false" with a text, so they are true for every field. Here, they compare with true and false themselves.',
  null_name: 'Segment compares "event" and "type" with the text "null". Here, null means that the event has none.',
  boolean_text:
    'Segment compares this field with the text "true" or "false". Here, it is compared with true or false itself.',
  order_value:
    'Segment converts this value to a number, like JavaScript. Here, greater and less than compare only numbers.',
  sides:
    'A comparison begins with a value. Segment expects a field there and misreads it. Here, either side may be a field or a value.',
  field_value:
    "If a field is in the place of a value, Segment uses its name as a text. Here, the field's value is used.",
  pattern:
    'Segment supports only the patterns "text*" and "*text", and cuts off a part of any other. Here, * is any text, ? is one character, and the pattern must match the whole text.',
  single_quotes: 'Segment treats single quotes as part of the text, so it never matches. Here, they are quotes.',
  backslash: 'Segment leaves a backslash in a text as it is. Here, it begins an escape such as \\n or \\".',
  capitals:
    'Segment accepts "and", "or", "true", "false" and "null" in lower case only. Here, capitals are accepted too.',
  function: "Segment's triggers support only contains() and match(). This function belongs to its destination filters.",
  in: 'Segment\'s triggers don\'t support "in", so this condition is never true there.',
  bare: 'Here, a field by itself means that it is true. Segment misreads it.',
  unknown_field: 'Segment ignores conditions on this field. Here, they count.',
  spelling: "Segment can't read this spelling, and the trigger never fires there. Here, it works.",
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
