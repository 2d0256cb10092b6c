/** Replay: a person sends failed and held deliveries again. */
import * as v from 'valibot';

const Day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as "2026-11-21"'));

export const DeliveryFilter = v.strictObject({
  state: v.exactOptional(
    v.picklist(
      ['pending', 'held', 'delivered', 'dead', 'expired', 'erased', 'skipped'],
      'expected a state of a delivery',
    ),
  ),
  /** The event's name, exactly. */
  event: v.exactOptional(v.string()),
  /** A part of the reason: a code, or some of LinkedIn's words. */
  reason: v.exactOptional(v.pipe(v.string(), v.nonEmpty('expected some text'))),
  /** Days on which the event was received, both included. */
  from: v.exactOptional(Day),
  to: v.exactOptional(Day),
});
export type DeliveryFilter = v.InferOutput<typeof DeliveryFilter>;

/** `POST /v1/admin/integrations/{id}/replay` */
export const ReplayRequest = v.pipe(
  v.strictObject({
    filter: v.exactOptional(DeliveryFilter),
    /** Ids of deliveries, as the list of deliveries shows them. */
    ids: v.exactOptional(v.pipe(v.array(v.string()), v.minLength(1, 'expected at least one id'), v.maxLength(1_000))),
    /** Say what would be sent, and send nothing. */
    preview: v.optional(v.boolean(), false),
  }),
  v.check(({ filter, ids }) => (filter === undefined) !== (ids === undefined), 'expected either "filter" or "ids"'),
);
export type ReplayRequest = v.InferOutput<typeof ReplayRequest>;

const Value = v.array(v.object({ currency: v.string(), amount: v.string() }));

/** Deliveries that are not where they should be for the same reason. */
export const Cause = v.object({
  state: v.picklist(['dead', 'held', 'skipped', 'erased']),
  /** A code of `outcome.ts`, or LinkedIn's own words for failed deliveries. */
  reason: v.string(),
  /** The same in words. */
  sentence: v.string(),
  deliveries: v.number(),
  /** What they are worth, by currency. */
  value: Value,
  /** When the first and the last of their events came. */
  first_received_at: v.string(),
  last_received_at: v.string(),
});
export type Cause = v.InferOutput<typeof Cause>;

export const ReplayAnswer = v.object({
  preview: v.boolean(),
  /** Failed deliveries that are sent again. */
  dead: v.number(),
  /** Held deliveries that are tried now. */
  held: v.number(),
  /** Older than 90 days: LinkedIn would refuse them. */
  too_old: v.number(),
  /** What those that go again are worth, by currency. */
  value: Value,
});
export type ReplayAnswer = v.InferOutput<typeof ReplayAnswer>;
