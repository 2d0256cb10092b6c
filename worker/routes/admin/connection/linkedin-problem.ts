import { errorRemedy } from '../../../linkedin/errors/error-remedy.ts';
import type { Outcome, LinkedInError } from '../../../linkedin/rest-call.ts';
import { Problem } from '../../http/problem.ts';

/** Turns LinkedIn's error into a problem, with LinkedIn's own words and our advice. */
function linkedInProblem(error: LinkedInError): Problem {
  const { responseKind, status, code, message, retryAfterMs } = error;
  const remedy = errorRemedy(error);
  const isDown = responseKind === 'unavailable';
  const isThrottled = responseKind === 'throttled';
  return new Problem(
    isDown ? 'linkedin_unavailable' : isThrottled ? 'rate_limited' : 'linkedin_refused',
    isDown ? remedy : `LinkedIn answered ${status}: ${message === '' ? (code ?? 'no reason given') : message}`,
    {
      headers: isThrottled ? { 'Retry-After': String(Math.ceil((retryAfterMs ?? 60_000) / 1_000)) } : {},
      extensions: { remedy, linkedin: { status: status ?? null, code: code ?? null, message } },
    },
  );
}

/** Returns the value of an answer, or throws its problem. */
export function orProblem<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw linkedInProblem(outcome.error);
  return outcome.value;
}
