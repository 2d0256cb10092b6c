/** The messages about a trigger for the person who writes it. The collector doesn't need them. */
import { TRIGGER_DIFFERENCES, triggerDifferences } from './segment/differences.ts';
import { spaceWarnings } from './space-warnings.ts';
import { readTrigger } from './trigger.ts';
import type { SyntaxProblem } from './trigger.ts';
import { warnings } from './warnings.ts';

export type TriggerCheck =
  | {
      kind: 'ok';
      /** Warnings about parts of the trigger that can never hold, and about texts that begin or end with a space. */
      warnings: string[];
      /** The parts that mean something else at Segment. */
      differences: string[];
    }
  | SyntaxProblem;

/** Checks a trigger's syntax, and returns its warnings and differences. */
export function checkTrigger(trigger: string): TriggerCheck {
  const read = readTrigger(trigger, (expression) => ({
    warnings: [...warnings(expression), ...spaceWarnings(expression)],
    differences: triggerDifferences(trigger).map((code) => `Differs from Segment: ${TRIGGER_DIFFERENCES[code]}`),
  }));
  return read.kind === 'ok' ? { kind: 'ok', ...read.found } : read;
}
