import type { EventType } from '../../schema/events/event.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { fingerprint } from '../fingerprint.ts';
import { withoutRepeats } from '../fql/seen.ts';
import type { Look } from '../fql/seen.ts';
import { compiledTrigger } from '../fql/trigger.ts';
import type { CompiledTrigger } from '../fql/trigger.ts';
import { conversionRuleId } from './conversion-rule.ts';

/** A mapping that is switched on, ready to look at events. */
export type ReadyMapping = { mapping: Mapping; ruleId: string; trigger: CompiledTrigger };

/** The triggers that an integration's events are held against, by a name of their own. */
export type TriggerSet = {
  fingerprint: string;
  /** Pairs of a mapping's id and its trigger's text, as JSON. */
  body: string;
};

type Ready = { mappings: readonly ReadyMapping[]; set: TriggerSet; looks: readonly Look[] };

/** Made once for a config that was read, which serves thousands of events. */
const made = new WeakMap<readonly Mapping[], Ready>();

/** The mappings that are switched on, in their order. */
export function readyMappings(mappings: readonly Mapping[]): readonly ReadyMapping[] {
  return ready(mappings).mappings;
}

/**
 * This is true when some trigger is asked about events of a type. Group and alias calls are for those only that name them: a
 * trigger that says nothing of types means what people do.
 */
export function isTypeAsked(type: EventType, mappings: readonly Mapping[]): boolean {
  if (type === 'screen') return false;
  return !mustBeNamed(type) || ready(mappings).mappings.some(({ trigger }) => trigger.types.has(type));
}

/** This is true of a type that a trigger has to name. */
export function mustBeNamed(type: EventType): boolean {
  return type === 'group' || type === 'alias';
}

/** What events are held against, so that it can be said later. */
export function triggerSetOf(mappings: readonly Mapping[]): TriggerSet {
  return ready(mappings).set;
}

/** The fields that the triggers look at, each once. */
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
