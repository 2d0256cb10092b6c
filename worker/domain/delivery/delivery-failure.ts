import type { HoldReason } from '../../schema/events/outcome.ts';

/** LinkedIn's own text with the values that it echoes taken out, never empty, and the code that it gives beside it. */
type Words = { message: string; code?: string };

/** How an attempt did not work, by whose fault it was. A value and not an error: it is what the outbox decides on. */
export type DeliveryFailure = Words &
  (
    | /** LinkedIn names the elements that are at fault. It keeps none of the batch. */
      { kind: 'elements_refused'; elements: ReadonlyMap<number, string> }
    /** The batch is refused and nobody is named. */
    | { kind: 'batch_refused' }
    /** LinkedIn no longer knows a kind of identifier: no event's fault, it goes without. */
    | { kind: 'id_types_refused'; idTypes: readonly string[] }
    /** The batch is larger than LinkedIn takes. */
    | { kind: 'batch_too_large' }
    | { kind: 'rule_refused'; reason: HoldReason }
    | { kind: 'access_refused' }
    /** A status or words that are not known here. Until other rules hear them too, they are about this rule. */
    | { kind: 'refused_unknown'; status: number }
    | { kind: 'token_refused'; isRevoked: boolean }
    | { kind: 'version_sunset' }
    | { kind: 'throttled'; retryAfterMs: number | undefined }
    /** 408, 5xx, time-out, reset, no answer. LinkedIn may have taken the batch all the same. */
    | { kind: 'unavailable' }
  );

/**
 * LinkedIn took the batch. Elements that it refused one by one are named with the status it gave them, if it gave one.
 *
 * `unconfirmed`: those the answer says nothing readable about. They are not sent again: LinkedIn said 2xx.
 */
export type Accepted = {
  kind: 'accepted';
  refused: ReadonlyMap<number, { status: number | undefined; message: string }>;
  unconfirmed: ReadonlySet<number>;
  /** What stood in the place of the elements' statuses. */
  message?: string;
};

export type Answer = Accepted | DeliveryFailure;
