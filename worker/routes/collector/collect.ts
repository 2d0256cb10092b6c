import type { Context } from 'hono';
import { Hono } from 'hono/tiny';

import { decide } from '../../domain/collect/decide.ts';
import { batch, single } from '../../domain/collect/read/envelope.ts';
import type { Envelope } from '../../domain/collect/read/envelope.ts';
import type { Env } from '../../env.ts';
import type { Event } from '../../schema/events/event.ts';
import type { Fields } from '../../schema/fields.ts';
import { keyRingOf } from '../http/key-ring.ts';
import { countRefusals } from './count-refusals.ts';
import { readRequest } from './read-request.ts';
import { respond } from './respond.ts';
import { storeDecisions } from './store-decisions.ts';

const SINGLE_PATHS = {
  track: ['/t', '/track'],
  page: ['/p', '/page'],
  identify: ['/i', '/identify'],
  group: ['/g', '/group'],
  alias: ['/a', '/alias'],
  screen: ['/s', '/screen'],
} as const satisfies Record<Event['type'], readonly string[]>;

/** Segment's library for Java and its older libraries use `/import`. */
const BATCH_PATHS = ['/batch', '/b', '/import'];

type CollectContext = Context<{ Bindings: Env }>;

/** Returns the collector's routes. They respond once the events are on disk. */
export function collectRoutes(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  for (const [type, paths] of Object.entries(SINGLE_PATHS))
    for (const path of paths.flatMap(withSlash))
      routes.post(path, countRefusals, (c) => collect(c, (body) => single(body, type)));
  for (const path of BATCH_PATHS.flatMap(withSlash)) routes.post(path, countRefusals, (c) => collect(c, batch));
  return routes;
}

/** Adds the same path with a trailing slash, because clients may add one. */
function withSlash(path: string): string[] {
  return [path, `${path}/`];
}

/**
 * Handles a request in four steps: parse everything from outside once, decide, store the decisions, respond. Each step
 * gets only the result of the step before it, and what it needs to read or write.
 */
async function collect(c: CollectContext, enveloped: (body: Fields) => Envelope): Promise<Response> {
  const keyRing = keyRingOf(c.env.ENCRYPTION_KEY);
  const request = await readRequest(c, { enveloped, keyRing });
  const decisions = await decide(request, { keyRing, pause: () => scheduler.wait(0) });
  const stored = await storeDecisions(decisions, c.env);
  return respond(stored, decisions, keyRing);
}
