/** `GET …/status`: what waits for an integration and why, and what is left of token, version and quota. */
import * as v from 'valibot';

const Hold = v.nullable(v.object({ reason: v.string(), sentence: v.string(), since: v.string() }));

export const StatusView = v.object({
  enabled: v.boolean(),
  warnings: v.array(
    v.object({
      kind: v.picklist(['version_sunset', 'reconnect_due', 'answers_unconfirmed']),
      /** Null where it is no day that comes, but something that has happened. */
      days_left: v.nullable(v.number()),
      stage: v.nullable(v.number()),
      sentence: v.string(),
    }),
  ),
  /** `days_left` is null for a version of which this release does not know the end. */
  version: v.object({ configured: v.string(), days_left: v.nullable(v.number()), newest_known: v.string() }),
  /** Null where nobody told us when it ends. */
  token: v.object({
    set: v.boolean(),
    renewable: v.boolean(),
    access_days_left: v.nullable(v.number()),
    reconnect_days_left: v.nullable(v.number()),
  }),
  /** Null while there is no token. */
  limiter: v.nullable(
    v.object({
      used_this_minute: v.number(),
      quota_per_minute: v.number(),
      used_today: v.number(),
      quota_per_day: v.number(),
      paused_until: v.nullable(v.string()),
      failures_in_a_row: v.number(),
    }),
  ),
  backlog: v.object({
    pending: v.number(),
    held: v.number(),
    dead: v.number(),
    /** Accepted in the last 24 hours by an answer of LinkedIn's that could not be read. They are not sent again. */
    unconfirmed: v.number(),
    /** LinkedIn's latest words about a token that it refused; null if there were none lately. */
    token_refusal: v.nullable(v.string()),
    /** Of the pending ones: those that wait a while for the person to be known. */
    waiting_for_identity: v.number(),
    oldest_waiting_at: v.nullable(v.string()),
    /** Of the source's database. With `conversions_only`, what leads to no conversion is counted and not listed. */
    storage: v.object({ bytes: v.number(), conversions_only: v.boolean() }),
    hold: Hold,
    rules: v.array(
      v.object({
        conversion_rule_id: v.string(),
        waiting: v.number(),
        dead: v.number(),
        failures: v.number(),
        next_attempt_at: v.nullable(v.string()),
        hold: Hold,
      }),
    ),
  }),
});
export type StatusView = v.InferOutput<typeof StatusView>;
