import type { Event } from '../schema/event.ts';
import type { IntegrationSettings } from '../schema/integration.ts';
import type { Mapping } from '../schema/mapping.ts';
import type { ConditionView, SeenValues, TriggerOutcome } from '../schema/trigger-view.ts';
import type { Held } from './fql/conditions.ts';
import { seenBy } from './fql/seen.ts';
import type { Telling } from './fql/seen.ts';
import { compiledTrigger } from './fql/trigger.ts';
import { looksAt, readyMappings, triggerSetOf } from './ready-mappings.ts';
import { rulesFiredBy } from './rules-fired.ts';

/** A conversion rule that an event fires, and the mapping that says how; none for the shorthand. */
export type FiredRule = { ruleId: string; mapping: Mapping | undefined };

/**
 * What an integration's triggers made of an event, short enough to be kept with each: the triggers themselves are kept once,
 * under their set's fingerprint.
 */
export type TriggerTrace = {
  set: string;
  /** A word for each mapping, in the set's order: what became of it, and a digit for each of its conditions, as `f101 n01`. */
  mappings: string;
  /** What the conditions found, by field; undefined where that is not kept. */
  seen?: SeenValues;
};

/** A trigger as it was, and what it made of an event. */
export type TracedTrigger = {
  mappingId: string;
  trigger: string;
  outcome: TriggerOutcome;
  conditions: ConditionView[];
};

const OUTCOMES: Readonly<Record<string, TriggerOutcome>> = { f: 'fired', t: 'rule_taken', n: 'not_fired' };

/**
 * Asks every trigger of an integration about an event: which conversion rules it fires, each once (by the first mapping whose
 * trigger holds, else by the shorthand), and what each trigger saw.
 */
export function askTriggers(
  event: Event,
  { mappings = [], conversion_rule_id: shorthand = {} }: Pick<IntegrationSettings, 'mappings' | 'conversion_rule_id'>,
  telling: Telling,
): { fired: FiredRule[]; trace: TriggerTrace | undefined } {
  if (event.type === 'group' || event.type === 'alias' || event.type === 'screen')
    return { fired: [], trace: undefined };
  const byRule = new Map<string, Mapping | undefined>();
  let words = '';
  for (const { mapping, ruleId, trigger } of mappings.length === 0 ? [] : readyMappings(mappings)) {
    let held: Held = '';
    for (const { holds } of trigger.conditions) held += holds(event) ? '1' : '0';
    const isFired = trigger.verdict(held);
    words += ` ${!isFired ? 'n' : byRule.has(ruleId) ? 't' : 'f'}${held}`;
    if (isFired && !byRule.has(ruleId)) byRule.set(ruleId, mapping);
  }
  for (const ruleId of rulesFiredBy(event, shorthand)) {
    if (!byRule.has(ruleId)) byRule.set(ruleId, undefined);
  }
  return {
    fired: [...byRule].map(([ruleId, mapping]) => ({ ruleId, mapping })),
    trace:
      words === ''
        ? undefined
        : {
            set: triggerSetOf(mappings).fingerprint,
            mappings: words.slice(1),
            ...(telling !== 'nothing' && { seen: seenIn(event, mappings, telling) }),
          },
  };
}

/** Names the conversion rules that an event fires. */
export function firedRules(
  event: Event,
  config: Pick<IntegrationSettings, 'mappings' | 'conversion_rule_id'>,
): FiredRule[] {
  return askTriggers(event, config, 'nothing').fired;
}

function seenIn(event: Event, mappings: readonly Mapping[], telling: Exclude<Telling, 'nothing'>): SeenValues {
  const seen: SeenValues = {};
  for (const look of looksAt(mappings)) {
    const value = seenBy(look, event, telling);
    if (value !== undefined) seen[look.field] = value;
  }
  return seen;
}

/**
 * Reads a trace with the triggers that it is of.
 *
 * @param body Of its `TriggerSet`.
 */
export function readTrace({ mappings, seen }: TriggerTrace, body: string): TracedTrigger[] {
  // Written by `triggerSetOf`.
  const set: [mappingId: string, trigger: string][] = JSON.parse(body);
  const words = mappings.split(' ');
  return set.map(([mappingId, trigger], index) => {
    const word = words[index] ?? '';
    return {
      mappingId,
      trigger,
      outcome: OUTCOMES[word.charAt(0)] ?? 'not_asked',
      conditions: compiledTrigger(trigger).conditions.map(({ text, looks }, at) => ({
        text,
        held: word[at + 1] === '1',
        saw: looks.flatMap(({ field }) => (seen === undefined ? [] : [{ field, ...(ownOf(seen, field) ?? NOTHING) }])),
      })),
    };
  });
}

const NOTHING = { type: 'null' } as const;

/** A field may be called "constructor". */
function ownOf<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
