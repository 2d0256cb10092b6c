import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { ShownIntegration } from '../ui/view.ts';
import { evaluateTrigger } from './evaluate-trigger.ts';

/**
 * Returns the name of another mapping, or the entry by event name, that accepts an event by its name alone. Undefined if
 * there is none.
 */
export function takenBy(
  name: string,
  { others, integration }: { others: readonly MappingView[]; integration: ShownIntegration },
): string | undefined {
  if (Object.hasOwn(integration.config.conversion_rule_id ?? {}, name)) return name;
  const event = { type: 'track', event: name, properties: {} };
  return others.find(({ enabled, trigger }) => enabled && evaluateTrigger(trigger, event).holds)?.name;
}
