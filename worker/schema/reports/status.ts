/** `GET …/status`: the waiting deliveries and why they wait, and how long the token, version and quota last. */
import * as v from 'valibot';

const Hold = v.nullable(v.object({ reason: v.string(), sentence: v.string(), since: v.string() }));

export const StatusView = v.object({
  enabled: v.boolean(),
  warnings: v.array(
    v.object({
      kind: v.picklist(['version_sunset', 'reconnect_due', 'answers_unconfirmed']),
      /** Null when the warning has no future date. */
      days_left: v.nullable(v.number()),
      stage: v.nullable(v.number()),
      sentence: v.string(),
    }),
  ),
  /** `days_left` is null when this release doesn't know the version's end. */
  /**
   * `days_left` is of the version in use. It differs from the configured one when LinkedIn retires that one. The next
   * batch tries `next`.
   */
  version: v.object({
    configured: v.string(),
    in_use: v.string(),
    next: v.nullable(v.string()),
    days_left: v.nullable(v.number()),
    newest_known: v.string(),
  }),
  /** `set` is of the access token. The days are null when LinkedIn gave no end date. */
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
    /** Accepted in the last 24 hours with an unreadable answer from LinkedIn. They are not sent again. */
    unconfirmed: v.number(),
    /** LinkedIn's latest message about a refused token. Null when there was none recently. */
    token_refusal: v.nullable(v.string()),
    /** The pending ones that wait for the visitor's identity. */
    waiting_for_identity: v.number(),
    oldest_waiting_at: v.nullable(v.string()),
    /**
     * The source's database. At `full_at_bytes` the collector refuses conversions. With `conversions_only`, events
     * without a conversion are counted but not listed.
     */
    storage: v.object({ bytes: v.number(), full_at_bytes: v.number(), conversions_only: v.boolean() }),
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
