import { namesAsked } from '../../../worker/domain/fql/near-misses.ts';
import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { ShownIntegration } from '../ui/view.ts';

/** Returns the names of events that a connection's mappings ask for, each once. */
export function namesIn({
  integration,
  mappings,
}: {
  integration?: { config: Pick<ShownIntegration['config'], 'conversion_rule_id'> };
  mappings: readonly Pick<MappingView, 'trigger'>[];
}): string[] {
  return [
    ...new Set([
      ...Object.keys(integration?.config.conversion_rule_id ?? {}),
      ...mappings.flatMap(({ trigger }) => namesAsked(trigger)),
    ]),
  ];
}
