import type { IntegrationSettings } from '../../schema/settings/integration.ts';
import { namesAsked, spellingDifference, spellingKey } from '../fql/near-misses.ts';
import type { NearMiss } from '../fql/near-misses.ts';
import { shorthandTrigger } from '../fql/shorthand.ts';
import { conversionRuleId } from './conversion-rule.ts';

/**
 * An event name that a mapping asks for but that did not come, and a similar one that came but that no mapping asks
 * for.
 */
export type MissedName = Pick<NearMiss, 'name' | 'asked' | 'count' | 'differs'> & {
  /** The mapping's name, or the event's name in `conversion_rule_id`. */
  mapping: string;
  /** Undefined for an entry of `conversion_rule_id`. */
  mappingId: string | undefined;
  ruleId: string;
};

/** The settings of an integration that say which events become conversions. */
export type MappingSettings = Pick<IntegrationSettings, 'mappings' | 'conversion_rule_id'>;

/** Nobody would read a longer list. */
const MOST = 10;

/** Returns the triggers of an integration's enabled mappings and of its entries by event name, with whose they are. */
export function triggersOf({ mappings = [], conversion_rule_id: shorthand = {} }: MappingSettings): {
  mapping: string;
  mappingId: string | undefined;
  trigger: string;
  ref: string;
}[] {
  return [
    ...mappings
      .filter(({ enabled }) => enabled)
      .map(({ id, name, trigger, conversion_rule_id: ref }) => ({ mapping: name, mappingId: id, trigger, ref })),
    ...Object.entries(shorthand).flatMap(([key, refs]) =>
      [refs].flat().map((ref) => ({ mapping: key, mappingId: undefined, trigger: shorthandTrigger(key), ref })),
    ),
  ];
}

/**
 * Returns the names that mappings miss only because of their spelling, the most frequent first.
 *
 * @param counts The number of recent track events by name.
 */
export function missedNames(settings: MappingSettings, counts: ReadonlyMap<string, number>): MissedName[] {
  const asking = triggersOf(settings).flatMap(({ trigger, ...of }) =>
    namesAsked(trigger).map((asked) => ({ ...of, asked })),
  );
  const known = new Set(asking.map(({ asked }) => asked));
  const others = Map.groupBy(
    [...counts].filter(([name]) => !known.has(name)),
    ([name]) => spellingKey(name),
  );
  return asking
    .filter(({ asked }) => !counts.has(asked))
    .flatMap(({ asked, mapping, mappingId, ref }) =>
      (others.get(spellingKey(asked)) ?? []).map(([name, count]) => ({
        mapping,
        mappingId,
        ruleId: conversionRuleId(ref),
        asked,
        name,
        count,
        differs: spellingDifference(asked, name),
      })),
    )
    .toSorted((one, other) => other.count - one.count)
    .slice(0, MOST);
}
