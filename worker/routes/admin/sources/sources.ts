import type { Context } from 'hono';
import { Hono } from 'hono';

import { entityTag } from '../../../domain/access/entity-tag.ts';
import { seesSource } from '../../../domain/access/permission.ts';
import { sha256Hex } from '../../../domain/identity/sha256.ts';
import type { Env } from '../../../env.ts';
import { clearAway } from '../../../objects/registry/pending-deletions.ts';
import { SourcesQuery } from '../../../schema/queries.ts';
import { SourceCreate, SourcePatch } from '../../../schema/settings/source-schema.ts';
import type { Source, SourceView } from '../../../schema/settings/source.ts';
import { forgetConfigs } from '../../../store/config-cache.ts';
import { forgetRefusals } from '../../collector/count-refusals.ts';
import { changedMeanwhile, ifMatch } from '../../http/if-match.ts';
import { newId, newServerKey } from '../../http/new-id.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { page, readInput } from '../input.ts';
import { readQuery } from '../query.ts';
import { copiedIntegrations, copiedSettings } from './copied-source.ts';

type AdminContext = Context<AdminEnv>;

/** `/v1/admin/sources`: the websites and apps that send events. */
export function adminSources(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/', async (c) => {
    const { limit, cursor } = readQuery(c, SourcesQuery);
    const sources = await registry(c).sources({ limit: limit + 1, after: cursor, only: c.get('principal').sourceIds });
    return c.json(page(sources.map(sourceView), limit));
  });

  routes.post('/', async (c) => {
    const { copy_from: from, ...input } = await readInput(c, SourceCreate);
    const other = from === undefined ? undefined : await sourceToCopy(c, from);
    const now = new Date().toISOString();
    const id = input.id ?? newId('src');
    const writeKey = input.write_key ?? newId('wk');
    const source: Source = {
      ...input,
      ...(other !== undefined && copiedSettings(other, c.get('fields') ?? [])),
      id,
      name: input.name ?? id,
      write_key: writeKey,
      write_keys: [{ key: writeKey, created_at: now }],
      server_keys: [],
      created_at: now,
      updated_at: now,
    };
    c.set('sourceId', id);
    const saved = await (other === undefined
      ? registry(c).addSource(source)
      : registry(c).addCopiedSource(
          source,
          await copiedIntegrations(registry(c), { from: other.id, to: source.id, now }),
        ));
    if (saved.kind === 'conflict')
      throw new Problem('already_exists', `Cannot create the source: another one has this ${saved.with}`, {
        fields: [{ pointer: `/${saved.with}`, detail: 'is taken' }],
      });
    forgetConfigs();
    c.set('changed', { before: {}, after: source });
    return answer(c, source, 201);
  });

  routes.get('/:id', async (c) => answer(c, await sourceOf(c)));

  routes.patch('/:id', async (c) => {
    const { id } = await sourceOf(c);
    const changed = await registry(c).changeSource(id, await readInput(c, SourcePatch), ifMatch(c));
    if (changed.kind === 'not_found') throw notFound();
    if (changed.kind === 'stale') throw changedMeanwhile('source');
    forgetConfigs();
    if (changed.before !== undefined) c.set('changed', { before: changed.before, after: changed.value });
    return answer(c, changed.value);
  });

  routes.delete('/:id', async (c) => {
    const { id } = await sourceOf(c);
    const removed = await registry(c).removeSource(id, c.req.header('If-Match'));
    if (removed === 'stale') throw changedMeanwhile('source');
    if (removed === 'in_use')
      throw new Problem('in_use', 'Cannot delete the source: it has integrations. Delete those first.');
    forgetConfigs();
    forgetRefusals(id);
    // If this fails, the cron trigger repeats it.
    await clearAway(c.env, { kind: 'source', id });
    return c.body(null, 204);
  });

  routes.post('/:id/write-keys', async (c) => {
    const { id } = await sourceOf(c);
    const record = { key: newId('wk'), created_at: new Date().toISOString() };
    const added = await registry(c).addWriteKey(id, record, MAX_WRITE_KEYS);
    if (added === 'not_found') throw notFound();
    if (added === 'too_many')
      throw new Problem('in_use', `Cannot add a write key: a source has at most ${MAX_WRITE_KEYS}. Revoke one first.`);
    forgetConfigs();
    return c.json(record, 201);
  });

  routes.delete('/:id/write-keys/:key', async (c) => {
    const { id } = await sourceOf(c);
    const removed = await registry(c).removeWriteKey(id, c.req.param('key'), new Date().toISOString());
    if (removed === 'not_found') throw new Problem('not_found', 'The source does not have this write key');
    if (removed === 'in_use')
      throw new Problem(
        'in_use',
        "Cannot revoke the source's newest write key: add another one first, and put it on the pages",
      );
    forgetConfigs();
    return c.body(null, 204);
  });

  routes.delete('/:id/server-keys/:key', async (c) => {
    const { id } = await sourceOf(c);
    if ((await registry(c).removeServerKey(id, c.req.param('key'), new Date().toISOString())) === 'not_found')
      throw new Problem('not_found', 'The source has no server key with this ID');
    forgetConfigs();
    return c.body(null, 204);
  });

  routes.post('/:id/server-keys', async (c) => {
    const { id } = await sourceOf(c);
    const key = newServerKey();
    const record = {
      id: newId('key'),
      sha256: await sha256Hex(key),
      last4: key.slice(-4),
      created_at: new Date().toISOString(),
    };
    const added = await registry(c).addServerKey(id, record, MAX_SERVER_KEYS);
    if (added === 'not_found') throw notFound();
    if (added === 'too_many')
      throw new Problem(
        'in_use',
        `Cannot add a server key: a source has at most ${MAX_SERVER_KEYS}. First revoke one that is no longer used.`,
      );
    forgetConfigs();
    const { sha256: _hash, ...shown } = record;
    // The key is shown only this once, because we store only its hash.
    return c.json({ ...shown, key }, 201);
  });

  return routes;
}

/** Rotation needs two; the others are for the pages of several teams. */
const MAX_WRITE_KEYS = 10;

/** Each server of a large team may have its own key. Every change of the source writes one KV value per key. */
const MAX_SERVER_KEYS = 50;

function registry(c: AdminContext): ReturnType<Env['REGISTRY']['getByName']> {
  return c.env.REGISTRY.getByName('registry');
}

async function sourceOf(c: AdminContext): Promise<Source> {
  const source = await registry(c).source(c.req.param('id') ?? '');
  if (source === undefined) throw notFound();
  return source;
}

async function sourceToCopy(c: AdminContext, id: string): Promise<Source> {
  const source = seesSource(c.get('principal'), id) ? await registry(c).source(id) : undefined;
  if (source === undefined)
    throw new Problem('field_invalid', 'Cannot copy the source: no source has this ID', {
      fields: [{ pointer: '/copy_from', detail: 'expected the ID of a source' }],
    });
  return source;
}

function notFound(): Problem {
  return new Problem('not_found', 'No source has this ID');
}

/** Answers with a source and the tag of its version. */
function answer(c: AdminContext, source: Source, status: 200 | 201 = 200): Response {
  return c.json(sourceView(source), status, { ETag: entityTag(source) });
}

/** Returns a source for the API. */
export function sourceView(source: Source): SourceView {
  return {
    ...source,
    labels: source.labels ?? [],
    server_keys: source.server_keys.map(({ sha256: _hash, ...shown }) => shown),
  };
}
