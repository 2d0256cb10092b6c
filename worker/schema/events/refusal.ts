/** Refusals by the collector, as reported to the owner of a source. */
import * as v from 'valibot';

/**
 * Why traffic is refused, the worst first. The sender got a problem with the same code, with two exceptions:
 * `key_revoked`, where they got `key_unknown`, and `other`.
 */
export const REFUSAL_REASONS = [
  'outbox_full',
  'outbox_unavailable',
  'internal_error',
  'origin_not_allowed',
  'key_revoked',
  'signature_invalid',
  'rate_limited',
  'event_invalid',
  'event_too_large',
  'batch_invalid',
  'too_many_events',
  'body_too_large',
  'body_not_json',
  'body_not_an_object',
  'body_empty',
  'body_too_deep',
  'content_type_unsupported',
  'content_encoding_unsupported',
  'other',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export function isRefusalReason(text: string): text is RefusalReason {
  return REFUSAL_REASONS.some((reason) => reason === text);
}

/** Stands for all origins or fields that are not listed by name. */
export const OTHER_NAMES = '(other)';

/** Stands for requests without an origin. */
export const NO_ORIGIN = '(none)';

/** How far back refusals can be queried, and how long they are stored. */
export const REFUSAL_HOURS = 7 * 24;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

const counts = {
  /** Requests with at least one refusal for this reason. */
  requests: Count,
  /** Refused events. A request with unreadable events counts as one. */
  events: Count,
};

export const RefusedOrigin = v.object({
  /** `(none)`: without an origin. `(other)`: all origins that are not listed. */
  origin: v.string(),
  ...counts,
  /** Whether the source's current settings allow it. */
  now: v.picklist(['allowed', 'can_be_allowed', 'cannot_be_allowed']),
});
export type RefusedOrigin = v.InferOutput<typeof RefusedOrigin>;

const RefusedField = v.object({
  /** A JSON pointer into the event, or the code of a CRM's change. `(other)`: all fields that are not listed. */
  field: v.string(),
  ...counts,
});
export type RefusedField = v.InferOutput<typeof RefusedField>;

/** The refusals for one reason in one UTC hour. */
export const RefusalRow = v.object({
  /** `2026-11-28T16` */
  hour: v.string(),
  reason: v.picklist(REFUSAL_REASONS),
  ...counts,
  /** When the last one was counted, up to a few seconds late. */
  last_at: v.string(),
  /** Only with `origin_not_allowed`: at most 20, the most frequent first. */
  origins: v.exactOptional(v.array(v.string())),
  by_origin: v.exactOptional(v.array(RefusedOrigin)),
  /**
   * Only with `event_invalid`: JSON pointers into the event, at most 20, the most frequent first. For changes of a CRM,
   * their codes, such as `time_missing`.
   */
  fields: v.exactOptional(v.array(v.string())),
  by_field: v.exactOptional(v.array(RefusedField)),
});
export type RefusalRow = v.InferOutput<typeof RefusalRow>;

export const Refusals = v.object({
  /** The newest hour first. */
  data: v.array(RefusalRow),
  /** Refused events by reason. */
  totals: v.record(v.string(), Count),
});
export type Refusals = v.InferOutput<typeof Refusals>;
