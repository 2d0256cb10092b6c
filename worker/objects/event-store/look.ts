import type { NumberedEvent } from './event-view-of.ts';

/** What a viewer asks for: the events after a place in the order of arrival. */
export type Look = {
  afterSeq: number;
  limit: number;
  /** The longest wait while nothing changes. */
  waitMs: number;
  /** The version of the last answer, or undefined for an answer at once. */
  version: number | undefined;
};

/** The new events, and the version of what people can watch. A new version means that something has changed. */
export type Seen = { events: NumberedEvent[]; version: number };
