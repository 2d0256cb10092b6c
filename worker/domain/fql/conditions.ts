import { compile } from './compile.ts';
import type { Test } from './compile.ts';
import type { Condition, Expression } from './expression.ts';
import { print } from './print.ts';

/** A condition of a trigger as it counts there: turned round where a "!" stands before it, or before brackets around it. */
export type CountedCondition = { text: string; holds: Test; condition: Condition };

/**
 * Takes a trigger apart into its conditions, in the order in which they are written.
 *
 * @example
 * conditionsOf(parse('!(event = "A" or properties.total > 100)')).map(({ text }) => text)
 * // ['!(event = "A")', '!(properties.total > 100)']
 */
export function conditionsOf(expression: Expression, isTurned = false): CountedCondition[] {
  switch (expression.kind) {
    case 'or':
    case 'and':
      return expression.parts.flatMap((part) => conditionsOf(part, isTurned));
    case 'not':
      return conditionsOf(expression.of, !isTurned);
    case 'compare':
    case 'in':
    case 'contains':
    case 'match': {
      const counted: Expression = isTurned ? { kind: 'not', of: expression } : expression;
      return [{ text: print(counted), holds: compile(counted), condition: expression }];
    }
  }
}
