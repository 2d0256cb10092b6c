import type { Event } from '../../schema/events/event.ts';
import type { IntegrationSettings } from '../../schema/settings/integration.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { PAGE_KEY } from '../fql/shorthand.ts';
import { compiledTrigger } from '../fql/trigger.ts';
import type { CompiledTrigger } from '../fql/trigger.ts';
import { TooCostly } from '../fql/work-budget.ts';
import type { EventWork, WorkBudget } from '../fql/work-budget.ts';
import { conversionRuleId } from './conversion-rule.ts';
import { readyMappings } from './ready-mappings.ts';

/**
 * Checks whether a mapping makes one conversion per membership. It does when it says so, or by default when its trigger
 * is for identify events.
 */
export function isOncePerMembership({ once_per_membership: said, trigger }: Mapping): boolean {
  return said ?? compiledTrigger(trigger).isIdentify;
}

/**
 * Returns the IDs of the mappings whose membership an event ends, such as an identify event whose trait became false. A
 * mapping that is too costly to evaluate ends no membership and begins none.
 */
export function membershipsLeft(
  event: Event,
  { mappings = [] }: Pick<IntegrationSettings, 'mappings'>,
  work: EventWork,
): string[] {
  if (event.type !== 'identify') return [];
  const budget = work.budget();
  return readyMappings(mappings)
    .filter(({ mapping, trigger }) => isOncePerMembership(mapping) && isLeft(trigger, event, budget))
    .map(({ mapping }) => mapping.id);
}

function isLeft({ endsMembership }: CompiledTrigger, event: Event, budget: WorkBudget): boolean {
  budget.renew();
  try {
    return endsMembership(event, budget);
  } catch (error) {
    if (error instanceof TooCostly) return false;
    throw error;
  }
}

/**
 * Returns the conversion rules that an event fires through the shorthand `conversion_rule_id`, each once.
 *
 * Event names are compared exactly, including case, as in Datafly and Segment.
 */
export function rulesFiredBy(
  event: Event,
  conversionRules: Readonly<Record<string, string | readonly string[]>>,
): string[] {
  const key = mappingKey(event);
  // Reads own keys only: an event may be called "constructor".
  const refs = key !== undefined && Object.hasOwn(conversionRules, key) ? conversionRules[key] : undefined;
  if (refs === undefined) return [];
  return [...new Set((typeof refs === 'string' ? [refs] : refs).map(conversionRuleId))];
}

function mappingKey(event: Event): string | undefined {
  switch (event.type) {
    case 'track':
      // This key means page events. A track event with this name needs a mapping.
      return event.event === PAGE_KEY ? undefined : event.event;
    case 'page':
      return PAGE_KEY;
    case 'identify':
    case 'group':
    case 'alias':
    case 'screen':
      return undefined;
  }
}
