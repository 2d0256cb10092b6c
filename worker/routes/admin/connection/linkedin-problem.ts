import { refusalRemedy } from '../../../linkedin/errors/error-remedy.ts';
import type { Outcome, Refusal } from '../../../linkedin/rest-call.ts';
import { Problem } from '../../http/problem.ts';

/** Turns LinkedIn's refusal into a problem, with LinkedIn's own words and our advice. */
function linkedInProblem(refusal: Refusal): Problem {
  const { heard, status, code, message, retryAfterMs } = refusal;
  const remedy = refusalRemedy(refusal);
  const isDown = heard === 'unavailable';
  const isThrottled = heard === 'throttled';
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
  if (outcome.kind === 'refused') throw linkedInProblem(outcome.refusal);
  return outcome.value;
}
