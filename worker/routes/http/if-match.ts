import type { Context } from 'hono';

import type { Precondition } from '../../objects/registry/registry-results.ts';
import { Problem } from './problem.ts';

/** Reads which version a change is meant for. */
export function ifMatch(c: Context): Precondition {
  return { ifMatch: c.req.header('If-Match'), now: new Date().toISOString() };
}

export function changedMeanwhile(what: 'source' | 'integration' | 'alert channel' | 'conversion rule'): Problem {
  return new Problem(
    'changed_meanwhile',
    `Cannot change the ${what}: somebody else has changed it since you read it. Read it again, and send its new ETag as If-Match.`,
  );
}
