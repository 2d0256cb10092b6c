import { Hono } from 'hono';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';

import type { Env } from '../env.ts';
import type { EventView } from '../schema/event-view.ts';
import { Problem } from './problem.ts';

type AdminContext = Context<{ Bindings: Env }>;

/** An event is shown within a second of its arrival. */
const LOOK_EVERY_MS = 500;

/** Proxies close a connection on which nothing is said for long. */
const STILL_HERE_EVERY_MS = 15_000;

/** How far back a viewer sees, and how far back a change of state is noticed. */
const EVENTS = 100;

/** `/v1/admin/sources/{id}/live`: the latest events, and each that comes or changes its state, as server-sent events. */
export function adminLive(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  for (const path of ['/:id/live', '/:id/events/live']) routes.get(path, (c) => live(c));
  return routes;
}

async function live(c: AdminContext): Promise<Response> {
  const id = c.req.param('id') ?? '';
  if ((await c.env.REGISTRY.getByName('registry').source(id)) === undefined)
    throw new Problem('not_found', 'There is no source of this id');
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, (stream) => watch(stream, () => latest(c.env, id)));
}

async function latest(env: Env, sourceId: string): Promise<EventView[]> {
  const { data } = await env.OUTBOX.getByName(sourceId).latest({ limit: EVENTS, beforeSeq: undefined });
  return data.toReversed();
}

/** Looks again and again and tells what is new or has changed, the oldest first, for as long as somebody listens. */
async function watch(stream: SSEStreamingApi, look: () => Promise<EventView[]>): Promise<void> {
  let told = new Map<string, string>();
  let saidAtMs = Date.now();
  while (!stream.aborted && !stream.closed) {
    const seen = new Map((await look()).map((event) => [event.message_id, JSON.stringify(event)]));
    for (const [messageId, event] of seen) {
      if (told.get(messageId) === event) continue;
      await stream.writeSSE({ event: 'event', id: messageId, data: event });
      saidAtMs = Date.now();
    }
    told = seen;
    if (Date.now() - saidAtMs > STILL_HERE_EVERY_MS) {
      await stream.write(': still here\n\n');
      saidAtMs = Date.now();
    }
    await stream.sleep(LOOK_EVERY_MS);
  }
}
