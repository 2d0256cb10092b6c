import type { Mapping } from '../schema/mapping.ts';
import { conversionRuleId } from './conversion-rule.ts';
import { fingerprint } from './fingerprint.ts';
import { compiledTrigger } from './fql/trigger.ts';
import type { CompiledTrigger } from './fql/trigger.ts';

/** A mapping that is switched on, ready to look at events. */
export type ReadyMapping = { mapping: Mapping; ruleId: string; trigger: CompiledTrigger };

/** The triggers that an integration's events are held against, by a name of their own. */
export type TriggerSet = {
  fingerprint: string;
  /** Pairs of a mapping's id and its trigger's text, as JSON. */
  body: string;
};

type Ready = { mappings: readonly ReadyMapping[]; set: TriggerSet };

/** Made once for a config that was read, which serves thousands of events. */
const made = new WeakMap<readonly Mapping[], Ready>();

/** The mappings that are switched on, in their order. */
export function readyMappings(mappings: readonly Mapping[]): readonly ReadyMapping[] {
  return ready(mappings).mappings;
}

/** What events are held against, so that it can be said later. */
export function triggerSetOf(mappings: readonly Mapping[]): TriggerSet {
  return ready(mappings).set;
}

function ready(mappings: readonly Mapping[]): Ready {
  const known = made.get(mappings);
  if (known !== undefined) return known;
  const enabled = mappings.filter((mapping) => mapping.enabled);
  const body = JSON.stringify(enabled.map(({ id, trigger }) => [id, trigger]));
  const one = {
    mappings: enabled.map((mapping) => ({
      mapping,
      ruleId: conversionRuleId(mapping.conversion_rule_id),
      trigger: compiledTrigger(mapping.trigger),
    })),
    set: { fingerprint: fingerprint(body), body },
  };
  made.set(mappings, one);
  return one;
}
