import { Hono } from 'hono';

import { AuditFilter } from '../../schema/reports/audit.ts';
import type { AdminEnv } from './env.ts';
import { badCursor, page, readFilter, readPage } from './input.ts';

/** `/v1/admin/audit-log`: who changed what, the newest first. */
export function adminAuditLog(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor } = readPage(c);
    const beforeSeq = cursor === undefined ? undefined : Number(cursor);
    if (beforeSeq !== undefined && !Number.isSafeInteger(beforeSeq)) throw badCursor();
    const { source_id: sourceId, actor_id: actorId, from, to } = readFilter(c, AuditFilter);
    const entries = await c.env.REGISTRY.getByName('registry').auditLog({
      limit: limit + 1,
      beforeSeq,
      sourceId,
      actorId,
      from,
      to,
    });
    return c.json(page(entries, limit));
  });

  return routes;
}
