import type { Event } from '../schema/event.ts';
import { conversionRuleId } from './conversion-rule.ts';

/** The key of `conversion_rule_id` that stands for page events. */
const PAGE_KEY = 'page';

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
      return event.event;
    case 'page':
      return PAGE_KEY;
    case 'identify':
    case 'group':
    case 'alias':
    case 'screen':
      return undefined;
  }
}
