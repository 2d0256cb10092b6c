import type { CallResult } from './ask-linkedin.ts';
import type { Outcome, RestResponse } from './rest-call.ts';

/** Returns a call's outcome as the rate limiter and the log need it. */
export function restResult(outcome: Outcome<RestResponse>): CallResult<Outcome<RestResponse>> {
  if (outcome.kind === 'ok')
    return {
      value: outcome,
      status: outcome.value.status,
      responseKind: 'answered',
      retryAfterMs: undefined,
      outcome: 'ok',
      events: 0,
    };
  const { status, responseKind, retryAfterMs } = outcome.error;
  return {
    value: outcome,
    status,
    responseKind,
    retryAfterMs,
    outcome: responseKind === 'answered' ? 'refused' : responseKind,
    events: 0,
  };
}
