import type { EventView } from '../../schema/events/event-view.ts';
import type { ConditionView, TriggerOutcome, TriggerView } from '../../schema/events/trigger-view.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { EventFields } from '../fql/compile.ts';
import { shorthandTrigger } from '../fql/shorthand.ts';
import { compiledTrigger } from '../fql/trigger.ts';
import { seenBy } from '../fql/values-seen.ts';
import { ownBudget } from '../fql/work-budget.ts';
import { conversionRuleId } from './conversion-rule.ts';
import type { TracedTrigger } from './read-trace.ts';

type KeptEvent = Pick<EventView, 'type' | 'event' | 'reason'>;
type Configured = Pick<Integration, 'id' | 'config'>;

/**
 * Combines the stored results of an event's triggers with the integrations' current mappings: names, changes since
 * then, and mappings that are new.
 *
 * @param kept The stored results by integration.
 */
export function triggerViews(
  event: KeptEvent,
  kept: Readonly<Record<string, readonly TracedTrigger[]>>,
  integrations: readonly Configured[],
): TriggerView[] {
  const known = new Set(integrations.map(({ id }) => id));
  const deleted = Object.entries(kept).filter(([id]) => !known.has(id));
  return [
    ...integrations.flatMap((integration) => [
      ...mappingViews(integration, kept[integration.id] ?? []),
      ...shorthandViews(integration, event, kept[integration.id] ?? []),
    ]),
    ...deleted.flatMap(([id, traced]) => mappingViews({ id, config: {} }, traced)),
  ];
}

function mappingViews(
  { id: integrationId, config: { mappings = [] } }: { id: string; config: Partial<Integration['config']> },
  traced: readonly TracedTrigger[],
): TriggerView[] {
  const asked = new Set(traced.map(({ mappingId }) => mappingId));
  return [
    ...traced.map(({ mappingId, trigger, outcome, conditions }) => {
      const now = mappings.find(({ id }) => id === mappingId);
      return {
        integration_id: integrationId,
        mapping_id: mappingId,
        name: now?.name ?? null,
        conversion_rule_id: now === undefined ? null : conversionRuleId(now.conversion_rule_id),
        trigger,
        changed_since: now?.trigger !== trigger,
        outcome,
        conditions,
      };
    }),
    ...mappings
      .filter(({ id }) => !asked.has(id))
      .map(({ id, name, trigger, conversion_rule_id: ref }) => ({
        integration_id: integrationId,
        mapping_id: id,
        name,
        conversion_rule_id: conversionRuleId(ref),
        trigger,
        changed_since: false,
        outcome: 'not_asked' as const,
        conditions: [],
      })),
  ];
}

/**
 * Returns views for the entries of `conversion_rule_id`. They depend only on fields that are stored with every event,
 * so they are evaluated now.
 */
function shorthandViews(
  { id, config: { mappings = [], conversion_rule_id: entries = {} } }: Configured,
  { type, event: name, reason }: KeptEvent,
  traced: readonly TracedTrigger[],
): TriggerView[] {
  const fired = new Set(traced.filter(({ outcome }) => outcome === 'fired').map(({ mappingId }) => mappingId));
  const taken = new Set(
    mappings.filter((mapping) => fired.has(mapping.id)).map((mapping) => conversionRuleId(mapping.conversion_rule_id)),
  );
  const event = { type, [type === 'track' ? 'event' : 'name']: name };
  const isExcluded = reason === 'bot' || reason === 'internal_traffic';
  return Object.entries(entries).flatMap(([key, refs]) =>
    [refs].flat().map((ref) => {
      const trigger = shorthandTrigger(key);
      const ruleId = conversionRuleId(ref);
      const conditions = conditionViews(trigger, event);
      const holds = compiledTrigger(trigger).verdict(conditions.map(({ held }) => (held ? '1' : '0')).join(''));
      const outcome: TriggerOutcome = !holds ? 'not_fired' : taken.has(ruleId) ? 'rule_taken' : 'fired';
      return {
        integration_id: id,
        mapping_id: null,
        name: key,
        conversion_rule_id: ruleId,
        trigger,
        changed_since: false,
        outcome: isExcluded ? 'not_asked' : outcome,
        conditions: isExcluded ? [] : conditions,
      };
    }),
  );
}

function conditionViews(trigger: string, event: EventFields): ConditionView[] {
  // The event's type and name, each compared once.
  const budget = ownBudget();
  return compiledTrigger(trigger).conditions.map(({ text, holds, looks }) => ({
    text,
    held: holds(event, budget),
    saw: looks.map((look) => ({
      field: look.field,
      ...(seenBy(look, event, 'what_is_known', budget) ?? { type: 'null' as const }),
    })),
  }));
}
