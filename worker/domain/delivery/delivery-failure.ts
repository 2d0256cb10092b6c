import type { HoldReason } from '../../schema/events/outcome.ts';

/** LinkedIn's message without the values it repeats, never empty, and LinkedIn's error code. */
type Words = { message: string; code?: string };

/** A failed attempt, by who is at fault. It is a value and not an error, because the outbox decides on it. */
export type DeliveryFailure = Words &
  (
    | /** LinkedIn named the bad elements, and accepted none of the batch. */
      { kind: 'elements_refused'; elements: ReadonlyMap<number, string> }
    /** LinkedIn refused the batch and named no element. */
    | { kind: 'batch_refused' }
    /** LinkedIn no longer accepts a kind of identifier. The events are sent again without it. */
    | { kind: 'id_types_refused'; idTypes: readonly string[] }
    /** The batch is larger than LinkedIn allows. */
    | { kind: 'batch_too_large' }
    | { kind: 'rule_refused'; reason: HoldReason }
    | { kind: 'access_refused' }
    /** An unknown status or message. It is treated as the rule's problem until other rules receive the same. */
    | { kind: 'refused_unknown'; status: number }
    | { kind: 'token_refused'; isRevoked: boolean }
    | { kind: 'version_sunset' }
    | { kind: 'throttled'; retryAfterMs: number | undefined }
    /** 408, 5xx, time-out, reset or no answer. LinkedIn may still have accepted the batch. */
    | { kind: 'unavailable' }
  );

/**
 * LinkedIn accepted the batch. `refused` and `deferred` have the elements that it refused individually, with its
 * messages.
 *
 * Those in `refused` are never sent again. Those in `deferred` are not at fault, and are sent again later.
 * `unconfirmed` has the elements without a readable result. They are not sent again, because LinkedIn answered 2xx.
 */
export type Accepted = {
  kind: 'accepted';
  refused: ReadonlyMap<number, string>;
  deferred: ReadonlyMap<number, string>;
  unconfirmed: ReadonlySet<number>;
  /** The text that LinkedIn sent in place of the elements' results. */
  message?: string;
};

export type BatchResponse = Accepted | DeliveryFailure;
