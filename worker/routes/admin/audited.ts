import type { MiddlewareHandler } from 'hono';

import { auditedChanges } from '../../domain/access/audited-changes.ts';
import { isFields } from '../../schema/fields.ts';
import type { AuditEntry } from '../../schema/reports/audit.ts';
import type { AdminEnv } from './env.ts';
import { roleForRoute } from './require-role.ts';

const PREFIX = '/v1/admin';

/** Adds each successful change to the audit log. Requests that a viewer may make change nothing. */
export const adminAudited: MiddlewareHandler<AdminEnv> = async (c, next) => {
  await next();
  const method = changing(c.req.method);
  if (method === undefined || !c.res.ok || roleForRoute(c) === 'viewer' || c.get('hasOnlyLooked') === true) return;
  const { id, role } = c.get('principal');
  const changed = c.get('changed');
  const fields = c.get('fields') ?? [];
  const path = c.req.path.slice(PREFIX.length);
  await c.env.REGISTRY.getByName('registry').appendAudit({
    actor: { id, role },
    method,
    path: c.res.status === 201 ? await withMadeId(path, c.res) : path,
    sourceId: c.get('sourceId'),
    fields,
    changes: changed && auditedChanges(changed, fields),
  });
};

function changing(method: string): AuditEntry['method'] | undefined {
  return (['POST', 'PUT', 'PATCH', 'DELETE'] as const).find((known) => known === method);
}

async function withMadeId(path: string, response: Response): Promise<string> {
  const made: unknown = await response.clone().json();
  return isFields(made) && typeof made['id'] === 'string' ? `${path}/${made['id']}` : path;
}
