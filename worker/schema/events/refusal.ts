/** Traffic that the collector turned away: what the owner of a source is told about it. */
import * as v from 'valibot';

/**
 * Why traffic is refused, the worst first. All but `key_revoked` and `other` are the code of the problem that the sender
 * got; a sender with a revoked key gets `key_unknown`.
 */
export const REFUSAL_REASONS = [
  'outbox_full',
  'outbox_unavailable',
  'internal_error',
  'origin_not_allowed',
  'key_revoked',
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

/** Stands for every origin or field beyond those that are listed by name. */
export const OTHER_NAMES = '(other)';

/** Stands for the origin of a request that had none. */
export const NO_ORIGIN = '(none)';

/** How far back one can ask, and how long hours are kept. */
export const REFUSAL_HOURS = 7 * 24;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

const counts = {
  /** Requests in which something was refused for this reason. */
  requests: Count,
  /** Events that were refused. A request whose events cannot be read counts as one. */
  events: Count,
};

export const RefusedOrigin = v.object({
  /** `(none)`: without an origin. `(other)`: all origins that are not listed. */
  origin: v.string(),
  ...counts,
  /** What the source's settings say of it by now. */
  now: v.picklist(['allowed', 'can_be_allowed', 'cannot_be_allowed']),
});
export type RefusedOrigin = v.InferOutput<typeof RefusedOrigin>;

const RefusedField = v.object({
  /** A JSON pointer into the event. `(other)`: all fields that are not listed. */
  field: v.string(),
  ...counts,
});
export type RefusedField = v.InferOutput<typeof RefusedField>;

/** One UTC hour and one reason. */
export const RefusalRow = v.object({
  /** `2026-11-28T16` */
  hour: v.string(),
  reason: v.picklist(REFUSAL_REASONS),
  ...counts,
  /** When the last of these was counted; up to a few seconds late. */
  last_at: v.string(),
  /** Only with `origin_not_allowed`: at most 20, the most frequent first. */
  origins: v.exactOptional(v.array(v.string())),
  by_origin: v.exactOptional(v.array(RefusedOrigin)),
  /** Only with `event_invalid`: JSON pointers into the event, at most 20, the most frequent first. */
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
