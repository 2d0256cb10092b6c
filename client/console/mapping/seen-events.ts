import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { api } from '../app/api.ts';
import { shapes, pageOf } from '../app/response-shapes.ts';

/** How many of the newest events are read for names and fields. */
const LOOKED_AT = 200;

/** The recent events of one type and name. */
export type SeenEvent = {
  type: string;
  name: string | null;
  count: number;
  /** Undefined for an event that the person expects but the site has not sent. */
  latest: EventView | undefined;
  /** The fields of all these events. */
  fields: string[];
};

/** Returns the events that a site has sent recently, the most frequent first. */
export async function seenEvents(sourceId: string, signal: AbortSignal): Promise<SeenEvent[]> {
  const { data } = await api(pageOf(shapes.event), `/sources/${sourceId}/events?limit=${LOOKED_AT}`, { signal });
  const seen = new Map<string, SeenEvent>();
  for (const event of data) {
    // Page events are mapped as one kind, whatever their names. Identify events have no name.
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

/** Builds a trigger that matches exactly these events. */
export function triggerFor({ type, name }: Pick<SeenEvent, 'type' | 'name'>): string {
  return name === null ? `type = "${type}"` : `type = "${type}" and event = ${JSON.stringify(name)}`;
}
