import type { Event } from '../../schema/events/event.ts';
import type { IntegrationSettings } from '../../schema/settings/integration.ts';
import { looksAt } from '../rules/ready-mappings.ts';

/**
 * How important an event's name is in reports. `named`: a mapping contains it. `fired`: it fires a trigger that accepts
 * any name. `unwanted`: no trigger matches, and a stranger may have made it up.
 */
export type NameRank = 'named' | 'fired' | 'unwanted';

/** Ranks an event's name. Each day stores only a limited number of names. */
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
