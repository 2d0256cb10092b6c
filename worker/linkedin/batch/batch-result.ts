import type { BatchResponse } from '../../domain/delivery/delivery-failure.ts';
import type { CallResult } from '../ask-linkedin.ts';
import type { RequestOutcome } from '../request-line.ts';
import type { SentBatch } from './send-conversions.ts';

/**
 * Turns LinkedIn's response to a batch into a reply for `askLinkedIn`.
 *
 * @param value The result for the caller.
 */
export function batchResult<Value>(
  { response, status }: SentBatch,
  { value, events }: { value: Value; events: number },
): CallResult<Value> {
  const isErrorKind =
    response.kind === 'unavailable' || response.kind === 'throttled' || response.kind === 'token_refused';
  return {
    value,
    status,
    responseKind: isErrorKind ? response.kind : 'answered',
    retryAfterMs: response.kind === 'throttled' ? response.retryAfterMs : undefined,
    outcome: outcomeOf(response),
    events,
  };
}

/** Returns an attempt's outcome, as the log and a delivery's history name it. */
export function outcomeOf(response: BatchResponse): RequestOutcome {
  return response.kind === 'accepted' && response.unconfirmed.size > 0 ? 'unconfirmed' : response.kind;
}
