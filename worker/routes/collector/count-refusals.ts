import { waitUntil } from 'cloudflare:workers';
import type { Context, MiddlewareHandler } from 'hono';

import { refusalsOf } from '../../domain/refusals/refusal-count.ts';
import type { RefusedEvent } from '../../domain/refusals/refusal-count.ts';
import type { Env } from '../../env.ts';
import { logFault } from '../../objects/log-fault.ts';
import { RefusalBuffer } from '../../objects/refusals/refusal-buffer.ts';
import { Problem } from '../http/problem.ts';
import { keyOf, keyOwnerOf } from './source-key.ts';

/** The parts of a request that were known before it was refused. */
type Arrived = { body: unknown; events?: number; rejected?: readonly RefusedEvent[] };

declare module 'hono' {
  interface ContextVariableMap {
    arrived: Arrived | undefined;
  }
}

/** The counts of this isolate that are not written yet. */
export const refusalBuffer = new RefusalBuffer({
  now: () => Date.now(),
  sleep: (ms) => scheduler.wait(ms),
  log: logFault,
});

/**
 * Counts what the collector refuses, for the source's owner: whole requests, and events of a batch that break a rule.
 * Runs after the answer, so that nobody waits for it.
 */
export const countRefusals: MiddlewareHandler<{ Bindings: Env }> = async (c, next) => {
  await next();
  const { rejected = [] } = c.var.arrived ?? {};
  if (c.error !== undefined || rejected.length > 0) waitUntil(count(c, c.error));
};

async function count(c: Context<{ Bindings: Env }>, error: Error | undefined): Promise<void> {
  const { body, events, rejected = [] }: Partial<Arrived> = c.var.arrived ?? {};
  const owner = await keyOwnerOf(keyOf(c.req.raw, body), c.env.CONFIG);
  // An unknown key has no owner who could be informed.
  if (owner === undefined) return;
  const counts = refusalsOf({
    code: codeOf(error, owner.isRevoked),
    origin: c.req.header('Origin') ?? null,
    events,
    rejected,
  });
  const { sourceId } = owner;
  await refusalBuffer.add(sourceId, counts, (sum) => c.env.REFUSALS.getByName(sourceId).add(sum));
}

function codeOf(error: Error | undefined, isRevoked: boolean): string | undefined {
  if (error === undefined) return undefined;
  if (!(error instanceof Problem)) return 'internal_error';
  return error.code === 'key_unknown' && isRevoked ? 'key_revoked' : error.code;
}

/** Drops the counts of a deleted source that are not written yet. */
export function forgetRefusals(sourceId: string): void {
  refusalBuffer.forget(sourceId);
}
