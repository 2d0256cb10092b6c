/** `GET /v1/admin/search`: what a person may look for by its name or ID. */
import * as v from 'valibot';

import { DELIVERY_STATES } from '../events/outcome.ts';

/** The kinds of things that are found, in the order in which they are shown. Sites come first if the text begins a site's name. */
export const SEARCH_KINDS = [
  'event',
  'delivery',
  'conversion_rule',
  'mapping',
  'event_name',
  'connection',
  'source',
] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** A shorter text would match nearly everything. */
export const MIN_SEARCH_CHARS = 2;
export const MAX_SEARCH_CHARS = 200;

/** The most hits of a kind. */
export const MOST_HITS = 6;

export const SearchHit = v.object({
  kind: v.picklist(SEARCH_KINDS),
  source_id: v.string(),
  source_name: v.string(),
  /** The connection that it belongs to. Null for events, their names, and sources. */
  integration_id: v.nullable(v.string()),
  /** A message ID, a delivery’s or mapping’s ID, a conversion rule’s number, an event’s name, and so on. */
  id: v.string(),
  /** The name that people use, such as the event’s name. */
  title: v.string(),
  /** Whether the text is the number of the event’s order. False for anything else. */
  is_of_order: v.boolean(),
  /** The event’s position in the order of arrival. Null for anything else. */
  seq: v.nullable(v.number()),
  /** The state of an event or delivery. Null for anything else. */
  state: v.nullable(v.picklist(DELIVERY_STATES)),
  /** What happened to an event or delivery, in a sentence. Null for anything else. */
  sentence: v.nullable(v.string()),
  /** When the event arrived. Null for anything else. */
  received_at: v.nullable(v.string()),
});
export type SearchHit = v.InferOutput<typeof SearchHit>;

export const SearchAnswer = v.object({
  /** At most six of each kind. */
  data: v.array(SearchHit),
  /** The kinds that have more. */
  more: v.array(v.picklist(SEARCH_KINDS)),
  /** The sources that were searched: all that the person may see, or the first 200 of them. */
  sources: v.number(),
  /** Whether there are further sources, which were not searched. */
  has_more_sources: v.boolean(),
});
export type SearchAnswer = v.InferOutput<typeof SearchAnswer>;
