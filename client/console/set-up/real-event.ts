import type { EventView } from '../../../worker/schema/events/event-view.ts';

/** The message IDs of the console's own examples begin with it, so that they aren't taken for a site's events. */
export const TEST_PREFIX = 'test-';

/** Checks that an event came from the site or its server: not from a bot, and not from an example of the console. */
export function isRealEvent({ message_id: id, reason }: Pick<EventView, 'message_id' | 'reason'>): boolean {
  return reason !== 'bot' && !id.startsWith(TEST_PREFIX);
}
