import type { Event } from '../../schema/events/event.ts';
import type { SeenValue, SeenValues } from '../../schema/events/trigger-view.ts';
import type { IntegrationSettings } from '../../schema/settings/integration.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import type { Held } from '../fql/conditions.ts';
import type { CompiledTrigger } from '../fql/trigger.ts';
import { MAX_TOLD_CHARS, seenBy } from '../fql/values-seen.ts';
import type { Look, Telling } from '../fql/values-seen.ts';
import { ITEM_CHARS, TooCostly, WORK_LIMITS } from '../fql/work-budget.ts';
import type { EventWork, WorkBudget } from '../fql/work-budget.ts';
import { masked } from '../privacy/mask-personal-data.ts';
import { keptName } from '../privacy/masked-names.ts';
import { isTypeAsked, looksAt, mustBeNamed, readyMappings, triggerSetOf } from './ready-mappings.ts';
import { rulesFiredBy } from './rules-fired.ts';

/** A conversion rule that an event fires, and the mapping behind it. The shorthand has no mapping. */
export type FiredRule = { ruleId: string; mapping: Mapping | undefined };

/**
 * The results of an integration's triggers for an event, in a short form that is stored with the event. The triggers
 * themselves are stored once, under the fingerprint of their set.
 */
export type TriggerTrace = {
  set: string;
  /**
   * One word per mapping in the set's order: a letter for the outcome and a digit for each condition, as in `f101 n01`.
   */
  mappings: string;
  /** The values that the conditions read, by field. Undefined when they are not stored. */
  seen?: SeenValues;
};

/** Stands for a trigger that was not evaluated. */
const NOT_ASKED = '-';

/**
 * Evaluates all triggers of an integration for an event. Returns the conversion rules that fire, the rules whose
 * triggers were too costly, and the result of each trigger.
 *
 * A rule fires once, for the first mapping whose trigger holds, or otherwise for the shorthand.
 */
export function askTriggers(
  event: Event,
  { mappings = [], conversion_rule_id: shorthand = {} }: Pick<IntegrationSettings, 'mappings' | 'conversion_rule_id'>,
  telling: Telling,
  work: EventWork,
): { fired: FiredRule[]; tooCostly: string[]; trace: TriggerTrace | undefined } {
  if (!isTypeAsked(event.type, mappings)) return { fired: [], tooCostly: [], trace: undefined };
  const byRule = new Map<string, Mapping | undefined>();
  const budget = work.budget();
  let words = '';
  const tooCostly: string[] = [];
  for (const { mapping, ruleId, trigger } of mappings.length === 0 ? [] : readyMappings(mappings)) {
    if (mustBeNamed(event.type) && !trigger.types.has(event.type)) {
      words += ` ${NOT_ASKED}`;
      continue;
    }
    budget.renew();
    const held = heldBy(trigger.conditions, event, budget);
    if (held.length < trigger.conditions.length) {
      tooCostly.push(ruleId);
      words += ` c${held}`;
      continue;
    }
    const isFired = trigger.verdict(held);
    words += ` ${!isFired ? 'n' : byRule.has(ruleId) ? 't' : 'f'}${held}`;
    if (isFired && !byRule.has(ruleId)) byRule.set(ruleId, mapping);
  }
  for (const ruleId of rulesFiredBy(event, shorthand)) {
    if (!byRule.has(ruleId)) byRule.set(ruleId, undefined);
  }
  return {
    fired: [...byRule].map(([ruleId, mapping]) => ({ ruleId, mapping })),
    tooCostly,
    trace:
      words === ''
        ? undefined
        : {
            set: triggerSetOf(mappings).fingerprint,
            mappings: words.slice(1),
            ...(telling !== 'nothing' && seenIn(event, mappings, { telling, budget })),
          },
  };
}

/** Evaluates the conditions of a trigger. If they exceed the budget, only the results before that are returned. */
function heldBy(conditions: CompiledTrigger['conditions'], event: Event, budget: WorkBudget): Held {
  let held: Held = '';
  try {
    for (const { holds } of conditions) held += holds(event, budget) ? '1' : '0';
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
  }
  return held;
}

/**
 * Returns the values that the conditions read. If they exceed a limit, returns none at all, so that a missing value
 * always means that the field was missing.
 */
function seenIn(
  event: Event,
  mappings: readonly Mapping[],
  { telling, budget }: { telling: Exclude<Telling, 'nothing'>; budget: WorkBudget },
): Pick<TriggerTrace, 'seen'> {
  const seen: SeenValues = {};
  let chars = 0;
  budget.renew();
  try {
    for (const look of looksAt(mappings)) {
      const value = seenBy(look, event, telling, budget);
      if (value === undefined) continue;
      seen[look.field] = telling === 'all' ? value : withoutPeopleIn(value, look, event);
      chars += look.field.length + String(value.value ?? '').length + (value.almost?.length ?? 0) + ITEM_CHARS;
      if (chars > WORK_LIMITS.seenChars) return {};
    }
  } catch (error) {
    if (error instanceof TooCostly) return {};
    throw error;
  }
  return { seen };
}

/** Masks personal data in a value, as in stored names. Names are reported whatever they contain. */
function withoutPeopleIn(value: SeenValue, { field, known }: Look, event: Event): SeenValue {
  if (typeof value.value !== 'string' || known.has(value.value)) return value;
  const name = field === 'event' || field === 'name' ? keptName(event) : masked(value.value);
  return name === undefined ? value : { ...value, value: name.slice(0, MAX_TOLD_CHARS) };
}
