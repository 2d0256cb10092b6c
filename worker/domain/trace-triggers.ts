import type { Event } from '../schema/event.ts';
import type { Mapping } from '../schema/mapping.ts';
import type { ConditionView, SeenValues, TriggerOutcome } from '../schema/trigger-view.ts';
import { seenBy } from './fql/seen.ts';
import type { Telling } from './fql/seen.ts';
import { compiledTrigger } from './fql/trigger.ts';
import type { AskedCondition } from './fql/trigger.ts';
import { readyMappings, triggerSetOf } from './ready-mappings.ts';

/**
 * What an integration's triggers made of an event, short enough to be kept with each: the triggers themselves are kept once,
 * under their set's fingerprint.
 */
export type TriggerTrace = {
  set: string;
  /** A mapping each, in the set's order: what became of it, and whether each of its conditions held, as `fired:101`. */
  mappings: string[];
  /** What the conditions looked at. */
  seen: SeenValues;
};

/** A trigger as it was, and what it made of an event. */
export type TracedTrigger = {
  mappingId: string;
  trigger: string;
  outcome: TriggerOutcome;
  conditions: ConditionView[];
};

/** Writes down what each mapping made of an event; undefined where none looks at it. */
export function traceTriggers(event: Event, mappings: readonly Mapping[], telling: Telling): TriggerTrace | undefined {
  if (mappings.length === 0 || event.type === 'group' || event.type === 'alias' || event.type === 'screen')
    return undefined;
  const ready = readyMappings(mappings);
  const taken = new Set<string>();
  const seen: SeenValues = {};
  const traced = ready.map(({ ruleId, trigger }) => {
    const held = trigger.conditions.map(({ holds }) => (holds(event) ? '1' : '0')).join('');
    const outcome: TriggerOutcome = !trigger.holds(event) ? 'not_fired' : taken.has(ruleId) ? 'rule_taken' : 'fired';
    if (outcome === 'fired') taken.add(ruleId);
    if (telling !== 'nothing') look(trigger.conditions, { event, telling, seen });
    return `${outcome}:${held}`;
  });
  return { set: triggerSetOf(mappings).fingerprint, mappings: traced, seen };
}

/** Two conditions may look at one field, and one of them know its value. */
function look(
  conditions: readonly AskedCondition[],
  { event, telling, seen }: { event: Event; telling: Exclude<Telling, 'nothing'>; seen: SeenValues },
): void {
  for (const { looks } of conditions)
    for (const one of looks) {
      // A field may be called "constructor".
      const before = Object.hasOwn(seen, one.field) ? seen[one.field] : undefined;
      if (before?.value === undefined)
        Object.assign(seen, { [one.field]: { ...before, ...seenBy(one, event, telling) } });
    }
}

/**
 * Reads a trace with the triggers that it is of.
 *
 * @param body Of its `TriggerSet`.
 */
export function readTrace({ mappings, seen }: TriggerTrace, body: string): TracedTrigger[] {
  // Written by `triggerSetOf`.
  const set: [mappingId: string, trigger: string][] = JSON.parse(body);
  return set.map(([mappingId, trigger], index) => {
    const [outcome = '', held = ''] = (mappings[index] ?? '').split(':');
    return {
      mappingId,
      trigger,
      outcome: outcome === 'fired' || outcome === 'rule_taken' || outcome === 'not_fired' ? outcome : 'not_asked',
      conditions: compiledTrigger(trigger).conditions.map(({ text, looks }, at) => ({
        text,
        held: held[at] === '1',
        saw: looks.flatMap(({ field }) => {
          const value = Object.hasOwn(seen, field) ? seen[field] : undefined;
          return value === undefined ? [] : [{ field, ...value }];
        }),
      })),
    };
  });
}
