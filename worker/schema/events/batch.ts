/**
 * The wire between the tag, or anybody's SDK, and the collector: what `POST /v1/batch` takes beside its events.
 *
 * It is declared here and nowhere else: the tag's types, the names that the collector reads and the OpenAPI document come
 * from it. No field of it refuses a request: the collector reads each by itself, as far as it can be read.
 */
import * as v from 'valibot';

/** The collector's cookies, as the tag carries them for a collector on another site. Empty: delete. */
export const CarriedCookies = v.object({
  li_fat_id: v.optional(v.string()),
  _df_click: v.optional(v.string()),
  _dfid: v.optional(v.string()),
  _df_identity: v.optional(v.string()),
});
export type CarriedCookies = v.InferInput<typeof CarriedCookies>;

/** Everything that Directflight may keep in a browser; see docs/reference/tag.md. */
export type CookieName = keyof CarriedCookies;

export const BatchEnvelope = v.object({
  writeKey: v.optional(v.pipe(v.string(), v.description('Where no header has the key'))),
  sentAt: v.optional(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.description('When it was sent, by the clock of the sender: shows how wrong the clock is'),
    ),
  ),
  consent: v.optional(
    v.pipe(
      v.union([
        v.pipe(v.record(v.string(), v.unknown()), v.maxEntries(64)),
        v.boolean(),
        v.string(),
        v.number(),
        v.null(),
      ]),
      v.description(
        'By category, or one value for all. true, 1 and the words true, yes, granted, on and 1 are a yes, anything else is a no. `source` names the consent platform that answered',
      ),
    ),
  ),
  integrations: v.optional(
    v.pipe(
      v.looseObject({}),
      v.description('The destinations of the events. { "All": false }, or our name with false, skips them'),
    ),
  ),
  cookieDomain: v.optional(
    v.pipe(v.string(), v.description("Where the collector's cookies should live. Empty: on its own host alone")),
  ),
  carried: v.optional(
    v.pipe(CarriedCookies, v.description('The cookies, from a page whose collector is on another site')),
  ),
  reset: v.optional(v.pipe(v.boolean(), v.description('true: the visitor logged out and is forgotten'))),
});
export type BatchEnvelope = v.InferInput<typeof BatchEnvelope>;
