import { compile } from './compile.ts';
import type { Test } from './compile.ts';
import type { Condition, Expression } from './syntax/expression.ts';
import { print } from './syntax/print.ts';

/** A condition of a trigger, already negated when it is under an odd number of "!". */
export type CountedCondition = { text: string; holds: Test; condition: Condition };

/** Whether each condition held, in order: `1` for yes, `0` for no. */
export type Held = string;

/**
 * Splits a trigger into its conditions, in the order they are written.
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
    case 'member':
    case 'contains':
    case 'match': {
      const counted: Expression = isTurned ? { kind: 'not', of: expression } : expression;
      return [{ text: print(counted), holds: compile(counted), condition: expression }];
    }
  }
}

/** Returns a function that decides whether a trigger holds from the results of its conditions. */
export function verdictOf(expression: Expression): (held: Held) => boolean {
  return joined(expression, { isTurned: false, places: { next: 0 } });
}

const YES = '1'.charCodeAt(0);

function joined(expression: Expression, how: { isTurned: boolean; places: { next: number } }): (held: Held) => boolean {
  switch (expression.kind) {
    case 'or':
    case 'and': {
      const parts = expression.parts.map((part) => joined(part, how));
      // "Not (a or b)" is "not a and not b".
      const isEither = (expression.kind === 'or') !== how.isTurned;
      return isEither ? (held) => parts.some((part) => part(held)) : (held) => parts.every((part) => part(held));
    }
    case 'not':
      return joined(expression.of, { ...how, isTurned: !how.isTurned });
    case 'compare':
    case 'in':
    case 'member':
    case 'contains':
    case 'match': {
      const place = how.places.next;
      how.places.next += 1;
      return (held) => held.charCodeAt(place) === YES;
    }
  }
}
