import { Hono } from 'hono';

import { ExportQuery } from '../../../schema/queries.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { readQuery } from '../query.ts';
import { registryOf } from './copied-objects.ts';
import { exportLines } from './export-lines.ts';
import { streamOfLines } from './lines.ts';

/** `/v1/admin/sources/{id}/export`: everything about a source, to take along. */
export function adminExport(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/export', async (c) => {
    const source = await registryOf(c.env).source(c.req.param('id'));
    if (source === undefined) throw new Problem('not_found', 'No source has this ID');
    const { cursor: beforeSeq } = readQuery(c, ExportQuery);
    const { id, role } = c.get('principal');
    // As with a backup, the audit log names who downloaded it.
    await registryOf(c.env).appendAudit({
      actor: { id, role },
      method: 'GET',
      path: `/sources/${source.id}/export`,
      sourceId: source.id,
      fields: [],
    });
    const madeAt = new Date().toISOString();
    return c.body(streamOfLines(exportLines(c.env, source, { madeAt, beforeSeq })), 200, {
      'Content-Type': 'application/x-ndjson',
      'Content-Disposition': `attachment; filename="${source.id}-${madeAt.slice(0, 10)}.ndjson"`,
    });
  });

  return routes;
}
