import type { EventType } from '../../schema/events/event.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { fingerprint } from '../fingerprint.ts';
import { compiledTrigger } from '../fql/trigger.ts';
import type { CompiledTrigger } from '../fql/trigger.ts';
import { withoutRepeats } from '../fql/values-seen.ts';
import type { Look } from '../fql/values-seen.ts';
import { conversionRuleId } from './conversion-rule.ts';

/** An enabled mapping with its compiled trigger. */
export type ReadyMapping = { mapping: Mapping; ruleId: string; trigger: CompiledTrigger };

/** The triggers of an integration, with a fingerprint. */
export type TriggerSet = {
  fingerprint: string;
  /** The pairs of mapping ID and trigger text, as JSON. */
  body: string;
};

type Ready = { mappings: readonly ReadyMapping[]; set: TriggerSet; looks: readonly Look[] };

/** Prepared mappings, cached because a loaded config serves thousands of events. */
const made = new WeakMap<readonly Mapping[], Ready>();

/** Returns the enabled mappings, in order. */
export function readyMappings(mappings: readonly Mapping[]): readonly ReadyMapping[] {
  return ready(mappings).mappings;
}

/**
 * Checks whether any trigger is evaluated for events of a type. Group and alias events need a trigger that names their
 * type. A trigger without a type is meant for actions of people.
 */
export function isTypeAsked(type: EventType, mappings: readonly Mapping[]): boolean {
  if (type === 'screen') return false;
  return !mustBeNamed(type) || ready(mappings).mappings.some(({ trigger }) => trigger.types.has(type));
}

/** Checks whether a trigger must name an event type to receive it. */
export function mustBeNamed(type: EventType): boolean {
  return type === 'group' || type === 'alias';
}

/** Returns the set of triggers, which is stored to explain results later. */
export function triggerSetOf(mappings: readonly Mapping[]): TriggerSet {
  return ready(mappings).set;
}

/** Returns the fields that the triggers read, each once. */
export function looksAt(mappings: readonly Mapping[]): readonly Look[] {
  return ready(mappings).looks;
}

function ready(mappings: readonly Mapping[]): Ready {
  const known = made.get(mappings);
  if (known !== undefined) return known;
  const enabled = mappings.filter((mapping) => mapping.enabled);
  const body = JSON.stringify(enabled.map(({ id, trigger }) => [id, trigger]));
  const readyOnes = enabled.map((mapping) => ({
    mapping,
    ruleId: conversionRuleId(mapping.conversion_rule_id),
    trigger: compiledTrigger(mapping.trigger),
  }));
  const one = {
    mappings: readyOnes,
    looks: withoutRepeats(
      readyOnes.flatMap(({ trigger }) => trigger.conditions.flatMap((condition) => condition.looks)),
    ),
    set: { fingerprint: fingerprint(body), body },
  };
  made.set(mappings, one);
  return one;
}
