/** Replay: a person sends failed and held deliveries again. */
import * as v from 'valibot';

import { Day, daysInOrder } from '../day.ts';
import { DELIVERY_STATES } from '../events/outcome.ts';
import { ConversionRuleRef } from '../ids.ts';
import { ReasonText } from './reason-text.ts';

/** The fields of a filter, for the query of a list too. */
export const deliveryFilterFields = {
  state: v.exactOptional(v.picklist(DELIVERY_STATES, `expected one of ${DELIVERY_STATES.join(', ')}`)),
  /** The event's exact name. */
  event: v.exactOptional(v.pipe(v.string(), v.nonEmpty('expected the name of an event'))),
  conversion_rule_id: v.exactOptional(ConversionRuleRef),
  /** A part of the reason: a code, or some of LinkedIn's words. */
  reason: v.exactOptional(ReasonText),
  /** The ID of the import that the events came with. */
  import: v.exactOptional(v.pipe(v.string(), v.startsWith('imp_', 'expected the ID of an import'))),
  /** The days on which the event was received, both included. */
  from: v.exactOptional(Day),
  to: v.exactOptional(Day),
};

export const DeliveryFilter = v.pipe(v.strictObject(deliveryFilterFields), daysInOrder());
export type DeliveryFilter = v.InferOutput<typeof DeliveryFilter>;

/** `POST /v1/admin/integrations/{id}/replay` */
export const ReplayRequest = v.pipe(
  v.strictObject({
    filter: v.exactOptional(DeliveryFilter),
    /** The IDs of deliveries, from the list of deliveries. */
    ids: v.exactOptional(v.pipe(v.array(v.string()), v.minLength(1, 'expected at least one ID'), v.maxLength(1_000))),
    /** Returns what would be sent, and sends nothing. */
    preview: v.optional(v.boolean(), false),
  }),
  v.check(({ filter, ids }) => (filter === undefined) !== (ids === undefined), 'expected either "filter" or "ids"'),
);
export type ReplayRequest = v.InferOutput<typeof ReplayRequest>;

const Value = v.array(v.object({ currency: v.string(), amount: v.string() }));

/** Deliveries that were not sent for the same reason. */
export const Cause = v.object({
  state: v.picklist(['dead', 'held', 'skipped', 'erased']),
  /** A code of `outcome.ts`, or LinkedIn's own words for failed deliveries. */
  reason: v.string(),
  /** The reason in words. */
  sentence: v.string(),
  deliveries: v.number(),
  /** The total value of the deliveries, by currency. */
  value: Value,
  /** When the first and the last of their events were received. */
  first_received_at: v.string(),
  last_received_at: v.string(),
});
export type Cause = v.InferOutput<typeof Cause>;

export const ReplayAnswer = v.object({
  /** Finds its progress at `GET …/replays/{id}`. Null for a preview. */
  id: v.nullable(v.string()),
  preview: v.boolean(),
  /** Failed deliveries that are sent again. */
  dead: v.number(),
  /** Held deliveries that are tried now. */
  held: v.number(),
  /** Deliveries older than 90 days, which LinkedIn would refuse. */
  too_old: v.number(),
  /** The total value of the deliveries sent again, by currency. */
  value: Value,
});
export type ReplayAnswer = v.InferOutput<typeof ReplayAnswer>;

/** `GET /v1/admin/integrations/{id}/replays/{replay}`: the deliveries of one replay, by their present state. */
export const ReplayProgress = v.object({
  id: v.string(),
  /** The sum of the following counts. */
  total: v.number(),
  pending: v.number(),
  held: v.number(),
  delivered: v.number(),
  dead: v.number(),
  expired: v.number(),
  erased: v.number(),
  skipped: v.number(),
});
export type ReplayProgress = v.InferOutput<typeof ReplayProgress>;
