import { namesAsked } from '../../../worker/domain/fql/near-misses.ts';
import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';
import { ruleNumber } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';
import type { Progress } from './progress.ts';

const t = texts.setUp;

type Mapped = Pick<Progress, 'integration' | 'mappings'>;

/**
 * Says which rules a test event counts for, whether they have campaigns, and which other event has a rule without any.
 *
 * @param event The name of the chosen event.
 * @param names The names of all events that can be chosen.
 * @returns One or more sentences. Empty if LinkedIn lists none of the event's rules.
 */
export function campaignsInWords(
  mapped: Mapped,
  { event, names, rules }: { event: string; names: readonly string[]; rules: readonly ConversionRule[] },
): string {
  const rulesOf = (name: string): ConversionRule[] =>
    rules.filter(({ id, enabled }) => enabled && ruleIdsOf(name, mapped).includes(id));
  const own = rulesOf(event);
  const counted = own.filter(({ campaign_ids: campaigns }) => campaigns.length > 0);
  const sentences = own.map((rule) =>
    counted.includes(rule) ? t.testWithCampaigns(rule) : t.testWithoutCampaigns(rule),
  );
  if (counted.length === 0) return sentences.join(' ');
  const others = names.filter((name) => {
    const ofName = rulesOf(name);
    return ofName.length > 0 && ofName.every(({ campaign_ids: campaigns }) => campaigns.length === 0);
  });
  const more = others.flatMap((name) => rulesOf(name).map((rule) => t.testInstead(name, rule)));
  return [...sentences, ...(more.length === 0 ? [t.testNoneWithout] : more)].join(' ');
}

/** Returns the numbers of the conversion rules that an event with this name counts for. */
export function ruleIdsOf(name: string, { integration, mappings }: Mapped): string[] {
  const byName = integration?.config.conversion_rule_id ?? {};
  const short = Object.hasOwn(byName, name) ? [byName[name] ?? []].flat() : [];
  const asking = mappings.filter(({ enabled, trigger }) => enabled && namesAsked(trigger).includes(name));
  return [...short, ...asking.map(({ conversion_rule_id: ref }) => ref)].map(ruleNumber);
}
