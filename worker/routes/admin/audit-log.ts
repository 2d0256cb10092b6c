import { Hono } from 'hono';

import { AuditQuery } from '../../schema/queries.ts';
import type { AdminEnv } from './env.ts';
import { page } from './input.ts';
import { readQuery } from './query.ts';

/** `/v1/admin/audit-log`: who changed what, the newest first. */
export function adminAuditLog(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor, source_id: sourceId, actor_id: actorId, from, to, text } = readQuery(c, AuditQuery);
    const entries = await c.env.REGISTRY.getByName('registry').auditLog({
      limit: limit + 1,
      beforeSeq: cursor,
      sourceId,
      actorId,
      from,
      to,
      text,
    });
    return c.json(page(entries, limit));
  });

  return routes;
}
