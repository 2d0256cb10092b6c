/** An event and its result in the management API. It shows which identifiers were present, never their values. */
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
  /**
   * A code of `outcome.ts`, or LinkedIn's message for a failed one. `unconfirmed` with `delivered`: LinkedIn's answer
   * was unreadable.
   */
  reason: v.nullable(v.string()),
  sentence: v.string(),
  /** The requests to LinkedIn that contained this delivery. */
  attempts: v.number(),
  /** LinkedIn's status for the latest request. */
  status: v.nullable(v.number()),
  delivered_at: v.nullable(v.string()),
  /** The conversion's value. Null when the event had none. Absent if an object of an older release answered. */
  value: v.exactOptional(v.nullable(v.object({ currency: v.string(), amount: v.string() }))),
});
export type DeliveryView = v.InferOutput<typeof DeliveryView>;

/** The consent answers, where they come from, and the policy applied. */
export const ConsentView = v.object({
  categories: v.record(v.string(), v.boolean()),
  /** The policy for missing answers: the source's `unknown_consent`, or `gpc`. */
  policy: v.string(),
  country: v.optional(v.string()),
  /** The consent platform. Absent when the page or server sent the answers without one. */
  source: v.optional(v.string()),
  said_at: v.optional(v.string()),
});

export const EventView = v.object({
  /** The event's position in the order of arrival. No two events share one. */
  seq: v.number(),
  message_id: v.string(),
  type: v.string(),
  /** The name of a track event or a page. */
  event: v.nullable(v.string()),
  happened_at: v.string(),
  received_at: v.string(),
  /** The event's state: that of its least finished delivery, or `skipped`. */
  state: v.picklist(DELIVERY_STATES),
  reason: v.nullable(v.string()),
  sentence: v.string(),
  click_id: v.boolean(),
  email: v.boolean(),
  names: v.boolean(),
  /** Whether the collector was on the page's own site. Null when the event has no page URL. */
  first_party: v.nullable(v.boolean()),
  /**
   * Whether it came with a server key: from a server, an import or a CRM. Otherwise from a page. Absent if an object of an
   * older release answered.
   */
  from_server: v.exactOptional(v.boolean()),
  /** The names of the event's fields, such as `properties.value`, never their values. */
  fields: v.array(v.string()),
  consent: ConsentView,
  deliveries: v.array(DeliveryView),
  /** The linter's findings about its values. */
  lint: v.array(LintFinding),
});
export type EventView = v.InferOutput<typeof EventView>;

/** A delivery in a list, with its event. */
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

/** A request to LinkedIn and its answer, without the values that LinkedIn repeats. */
export const AttemptView = v.object({
  at: v.string(),
  duration_ms: v.number(),
  /** The number of events in the request. */
  events: v.number(),
  status: v.nullable(v.number()),
  outcome: v.string(),
  /** LinkedIn's error symbol, such as `ACCESS_DENIED`, if any. */
  code: v.nullable(v.string()),
  /**
   * LinkedIn's message. Null when it accepted everything without one, or when there was no answer in an older release.
   */
  message: v.nullable(v.string()),
});
export type AttemptView = v.InferOutput<typeof AttemptView>;

/** A delivery with all its requests, and its earlier results before replays. */
export const DeliveryStory = v.object({
  ...ListedDelivery.entries,
  /**
   * The request body for LinkedIn, with masked values. Null when it isn't built yet, when the person was erased, and
   * for older releases.
   */
  payload: v.nullable(MaskedPayload),
  requests: v.array(AttemptView),
  /** The consent answers, and each time they were checked against the integration's required categories. */
  consent: v.object({
    ...ConsentView.entries,
    checks: v.array(
      v.object({
        at: v.string(),
        when: v.picklist(['received', 'sending', 'withdrawn']),
        /** Null when it is no longer known. */
        asked: v.nullable(v.array(v.string())),
        granted: v.boolean(),
      }),
    ),
  }),
  earlier: v.array(v.object({ reason: v.nullable(v.string()), at: v.string() })),
});
export type DeliveryStory = v.InferOutput<typeof DeliveryStory>;

/** Everything known about an event: the result of each trigger, and each delivery with its requests. */
export const EventStory = v.object({
  ...EventView.entries,
  triggers: v.array(TriggerView),
  deliveries: v.array(DeliveryStory),
  /** Other events with this message ID, at most 20: those with deliveries first, then the newest. */
  same_id: v.array(EventView),
});
export type EventStory = v.InferOutput<typeof EventStory>;
