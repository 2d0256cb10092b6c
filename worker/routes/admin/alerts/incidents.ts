import { Hono } from 'hono';

import { seesSource } from '../../../domain/access/permission.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { badCursor, readPage } from '../input.ts';

const STATES = ['open', 'closed'] as const;

/** `/v1/admin/incidents`: what is wrong with the sources that the caller may see, and what was. */
export function adminIncidents(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor } = readPage(c);
    const beforeSeq = cursor === undefined ? undefined : Number(cursor);
    if (beforeSeq !== undefined && !Number.isSafeInteger(beforeSeq)) throw badCursor();
    const given = c.req.query('state');
    const state = STATES.find((known) => known === given);
    if (given !== undefined && state === undefined) throw badState();
    const sourceId = c.req.query('source_id');
    const principal = c.get('principal');
    if (sourceId !== undefined && !seesSource(principal, sourceId)) return c.json({ data: [], next_cursor: null });
    const { data, nextSeq } = await c.env.ALERTS.getByName('alerts').incidents({
      state,
      sourceId,
      only: principal.sourceIds,
      limit,
      beforeSeq,
    });
    return c.json({ data, next_cursor: nextSeq === undefined ? null : String(nextSeq) });
  });

  return routes;
}

function badState(): Problem {
  const detail = 'expected "open" or "closed"';
  return new Problem('field_invalid', `Cannot use state: ${detail}`, { fields: [{ pointer: '/state', detail }] });
}
