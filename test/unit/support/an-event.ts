import type { Event } from '../../../worker/schema/events/event.ts';

export const NOW = Date.UTC(2026, 10, 21, 12);
export const DAY_MS = 24 * 60 * 60 * 1000;

/** The hash of john.doe@example.com, from Datafly's document. */
export const JOHNS_HASH = '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f';

type Common = Pick<Event, 'properties' | 'traits' | 'context' | 'userId' | 'anonymousId' | 'messageId'>;

/** A track event as the schema returns it. */
export const aTrack = ({ event = 'Order Completed', ...over }: Partial<Common> & { event?: string } = {}): Event => ({
  type: 'track',
  event,
  properties: {},
  traits: {},
  context: {},
  ...over,
});

export const aPage = (over: Partial<Common> = {}): Event => ({
  type: 'page',
  properties: {},
  traits: {},
  context: {},
  ...over,
});

export const anIdentify = (traits: Event['traits'], over: Partial<Common> = {}): Event => ({
  type: 'identify',
  properties: {},
  context: {},
  ...over,
  traits,
});

/** The context of an event on a page with this address. */
export const onPage = (url: string) => ({ page: { url } });
