import { Hono } from 'hono';

import { seesSource } from '../../../domain/access/permission.ts';
import { IncidentsQuery } from '../../../schema/queries.ts';
import type { AdminEnv } from '../env.ts';
import { readQuery } from '../query.ts';

/** `/v1/admin/incidents`: what is wrong with the sources that the caller may see, and what was. */
export function adminIncidents(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor, state, source_id: sourceId } = readQuery(c, IncidentsQuery);
    const principal = c.get('principal');
    if (sourceId !== undefined && !seesSource(principal, sourceId)) return c.json({ data: [], next_cursor: null });
    const { data, nextSeq } = await c.env.ALERTS.getByName('alerts').incidents({
      state,
      sourceId,
      only: principal.sourceIds,
      limit,
      beforeSeq: cursor,
    });
    return c.json({ data, next_cursor: nextSeq === undefined ? null : String(nextSeq) });
  });

  return routes;
}
