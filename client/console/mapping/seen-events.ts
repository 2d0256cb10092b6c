import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { answers, pageOf } from '../app/answers.ts';
import { api } from '../app/api.ts';

/** How many of the newest events are looked at for names and fields. */
const LOOKED_AT = 200;

/** An event by its type and name, as the site has sent it lately. */
export type SeenEvent = {
  type: string;
  name: string | null;
  count: number;
  /** None yet of an event that somebody only expects. */
  latest: EventView | undefined;
  /** The fields of all of them. */
  fields: string[];
};

/** The events that a site has sent lately, the most frequent first. */
export async function seenEvents(sourceId: string, signal: AbortSignal): Promise<SeenEvent[]> {
  const { data } = await api(pageOf(answers.event), `/sources/${sourceId}/events?limit=${LOOKED_AT}`, { signal });
  const seen = new Map<string, SeenEvent>();
  for (const event of data) {
    // A page is mapped as a page, whatever its name; an identify has none.
    const name = event.type === 'track' ? event.event : null;
    const key = JSON.stringify([event.type, name]);
    const known = seen.get(key);
    seen.set(key, {
      type: event.type,
      name,
      count: (known?.count ?? 0) + 1,
      latest: known?.latest ?? event,
      fields: [...new Set([...(known?.fields ?? []), ...event.fields])],
    });
  }
  return [...seen.values()].toSorted((one, other) => other.count - one.count);
}

/** The trigger that wants exactly these events. */
export function triggerFor({ type, name }: Pick<SeenEvent, 'type' | 'name'>): string {
  return name === null ? `type = "${type}"` : `type = "${type}" and event = ${JSON.stringify(name)}`;
}
