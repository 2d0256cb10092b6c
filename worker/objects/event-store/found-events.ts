import { namedLike } from '../../domain/search/named-like.ts';
import type { EventView } from '../../schema/events/event-view.ts';

/** The IDs and names that a person searches for among the events of a source. */
export type WantedEvents = {
  /** The beginnings of message IDs, in any spelling. */
  messageIds: readonly string[];
  /** The beginnings of the event IDs that LinkedIn gets, in any spelling. */
  eventIds: readonly string[];
  /** The tags of an order, one under each key. Undefined from a release without them. */
  orders?: readonly string[];
  /** A part of an event's name, in any spelling. */
  name: string;
  /** The first UTC day of the names. */
  sinceDay: string;
  atMost: number;
};

/** Events found by their IDs, and names of events: at most as many of each as requested. */
export type FoundEvents = {
  events: EventView[];
  names: string[];
  /** The places in the order of arrival of the events found by their order. Undefined from an older release. */
  ofOrder?: readonly number[];
};

/** Returns the names that contain a text. */
export function namesWith(text: string, names: Iterable<string>, atMost: number): string[] {
  return [...new Set(names)].filter(namedLike(text)).slice(0, atMost);
}

/** Returns the text by which the facts of an order's events are found, in a row or in a page of the log. */
export function orderInFacts(tag: string): string {
  return `"order":${JSON.stringify(tag)}`;
}
