/** Counts of visitors' consent answers, as proof of consent. */
import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Events with the same answers, platform, country and policy. */
export const ConsentCount = v.object({
  categories: v.record(v.string(), v.boolean()),
  /** The consent platform. Null when the page or server sent the answers without one. */
  source: v.nullable(v.string()),
  /** The policy for missing answers. Null when there were answers. */
  policy: v.nullable(v.string()),
  country: v.nullable(v.string()),
  events: Count,
  /** The events that were skipped for lack of consent. */
  withheld: Count,
});
export type ConsentCount = v.InferOutput<typeof ConsentCount>;

export const ConsentReport = v.object({
  /** At most 200 rows, the most frequent first. The rest is in the last row, with the platform `(other)`. */
  data: v.array(ConsentCount),
  /** All events of these days. */
  events: Count,
  withheld: Count,
});
export type ConsentReport = v.InferOutput<typeof ConsentReport>;
