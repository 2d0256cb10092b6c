import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { texts } from '../texts.ts';

/** Returns what an event is called on every page: its name, or without one its type, such as “Page view”. */
export function eventName({ event, type }: Pick<EventView, 'event' | 'type'>): string {
  return event ?? countedName(type);
}

/** Returns a name as the ledger and the settings have it. There `page` stands for all page views. */
export function countedName(name: string): string {
  return name === 'page' ? texts.pageView : name;
}
