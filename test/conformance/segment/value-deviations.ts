import { numberOf } from '../../../worker/domain/fql/compare.ts';
import { valueAt } from '../../../worker/domain/fql/compile.ts';
import { conditionsOf } from '../../../worker/domain/fql/conditions.ts';
import type { Condition, Operand, Path } from '../../../worker/domain/fql/syntax/expression.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import type { ValueDeviation } from './deviations.ts';
import type { Fields } from './segment.ts';

/** Returns the listed deviations that may affect a trigger for this event, because of its value types. */
export function valueDeviations(trigger: string, event: Fields): ValueDeviation[] {
  return conditionsOf(parse(trigger)).flatMap(({ condition }) => ofCondition(condition, event));
}

function ofCondition(condition: Condition, event: Fields): ValueDeviation[] {
  switch (condition.kind) {
    case 'compare': {
      const { left, right, operator } = condition;
      const value = left.kind === 'path' ? valueAt(event, left.path) : undefined;
      const literal = right.kind === 'literal' ? right.value : undefined;
      const isByOrder = operator !== '=' && operator !== '!=';
      const isNumberAsText =
        (typeof value === 'string' && numberOf(value) !== undefined && (typeof literal === 'number' || isByOrder)) ||
        (typeof value === 'number' && typeof literal === 'string');
      return [...throughPath(left, event), ...(isNumberAsText ? (['number_as_text'] as const) : [])];
    }
    case 'contains': {
      const value = condition.whole.kind === 'path' ? valueAt(event, condition.whole.path) : undefined;
      return [...throughPath(condition.whole, event), ...(Array.isArray(value) ? (['list_contains'] as const) : [])];
    }
    case 'match':
      return throughPath(condition.text, event);
    case 'in':
    case 'member':
      return [];
  }
}

function throughPath(operand: Operand, event: Fields): ValueDeviation[] {
  return operand.kind === 'path' && goesThroughNoField(operand.path, event) ? ['path_through_value'] : [];
}

/** Returns whether a path continues below a plain value, or into a property of every object. */
function goesThroughNoField(path: Path, event: unknown): boolean {
  let value: unknown = event;
  for (const key of path) {
    if (value === undefined || value === null) return false;
    if (typeof value !== 'object') return true;
    if (!Object.hasOwn(value, key) && key in value) return true;
    value = valueAt(value, [key]);
  }
  return false;
}
