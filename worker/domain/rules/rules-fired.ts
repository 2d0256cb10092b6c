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
 * This is true for a mapping by which a person makes one conversion each time they become a member: where it says so, or
 * says nothing and its trigger is for identify events.
 */
export function isOncePerMembership({ once_per_membership: said, trigger }: Mapping): boolean {
  return said ?? compiledTrigger(trigger).isIdentify;
}

/**
 * Names the mappings whose membership an event ends, such as an identify whose trait has become false. One that is too
 * costly to ask ends none, as it begins none.
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
 * Names the conversion rules that an event fires by the shorthand `conversion_rule_id`, each once.
 *
 * The names are compared as they are, upper and lower case apart, as Datafly and Segment do.
 */
export function rulesFiredBy(
  event: Event,
  conversionRules: Readonly<Record<string, string | readonly string[]>>,
): string[] {
  const key = mappingKey(event);
  // Own keys only: an event may be called "constructor".
  const refs = key !== undefined && Object.hasOwn(conversionRules, key) ? conversionRules[key] : undefined;
  if (refs === undefined) return [];
  return [...new Set((typeof refs === 'string' ? [refs] : refs).map(conversionRuleId))];
}

function mappingKey(event: Event): string | undefined {
  switch (event.type) {
    case 'track':
      // The key is taken: a track event of that name needs a mapping.
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
