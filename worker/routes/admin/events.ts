import type { Context } from 'hono';
import { Hono } from 'hono';

import { keptMessageId } from '../../domain/privacy/masked-names.ts';
import { triggerViews } from '../../domain/rules/trigger-views.ts';
import type { Env } from '../../env.ts';
import type { EventStory } from '../../schema/events/event-view.ts';
import { EventQuery, EventsQuery } from '../../schema/queries.ts';
import { Problem } from '../http/problem.ts';
import { SourceStores } from '../stores/source-stores.ts';
import type { AdminEnv } from './env.ts';
import { readQuery } from './query.ts';

type AdminContext = Context<AdminEnv>;

/** `/v1/admin/sources/{id}/events`: the events received, and the whole story of one of them. */
export function adminEvents(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/events', async (c) => {
    const id = await sourceId(c);
    const { limit, cursor } = readQuery(c, EventsQuery);
    const { data, nextSeq } = await new SourceStores(c.env, id).latest({ limit, beforeSeq: cursor });
    return c.json({ data, next_cursor: nextSeq === undefined ? null : String(nextSeq) });
  });

  routes.get('/:id/events/:event', async (c) => {
    const id = await sourceId(c);
    const kept = await new SourceStores(c.env, id).event(
      await keptMessageId(c.req.param('event')),
      readQuery(c, EventQuery).seq,
    );
    if (kept === undefined) throw new Problem('not_found', 'No stored event has this messageId');
    const integrations = await registry(c).integrations({
      sourceId: id,
      limit: Number.MAX_SAFE_INTEGER,
      after: undefined,
    });
    const story: EventStory = { ...kept, triggers: triggerViews(kept, kept.triggers, integrations) };
    return c.json(story);
  });

  return routes;
}

async function sourceId(c: AdminContext): Promise<string> {
  const source = await registry(c).source(c.req.param('id') ?? '');
  if (source === undefined) throw new Problem('not_found', 'No source has this ID');
  return source.id;
}

function registry(c: AdminContext): ReturnType<Env['REGISTRY']['getByName']> {
  return c.env.REGISTRY.getByName('registry');
}
