import { compile, valueAt, type EventFields } from '../../../worker/domain/fql/compile.ts';
import type { Expression, Operand, Path } from '../../../worker/domain/fql/expression.ts';
import { parse } from '../../../worker/domain/fql/parse.ts';
import { print, printOperand } from '../../../worker/domain/fql/print.ts';

/** One part of a trigger, whether it holds for an event, and what it saw there. */
export type PartAnswer = { text: string; holds: boolean; saw: { field: string; value: unknown }[] };
export type TriggerAnswer = { holds: boolean; join: 'and' | 'or'; parts: PartAnswer[] };

/**
 * Asks a trigger part by part, with the collector's own code.
 *
 * @throws FqlError
 */
export function answersOf(trigger: string, event: EventFields): TriggerAnswer {
  const expression = parse(trigger);
  const parts = expression.kind === 'and' || expression.kind === 'or' ? expression.parts : [expression];
  return {
    holds: compile(expression)(event),
    join: expression.kind === 'or' ? 'or' : 'and',
    parts: parts.map((part) => ({
      text: print(part),
      holds: compile(part)(event),
      saw: pathsIn(part).map((path) => ({ field: printOperand({ kind: 'path', path }), value: valueAt(event, path) })),
    })),
  };
}

function pathsIn(expression: Expression): Path[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(pathsIn);
    case 'not':
      return pathsIn(expression.of);
    case 'compare':
      return [...pathOf(expression.left), ...pathOf(expression.right)];
    case 'in':
      return pathOf(expression.left);
    case 'contains':
      return [...pathOf(expression.whole), ...pathOf(expression.part)];
    case 'match':
      return pathOf(expression.text);
  }
}

function pathOf(operand: Operand): Path[] {
  switch (operand.kind) {
    case 'path':
      return [operand.path];
    case 'call':
      return pathOf(operand.of);
    case 'literal':
      return [];
  }
}
