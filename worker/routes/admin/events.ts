import type { Context } from 'hono';
import { Hono } from 'hono';

import { keptMessageId } from '../../domain/privacy/masked-names.ts';
import { triggerViews } from '../../domain/rules/trigger-views.ts';
import type { Env } from '../../env.ts';
import type { EventStory } from '../../schema/events/event-view.ts';
import { Problem } from '../http/problem.ts';
import { SourceStores } from '../stores/source-stores.ts';
import type { AdminEnv } from './env.ts';
import { badCursor, readPage } from './input.ts';

type AdminContext = Context<AdminEnv>;

/** `/v1/admin/sources/{id}/events`: the events received, and the whole story of one of them. */
export function adminEvents(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/events', async (c) => {
    const id = await sourceId(c);
    const { limit, cursor } = readPage(c);
    const beforeSeq = cursor === undefined ? undefined : Number(cursor);
    if (beforeSeq !== undefined && !Number.isSafeInteger(beforeSeq)) throw badCursor();
    const { data, nextSeq } = await new SourceStores(c.env, id).latest({ limit, beforeSeq });
    return c.json({ data, next_cursor: nextSeq === undefined ? null : String(nextSeq) });
  });

  routes.get('/:id/events/:event', async (c) => {
    const id = await sourceId(c);
    const kept = await new SourceStores(c.env, id).event(await keptMessageId(c.req.param('event')), readSeq(c));
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

/** Reads which of the events with the same messageId is meant. */
function readSeq(c: AdminContext): number | undefined {
  const seq = c.req.query('seq');
  if (seq === undefined) return undefined;
  const detail = 'expected the seq of an event with this messageId';
  if (!/^\d{1,16}$/.test(seq))
    throw new Problem('field_invalid', `Cannot use seq: ${detail}`, { fields: [{ pointer: '/seq', detail }] });
  return Number(seq);
}

async function sourceId(c: AdminContext): Promise<string> {
  const source = await registry(c).source(c.req.param('id') ?? '');
  if (source === undefined) throw new Problem('not_found', 'No source has this ID');
  return source.id;
}

function registry(c: AdminContext): ReturnType<Env['REGISTRY']['getByName']> {
  return c.env.REGISTRY.getByName('registry');
}
