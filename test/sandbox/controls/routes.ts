import { Hono } from 'hono';
import { cors } from 'hono/cors';

import type { AcceptedEvent } from '../inbox.ts';
import type { World } from '../world.ts';
import { parseFaultOrder } from './fault.ts';
import type { Faults } from './faults.ts';

/** The controls under `/_sandbox`: the received events, the ordered faults, and LinkedIn's state. */
export function controlRoutes(world: World, faults: Faults): Hono {
  const { inbox } = world;
  // Any origin may read this: it contains no personal data.
  const app = new Hono().use(cors({ origin: '*', allowMethods: ['GET', 'POST', 'DELETE'] }));

  app.get('/events', (c) => {
    const { count, data } = listed(inbox.events, c.req.query());
    const isDiscarded = twinOf(world.state.insight_tag_event_ids);
    return c.json({ count, data: data.map((event) => ({ ...event, discarded: isDiscarded(event) })) });
  });
  app.get('/requests', (c) => c.json(listed(inbox.requests, c.req.query())));
  for (const path of ['/events', '/requests'])
    app.delete(path, (c) => {
      inbox.clear();
      return c.body(null, 204);
    });

  app.get('/faults', (c) => c.json({ data: faults.armed }));
  app.post('/faults', async (c) => {
    const order = parseFaultOrder(parsed(await c.req.text()));
    return typeof order === 'string' ? c.json({ error: order }, 400) : c.json(faults.arm(order), 201);
  });
  app.delete('/faults', (c) => {
    faults.disarm();
    return c.body(null, 204);
  });

  const currentState = () => ({ now: new Date(world.now()).toISOString(), ...world.state });
  app.get('/state', (c) => c.json(currentState()));
  app.post('/state', async (c) => {
    const mistake = world.change(parsed(await c.req.text()));
    return mistake === undefined ? c.json(currentState()) : c.json({ error: mistake }, 400);
  });
  app.post('/reset', (c) => {
    faults.disarm();
    world.reset();
    return c.json(currentState());
  });

  // A mounted app has no notFound of its own, and a misspelt control must not reach LinkedIn's routes.
  app.all('*', (c) => c.json({ error: `There is no control ${c.req.method} ${c.req.path}. ${KNOWN}` }, 404));
  return app;
}

const KNOWN =
  'Known: GET and DELETE /_sandbox/events, GET and DELETE /_sandbox/requests, GET, POST and DELETE /_sandbox/faults, ' +
  'GET and POST /_sandbox/state, POST /_sandbox/reset';

/**
 * Parses a body as JSON, whatever its content type. Returns undefined, which no control accepts, when it isn't JSON.
 */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // The control's error says what it expected.
    return undefined;
  }
}

/**
 * Checks whether the Insight Tag has sent an event too. LinkedIn then counts the tag's event and discards this one. The
 * tag may send later, so this is computed at each read and never stored.
 */
function twinOf(tagEventIds: readonly string[]): (event: AcceptedEvent) => boolean {
  const ids = new Set<unknown>(tagEventIds);
  return ({ element }) => ids.has(element['eventId']);
}

/** Returns all items in their order of arrival, or the newest `limit`, with their total as `count`. */
function listed<T>(all: readonly T[], { limit }: Readonly<Record<string, string>>) {
  const data = limit !== undefined && /^\d+$/.test(limit) ? all.slice(Math.max(0, all.length - Number(limit))) : all;
  return { count: all.length, data };
}
