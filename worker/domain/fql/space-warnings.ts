import { markedSpaces } from './marked-spaces.ts';
import type { Condition, Expression } from './syntax/expression.ts';

/** The most texts that are warned of. Warnings are computed each time a list of mappings is shown. */
const MOST = 5;

/**
 * Returns warnings for texts with a space at an end that a field must equal. The space is hardly ever meant, and the
 * condition misses every event without it.
 *
 * A text that the trigger has without the space too is meant.
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
    // What a trigger excludes, or finds within a text, may have any spaces.
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
