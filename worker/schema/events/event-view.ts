/** An event and what became of it, as the management API shows it: presence of identifiers, never their values. */
import * as v from 'valibot';

import { LintFinding } from './lint.ts';
import { MaskedPayload } from './masked-payload.ts';
import { DELIVERY_STATES } from './outcome.ts';
import { TriggerView } from './trigger-view.ts';

export const DeliveryView = v.object({
  integration_id: v.string(),
  conversion_rule_id: v.string(),
  event_id: v.string(),
  state: v.picklist(DELIVERY_STATES),
  /** A code of `outcome.ts`, or LinkedIn's own words for a failed one. `unconfirmed` with `delivered`: its answer could not be read. */
  reason: v.nullable(v.string()),
  sentence: v.string(),
  /** Requests to LinkedIn that held this delivery. */
  attempts: v.number(),
  /** LinkedIn's status for the latest of them. */
  status: v.nullable(v.number()),
  delivered_at: v.nullable(v.string()),
});
export type DeliveryView = v.InferOutput<typeof DeliveryView>;

/** What was said about consent, who said it, and by which rule it was read. */
export const ConsentView = v.object({
  categories: v.record(v.string(), v.boolean()),
  /** What counts where nothing was said: the source's `unknown_consent`, or `gpc`. */
  policy: v.string(),
  country: v.optional(v.string()),
  /** The consent platform that answered; absent where the page or the server spoke for itself. */
  source: v.optional(v.string()),
  said_at: v.optional(v.string()),
});

export const EventView = v.object({
  /** Its place in the order of arrival, which no two events share. */
  seq: v.number(),
  message_id: v.string(),
  type: v.string(),
  /** The name of a track event, or of a page. */
  event: v.nullable(v.string()),
  happened_at: v.string(),
  received_at: v.string(),
  /** One state for the event: the least finished of its deliveries', or `skipped`. */
  state: v.picklist(DELIVERY_STATES),
  reason: v.nullable(v.string()),
  sentence: v.string(),
  click_id: v.boolean(),
  email: v.boolean(),
  names: v.boolean(),
  /** Whether the collector was on the page's own site; null where no page said where it is. */
  first_party: v.nullable(v.boolean()),
  /** The names of the fields that it had, such as `properties.value`: never what was in them. */
  fields: v.array(v.string()),
  consent: ConsentView,
  deliveries: v.array(DeliveryView),
  /** What was odd about its values. */
  lint: v.array(LintFinding),
});
export type EventView = v.InferOutput<typeof EventView>;

/** A delivery in a list, with the event that it came from. */
export const ListedDelivery = v.object({
  id: v.string(),
  message_id: v.string(),
  type: v.string(),
  event: v.nullable(v.string()),
  happened_at: v.string(),
  received_at: v.string(),
  ...DeliveryView.entries,
});
export type ListedDelivery = v.InferOutput<typeof ListedDelivery>;

/** One request to LinkedIn and its answer, with the values that LinkedIn echoes taken out. */
export const AttemptView = v.object({
  at: v.string(),
  duration_ms: v.number(),
  /** How many events the request held. */
  events: v.number(),
  status: v.nullable(v.number()),
  outcome: v.string(),
  /** LinkedIn's symbol, such as `ACCESS_DENIED`, where it gave one. */
  code: v.nullable(v.string()),
  /** LinkedIn's words; null where it accepted all without more to say, or where nobody answered in an older release. */
  message: v.nullable(v.string()),
});
export type AttemptView = v.InferOutput<typeof AttemptView>;

/** A delivery with every request that held it, and the ends that it had before it was replayed. */
export const DeliveryStory = v.object({
  ...ListedDelivery.entries,
  /** What LinkedIn gets, or got; null where it is not built yet, where the person was erased, and of older releases. */
  payload: v.nullable(MaskedPayload),
  requests: v.array(AttemptView),
  /** What was said, and each time that it was held against what the integration asks for. */
  consent: v.object({
    ...ConsentView.entries,
    checks: v.array(
      v.object({
        at: v.string(),
        when: v.picklist(['received', 'sending', 'withdrawn']),
        /** Null where it is not known any more. */
        asked: v.nullable(v.array(v.string())),
        granted: v.boolean(),
      }),
    ),
  }),
  earlier: v.array(v.object({ reason: v.nullable(v.string()), at: v.string() })),
});
export type DeliveryStory = v.InferOutput<typeof DeliveryStory>;

/** An event with everything that is known of it: what each trigger made of it, and each delivery with its requests. */
export const EventStory = v.object({
  ...EventView.entries,
  triggers: v.array(TriggerView),
  deliveries: v.array(DeliveryStory),
  /** Other events that came with this message id: those with deliveries first, then the newest; at most 20. */
  same_id: v.array(EventView),
});
export type EventStory = v.InferOutput<typeof EventStory>;
