import type { Event } from '../../schema/events/event.ts';
import type { IntegrationSettings } from '../../schema/settings/integration.ts';
import { looksAt } from '../rules/ready-mappings.ts';

/**
 * How much an event's name says in a report: whoever set the source up has written it into a mapping; it fires one, as any
 * name does where a trigger asks for none; or nobody wants it, and anybody may have made it up.
 */
export type NameRank = 'named' | 'fired' | 'unwanted';

/** Ranks the name of an event among the names of its day, which are limited. */
export function nameRank(event: Event, settings: readonly IntegrationSettings[], isFired: boolean): NameRank {
  if (event.type !== 'track') return 'named';
  const { event: name } = event;
  return settings.some((config) => isNamedBy(config, name)) ? 'named' : isFired ? 'fired' : 'unwanted';
}

function isNamedBy({ conversion_rule_id: shorthand = {}, mappings = [] }: IntegrationSettings, name: string): boolean {
  return (
    Object.hasOwn(shorthand, name) ||
    (mappings.length > 0 && looksAt(mappings).some(({ field, known }) => field === 'event' && known.has(name)))
  );
}
