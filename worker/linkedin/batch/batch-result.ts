import type { Answer } from '../../domain/delivery/delivery-failure.ts';
import type { Reply } from '../ask-linkedin.ts';
import type { RequestOutcome } from '../request-line.ts';
import type { SentBatch } from './send-conversions.ts';

/**
 * Turns LinkedIn's answer to a batch into a reply for `askLinkedIn`.
 *
 * @param value The result for the caller.
 */
export function conversionsReply<Value>(
  { answer, status }: SentBatch,
  { value, events }: { value: Value; events: number },
): Reply<Value> {
  const isHeard = answer.kind === 'unavailable' || answer.kind === 'throttled' || answer.kind === 'token_refused';
  return {
    value,
    status,
    heard: isHeard ? answer.kind : 'answered',
    retryAfterMs: answer.kind === 'throttled' ? answer.retryAfterMs : undefined,
    outcome: outcomeOf(answer),
    events,
  };
}

/** Returns an attempt's outcome, as the log and a delivery's history name it. */
export function outcomeOf(answer: Answer): RequestOutcome {
  return answer.kind === 'accepted' && answer.unconfirmed.size > 0 ? 'unconfirmed' : answer.kind;
}
