import type { Context } from 'hono';

import { logFault } from '../../objects/log-fault.ts';
import { Problem, respondWithProblem } from '../http/problem.ts';

const DAY_MS = 86_400_000;

/** workerd's messages. A method is unknown while an object still has an older version, or already a newer one. */
const UNKNOWN_METHOD = /does not implement the method/;

/**
 * Cloudflare's messages when a daily limit of Workers Free is used up: of rows read, rows written, duration, or the
 * volume of requests (as reported by users, read 2026-11-30).
 */
const LIMIT_REACHED = /Exceeded allowed ([a-z ]+) in Durable Objects free tier/;

/**
 * Answers with a thrown problem. If the problem will pass by itself, after a deploy or at midnight, the answer says so.
 */
export function respondLater(error: Error, c: Context): Response {
  const later = error instanceof Problem ? undefined : whatPasses(error.message);
  if (later !== undefined) logFault(`${c.req.method} ${c.req.routePath}`, error);
  return respondWithProblem(later ?? error, c);
}

function whatPasses(message: string): Problem | undefined {
  if (UNKNOWN_METHOD.test(message))
    return new Problem(
      'storage_unavailable',
      'Directflight is being updated. Send the same request again in a moment.',
    );
  const limit = LIMIT_REACHED.exec(message)?.[1];
  if (limit === undefined) return undefined;
  return new Problem(
    'storage_unavailable',
    `Today’s limit of Cloudflare’s free plan is used up (${limit}). It is reset at 00:00 UTC. Workers Paid has no such limit.`,
    { headers: { 'Retry-After': String(Math.ceil((DAY_MS - (Date.now() % DAY_MS)) / 1_000)) } },
  );
}
