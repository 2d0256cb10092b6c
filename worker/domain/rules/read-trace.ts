import type { ConditionView, TriggerOutcome } from '../../schema/events/trigger-view.ts';
import { compiledTrigger } from '../fql/trigger.ts';
import { seenForOne } from '../fql/values-seen.ts';
import type { TriggerTrace } from './ask-triggers.ts';

/** A trigger as it was when the event arrived, and its result. */
export type TracedTrigger = {
  mappingId: string;
  trigger: string;
  outcome: TriggerOutcome;
  conditions: ConditionView[];
};

const OUTCOMES: Readonly<Record<string, TriggerOutcome>> = {
  f: 'fired',
  t: 'rule_taken',
  n: 'not_fired',
  c: 'too_costly',
};

/**
 * Reads a stored trace together with its triggers.
 *
 * @param body The body of its `TriggerSet`.
 */
export function readTrace({ mappings, seen }: TriggerTrace, body: string): TracedTrigger[] {
  // Written by `triggerSetOf`.
  const set: [mappingId: string, trigger: string][] = JSON.parse(body);
  const words = mappings.split(' ');
  return set.map(([mappingId, trigger], index) => {
    const word = words[index] ?? '';
    const outcome = OUTCOMES[word.charAt(0)] ?? 'not_asked';
    const { conditions } = outcome === 'not_asked' ? { conditions: [] } : compiledTrigger(trigger);
    const answered = outcome === 'too_costly' ? conditions.slice(0, word.length - 1) : conditions;
    return {
      mappingId,
      trigger,
      outcome,
      conditions: answered.map(({ text, looks }, at) => ({
        text,
        held: word[at + 1] === '1',
        saw: looks.flatMap((look) =>
          seen === undefined ? [] : [{ field: look.field, ...seenForOne(look, ownOf(seen, look.field) ?? NOTHING) }],
        ),
      })),
    };
  });
}

const NOTHING = { type: 'null' } as const;

/** Reads own keys only: a field may be called "constructor". */
function ownOf<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
