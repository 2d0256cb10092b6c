import { mergedNames } from '../privacy/frequent-names.ts';
import type { RefusalCount } from './refusal-count.ts';

/**
 * Counts the changes in a CRM's call that can't be used. They are counted by our own codes, so the counts contain no
 * text from the sender.
 *
 * @param refused The number of changes by code.
 */
export function refusedChanges(refused: Readonly<Record<string, number>>): RefusalCount[] {
  const named = Object.entries(refused).map(([name, events]) => ({ name, requests: 1, events }));
  const events = named.reduce((sum, each) => sum + each.events, 0);
  return events === 0 ? [] : [{ reason: 'event_invalid', requests: 1, events, names: mergedNames(named, []) }];
}
