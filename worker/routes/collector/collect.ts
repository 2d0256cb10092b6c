import { Hono } from 'hono';
import type { Context } from 'hono';

import { decide } from '../../domain/collect/decide.ts';
import { batch, single } from '../../domain/collect/read/envelope.ts';
import type { Envelope } from '../../domain/collect/read/envelope.ts';
import type { Env } from '../../env.ts';
import type { Event } from '../../schema/events/event.ts';
import type { Fields } from '../../schema/fields.ts';
import { keyRingOf } from '../http/key-ring.ts';
import { answer } from './answer.ts';
import { countRefusals } from './count-refusals.ts';
import { keep } from './keep.ts';
import { readRequest } from './read-request.ts';

const SINGLE_PATHS = {
  track: ['/t', '/track'],
  page: ['/p', '/page'],
  identify: ['/i', '/identify'],
  group: ['/g', '/group'],
  alias: ['/a', '/alias'],
  screen: ['/s', '/screen'],
} as const satisfies Record<Event['type'], readonly string[]>;

/** `/import` is what Segment's library for Java, and its older ones, call it. */
const BATCH_PATHS = ['/batch', '/b', '/import'];

type CollectContext = Context<{ Bindings: Env }>;

/** The collector: takes events in and answers once they are on disk. */
export function collectRoutes(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  for (const [type, paths] of Object.entries(SINGLE_PATHS))
    for (const path of paths.flatMap(withSlash))
      routes.post(path, countRefusals, (c) => collect(c, (body) => single(body, type)));
  for (const path of BATCH_PATHS.flatMap(withSlash)) routes.post(path, countRefusals, (c) => collect(c, batch));
  return routes;
}

/** An endpoint that ends in a slash, or that one was added to, means the same. */
function withSlash(path: string): string[] {
  return [path, `${path}/`];
}

/**
 * The way of a request: everything from outside is parsed once, what follows is decided, that is kept, and what was kept
 * is answered. Each step gets no more than the value of the one before it, and what it reads or writes with.
 */
async function collect(c: CollectContext, enveloped: (body: Fields) => Envelope): Promise<Response> {
  const keyRing = keyRingOf(c.env.ENCRYPTION_KEY);
  const request = await readRequest(c, { enveloped, keyRing });
  const decisions = await decide(request, { keyRing, pause: () => scheduler.wait(0) });
  const kept = await keep(decisions, c.env.OUTBOX);
  return answer(kept, decisions, keyRing);
}
