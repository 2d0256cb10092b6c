import { compile, valueAt, type EventFields } from '../../../worker/domain/fql/compile.ts';
import { conditionsOf } from '../../../worker/domain/fql/conditions.ts';
import type { Expression } from '../../../worker/domain/fql/syntax/expression.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import { print } from '../../../worker/domain/fql/syntax/print.ts';
import { looksOf } from '../../../worker/domain/fql/values-seen.ts';
import { ownBudget, TooCostly } from '../../../worker/domain/fql/work-budget.ts';

/** One condition of a trigger, whether it holds for an event, and the values that it read. */
type ConditionResult = { text: string; holds: boolean; saw: { field: string; value: unknown }[] };
export type TriggerResult = { holds: boolean; join: 'and' | 'or'; parts: ConditionResult[] };

/**
 * Evaluates a trigger condition by condition, with the collector's own code.
 *
 * @throws FqlError
 */
export function evaluateTrigger(trigger: string, event: EventFields): TriggerResult {
  const expression = parse(trigger);
  const parts = expression.kind === 'and' || expression.kind === 'or' ? expression.parts : [expression];
  return {
    holds: isTrue(expression, event),
    join: expression.kind === 'or' ? 'or' : 'and',
    parts: parts.map((part) => ({
      text: print(part),
      holds: isTrue(part, event),
      saw: conditionsOf(part)
        .flatMap(({ condition }) => looksOf(condition))
        .map(({ field, path }) => ({ field, value: valueAt(event, path) })),
    })),
  };
}

/** Checks whether an expression holds. One that is too costly for the event counts as false, as in the collector. */
function isTrue(expression: Expression, event: EventFields): boolean {
  try {
    return compile(expression)(event, ownBudget());
  } catch (error) {
    if (error instanceof TooCostly) return false;
    throw error;
  }
}
