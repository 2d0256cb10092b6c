/** What visitors said about consent, counted: for whoever has to show it. */
import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Events of which the same was said, by the same platform, in the same country, read by the same rule. */
export const ConsentCount = v.object({
  categories: v.record(v.string(), v.boolean()),
  /** The consent platform that answered; null where the page or the server spoke for itself. */
  source: v.nullable(v.string()),
  /** By which rule silence was read; null where something was said. */
  policy: v.nullable(v.string()),
  country: v.nullable(v.string()),
  events: Count,
  /** Of these, skipped for lack of consent. */
  withheld: Count,
});
export type ConsentCount = v.InferOutput<typeof ConsentCount>;

export const ConsentReport = v.object({
  /** The most frequent first; at most 200. What has no row of its own is in the last one, of the platform `(other)`. */
  data: v.array(ConsentCount),
  /** All events of these days. */
  events: Count,
  withheld: Count,
});
export type ConsentReport = v.InferOutput<typeof ConsentReport>;
