/**
 * The format of `POST /v1/batch` beside its events, for the tag and other SDKs.
 *
 * It is declared only here. The tag's types, the names that the collector reads and the OpenAPI document come from it.
 * No field can make a request invalid: the collector reads each one separately, as far as it can.
 */
import * as v from 'valibot';

/** The collector's cookies, as the tag stores them for a collector on another site. An empty value deletes a cookie. */
export const CarriedCookies = v.object({
  li_fat_id: v.optional(v.string()),
  _df_click: v.optional(v.string()),
  _dfid: v.optional(v.string()),
  _df_identity: v.optional(v.string()),
});
export type CarriedCookies = v.InferInput<typeof CarriedCookies>;

/** All names that Directflight may store in a browser; see docs/reference/tag.md. */
export type CookieName = keyof CarriedCookies;

export const BatchEnvelope = v.object({
  writeKey: v.optional(v.pipe(v.string(), v.description('The write key, when no header has it'))),
  sentAt: v.optional(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.description('When the batch was sent, by the clock of the sender; used to correct a wrong clock'),
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
        'By category, or one value for all. true, 1 and the words true, yes, granted, on and 1 are a yes, anything else is a no. `source` names the consent platform',
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
    v.pipe(v.string(), v.description("The domain for the collector's cookies. Empty: only its own host")),
  ),
  carried: v.optional(
    v.pipe(CarriedCookies, v.description('The cookies, from a page whose collector is on another site')),
  ),
  reset: v.optional(v.pipe(v.boolean(), v.description('true: the visitor logged out and is forgotten'))),
});
export type BatchEnvelope = v.InferInput<typeof BatchEnvelope>;
