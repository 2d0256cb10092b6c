import type { Context } from 'hono';
import { Hono } from 'hono';

import { backupKey } from '../../../domain/backup/chain.ts';
import type { RestoreProgress } from '../../../schema/backup.ts';
import { RestoreQuery } from '../../../schema/queries.ts';
import { forgetConfigs } from '../../../store/config-cache.ts';
import { keyRingOf } from '../../http/key-ring.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { readQuery } from '../query.ts';
import { registryOf } from './copied-objects.ts';
import { undoRestore } from './finish-restore.ts';
import { streamOfLines } from './lines.ts';
import { BackupReader } from './read-backup.ts';
import { backupLines, sourcesOf } from './write-backup.ts';

type AdminContext = Context<AdminEnv>;

/** `/v1/admin/backup`, `/restore`, `/stop` and `/start`: everything of an instance as a file, and back. */
export function adminBackup(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/backup', async (c) => {
    const [masterKey] = keyRing(c);
    if (masterKey === undefined) throw keyMissing();
    if ((await registryOf(c.env).restoreState()) !== undefined)
      throw new Problem(
        'in_progress',
        'A restore is under way. Complete it, or cancel it with DELETE /v1/admin/restore.',
      );
    const { id, role } = c.get('principal');
    // A backup contains everything, so the audit log names who downloaded it.
    await registryOf(c.env).appendAudit({
      actor: { id, role },
      method: 'GET',
      path: '/backup',
      sourceId: undefined,
      fields: [],
    });
    const madeAt = new Date().toISOString();
    return c.body(streamOfLines(backupLines(c.env, await backupKey(masterKey), madeAt)), 200, {
      'Content-Type': 'application/x-ndjson',
      'Content-Disposition': `attachment; filename="directflight-${madeAt.slice(0, 10)}.ndjson"`,
    });
  });

  routes.post('/restore', async (c) => {
    const ring = keyRing(c);
    if (ring.length === 0) throw keyMissing();
    const hasMore = readQuery(c, RestoreQuery).more === 'true';
    const reader = new BackupReader(c.env, ring);
    try {
      await reader.read(bodyOf(c));
      if (!reader.isComplete && !hasMore)
        throw new Problem(
          'backup_incomplete',
          `The backup has no end: it was cut off after line ${reader.line}. Nothing was restored.`,
        );
    } catch (error) {
      // A part may be sent again. If a whole backup cannot be restored, everything that was restored is deleted.
      if (!hasMore && !isAboutAnother(error)) await undoRestore(c.env);
      throw error;
    }
    if (!reader.isComplete) c.set('hasOnlyLooked', true);
    forgetConfigs();
    const progress: RestoreProgress = { next_line: reader.line + 1, is_complete: reader.isComplete };
    return c.json(progress);
  });

  routes.delete('/restore', async (c) => {
    const state = await registryOf(c.env).restoreState();
    if (state === undefined || state.isComplete) throw new Problem('not_found', 'No restore is under way');
    await undoRestore(c.env);
    return c.body(null, 204);
  });

  routes.post('/stop', async (c) => {
    for await (const { id } of sourcesOf(c.env)) {
      await c.env.TALLY.getByName(id).stop();
      await c.env.OUTBOX.getByName(id).stop();
    }
    return c.body(null, 204);
  });

  routes.post('/start', async (c) => {
    for await (const { id } of sourcesOf(c.env)) {
      await c.env.TALLY.getByName(id).start();
      await c.env.OUTBOX.getByName(id).start();
    }
    return c.body(null, 204);
  });

  return routes;
}

function keyRing(c: AdminContext): readonly Uint8Array[] {
  return keyRingOf(c.env.ENCRYPTION_KEY);
}

function keyMissing(): Problem {
  return new Problem(
    'encryption_key_missing',
    'ENCRYPTION_KEY is missing or unusable. It is needed to sign a backup, and to decrypt it.',
  );
}

/** Here the problem is that this instance has data of its own, which must stay. */
function isAboutAnother(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'not_empty' || error.code === 'in_progress');
}

function bodyOf(c: AdminContext): ReadableStream<Uint8Array> {
  const { body } = c.req.raw;
  if (body === null) throw new Problem('body_empty', 'Cannot read the request: expected the lines of a backup');
  return c.req.header('Content-Encoding') === 'gzip' ? body.pipeThrough(new DecompressionStream('gzip')) : body;
}
