import { refusalRemedy } from '../../../linkedin/errors/refusal-remedy.ts';
import type { Outcome, Refusal } from '../../../linkedin/rest-call.ts';
import { Problem } from '../../http/problem.ts';

/** Makes a problem of LinkedIn's refusal: its own words, and what to do in ours. */
export function linkedInProblem(refusal: Refusal): Problem {
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

/** The value of an answer. */
export function orProblem<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw linkedInProblem(outcome.refusal);
  return outcome.value;
}
