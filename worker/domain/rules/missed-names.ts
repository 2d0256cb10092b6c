import type { IntegrationSettings } from '../../schema/settings/integration.ts';
import { namesAsked, spellingDifference, spellingKey } from '../fql/near-misses.ts';
import type { NearMiss } from '../fql/near-misses.ts';
import { shorthandTrigger } from '../fql/shorthand.ts';
import { conversionRuleId } from './conversion-rule.ts';

/** A name that a mapping asks for and that did not come, and a similar one that came and that no mapping asks for. */
export type MissedName = Pick<NearMiss, 'name' | 'asked' | 'count' | 'differs'> & {
  /** The mapping's name, or the event's name in `conversion_rule_id`. */
  mapping: string;
  /** Undefined for an entry of `conversion_rule_id`. */
  mappingId: string | undefined;
  ruleId: string;
};

/** More would not be read. */
const MOST = 10;

/**
 * Returns the names that mappings miss only because of their spelling, the most frequent first.
 *
 * @param names The names of recent track events, one for each event.
 */
export function missedNames(
  { mappings = [], conversion_rule_id: shorthand = {} }: Pick<IntegrationSettings, 'mappings' | 'conversion_rule_id'>,
  names: readonly string[],
): MissedName[] {
  const asking = [
    ...mappings
      .filter(({ enabled }) => enabled)
      .map(({ id, name, trigger, conversion_rule_id: ref }) => ({ mapping: name, mappingId: id, trigger, ref })),
    ...Object.entries(shorthand).flatMap(([key, refs]) =>
      [refs].flat().map((ref) => ({ mapping: key, mappingId: undefined, trigger: shorthandTrigger(key), ref })),
    ),
  ].flatMap(({ trigger, ...of }) => namesAsked(trigger).map((asked) => ({ ...of, asked })));
  const known = new Set(asking.map(({ asked }) => asked));
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
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
