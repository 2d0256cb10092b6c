import type { NumberedEvent } from './event-view-of.ts';

/** A viewer's request for the events after a position in the order of arrival. */
export type Look = {
  afterSeq: number;
  limit: number;
  /** The longest wait while nothing changes. */
  waitMs: number;
  /** The version of the last answer, or undefined to get an answer at once. */
  version: number | undefined;
};

/** The new events, and a version that changes whenever something changes that people can watch. */
export type Seen = { events: NumberedEvent[]; version: number };
