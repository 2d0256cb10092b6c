import { markedSpaces } from './marked-spaces.ts';
import type { Condition, Expression } from './syntax/expression.ts';

/** The most texts with a warning. Warnings are computed each time a list of mappings is shown. */
const MOST = 5;

/**
 * Returns warnings for texts that a field must equal and that begin or end with a space. The space is hardly ever
 * intended, and the condition misses every event without it.
 *
 * If the trigger also has the text without the space, the space is intended, and there is no warning.
 */
export function spaceWarnings(expression: Expression): string[] {
  const texts = new Set(textsIn(expression));
  const trimmed = new Set([...texts].filter((text) => text === text.trim()).map((text) => text.toLowerCase()));
  return [...texts]
    .filter((text) => text !== text.trim() && !trimmed.has(text.trim().toLowerCase()))
    .slice(0, MOST)
    .map(
      (text) => `"${markedSpaces(text)}" has a space (␣) at its beginning or end. Only values with that space match.`,
    );
}

function textsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(textsIn);
    case 'compare':
    case 'in':
      return textsOf(expression);
    // No warning here: the space does no harm in a text that is excluded, or that is searched for inside another.
    case 'not':
    case 'member':
    case 'contains':
    case 'match':
      return [];
  }
}

function textsOf(condition: Extract<Condition, { kind: 'compare' | 'in' }>): string[] {
  if (condition.kind === 'in') return condition.list.filter((item) => typeof item === 'string');
  const { operator, left, right } = condition;
  if (operator !== '=') return [];
  return [left, right].flatMap((operand) =>
    operand.kind === 'literal' && typeof operand.value === 'string' ? [operand.value] : [],
  );
}
