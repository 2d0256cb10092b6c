import type { Context } from 'hono';

import { logFault } from '../../objects/log-fault.ts';
import { Problem, respondWithProblem } from '../http/problem.ts';

/** workerd's words. A method is unknown while an object is still, or already, of another version. */
const UNKNOWN_METHOD = /does not implement the method/;

/** Answers with a thrown problem. During a deploy it says that this will soon work again. */
export function respondDuringDeploys(error: Error, c: Context): Response {
  if (error instanceof Problem || !UNKNOWN_METHOD.test(error.message)) return respondWithProblem(error, c);
  logFault(`${c.req.method} ${c.req.routePath}`, error);
  const problem = new Problem(
    'storage_unavailable',
    'Directflight is being updated. Send the same request again in a moment.',
  );
  return respondWithProblem(problem, c);
}
