import { Hono } from 'hono';

import type { AdminEnv } from './env.ts';
import { badCursor, page, readPage } from './input.ts';

/** `/v1/admin/audit-log`: who changed what, the newest first. */
export function adminAuditLog(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor } = readPage(c);
    const beforeSeq = cursor === undefined ? undefined : Number(cursor);
    if (beforeSeq !== undefined && !Number.isSafeInteger(beforeSeq)) throw badCursor();
    const entries = await c.env.REGISTRY.getByName('registry').auditLog({
      limit: limit + 1,
      beforeSeq,
      sourceId: c.req.query('source_id'),
    });
    return c.json(page(entries, limit));
  });

  return routes;
}
