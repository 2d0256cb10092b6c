import type { HoldReason } from '../schema/outcome.ts';

/**
 * How an attempt did not work, by whose fault it was. A value and not an error: it is what the outbox decides on.
 *
 * `message` is LinkedIn's own text with the values that it echoes taken out.
 */
export type DeliveryFailure =
  /** LinkedIn names the elements that are at fault. It keeps none of the batch. */
  | { kind: 'elements_refused'; elements: ReadonlyMap<number, string>; message: string }
  /** The batch is refused and nobody is named. */
  | { kind: 'batch_refused'; message: string }
  /** LinkedIn no longer knows a kind of identifier: no event's fault, it goes without. */
  | { kind: 'id_types_refused'; idTypes: readonly string[]; message: string }
  /** The batch is larger than LinkedIn takes. */
  | { kind: 'batch_too_large'; message: string }
  | { kind: 'rule_refused'; reason: HoldReason; message: string }
  | { kind: 'access_refused'; message: string }
  | { kind: 'token_refused'; isRevoked: boolean; message: string }
  | { kind: 'version_sunset'; message: string }
  | { kind: 'throttled'; retryAfterMs: number | undefined; message: string }
  /** 408, 5xx, time-out, reset, no answer. LinkedIn may have taken the batch all the same. */
  | { kind: 'unavailable'; message: string };

/** LinkedIn took the batch; elements that it refused one by one are named with the status it gave them. */
export type Accepted = { kind: 'accepted'; refused: ReadonlyMap<number, { status: number; message: string }> };

export type Answer = Accepted | DeliveryFailure;
