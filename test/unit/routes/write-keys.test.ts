import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';

import { sha256Hex } from '../../../worker/domain/identity/sha256.ts';
import { REGISTRY_MIGRATIONS } from '../../../worker/objects/registry/registry-schema.ts';
import { migrate } from '../../../worker/objects/sql.ts';
import { SOURCE_DEFAULTS } from '../../../worker/schema/settings/source.ts';
import { forgetConfigs } from '../../../worker/store/config-cache.ts';
import { configKey } from '../../../worker/store/config-key.ts';
import { admin, aSource, problemOf, send } from '../support/api.ts';

type Shown = { write_key: string; write_keys: { key: string; created_at: string }[] };

const shown = async (id: string) => (await admin(`/sources/${id}`)).json<Shown>();

async function rotate(id: string): Promise<string> {
  const response = await admin(`/sources/${id}/write-keys`, { method: 'POST' });
  const { key } = await response.json<{ key: string }>();
  return key;
}

describe('the write key of a source', () => {
  it('can be rotated: both work until the old one is revoked', async () => {
    const source = await aSource();
    const key = await rotate(source.id);
    const newer = { id: source.id, write_key: key };

    const both = [await send(source, [{ type: 'page' }]), await send(newer, [{ type: 'page' }])];
    const { write_key, write_keys } = await shown(source.id);
    const revoked = await admin(`/sources/${source.id}/write-keys/${source.write_key}`, { method: 'DELETE' });
    const after = [await send(source, [{ type: 'page' }]), await send(newer, [{ type: 'page' }])];

    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(write_key).toBe(key);
    expect(write_keys.map((record) => record.key)).toEqual([source.write_key, key]);
    expect(revoked.status).toBe(204);
    expect(after.map(({ status }) => status)).toEqual([401, 200]);
  });

  it("can't be revoked while it is the newest", async () => {
    const source = await aSource();

    const response = await admin(`/sources/${source.id}/write-keys/${source.write_key}`, { method: 'DELETE' });
    const unknown = await admin(`/sources/${source.id}/write-keys/wk_unknown`, { method: 'DELETE' });

    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'in_use' });
    expect(await problemOf(unknown)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('has at most nine others beside it', async () => {
    const { id } = await aSource();
    for (let more = 0; more < 9; more += 1) await rotate(id);

    const response = await admin(`/sources/${id}/write-keys`, { method: 'POST' });

    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'in_use' });
    expect((await shown(id)).write_keys).toHaveLength(10);
  });

  it("can't belong to another source, even after a rotation", async () => {
    const source = await aSource();
    await rotate(source.id);

    const response = await admin('/sources', { body: { write_key: source.write_key } });

    expect(await problemOf(response)).toMatchObject({ status: 409, pointer: '/write_key' });
  });

  it('is deleted with its source, and so are the older ones', async () => {
    const source = await aSource();
    const key = await rotate(source.id);

    await admin(`/sources/${source.id}`, { method: 'DELETE' });

    expect((await send({ id: source.id, write_key: key }, [{ type: 'page' }])).status).toBe(401);
    expect((await admin('/sources', { body: { write_key: source.write_key } })).status).toBe(201);
  });

  it('stays the same for a source from before key rotation', async () => {
    const source = await aSource();
    await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) => {
      storage.sql.exec("UPDATE sources SET body = json_remove(body, '$.write_keys') WHERE id = ?", source.id);
    });

    const { write_keys } = await shown(source.id);
    const key = await rotate(source.id);

    expect(write_keys).toEqual([{ key: source.write_key, created_at: expect.any(String) }]);
    expect((await shown(source.id)).write_keys.map((record) => record.key)).toEqual([source.write_key, key]);
  });
});

it('a registry from before key rotation and tokens keeps its data', async () => {
  const stub = env.REGISTRY.getByName('of-an-older-release');
  const old = {
    id: 'src_old',
    name: 'Old',
    write_key: 'wk_old',
    allowed_origins: [],
    require_origin: false,
    unknown_consent: 'by_region',
    server_keys: [],
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
  };
  await runInDurableObject(stub, (_, { storage }) => {
    const { sql } = storage;
    const [first] = REGISTRY_MIGRATIONS;
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    for (const { name } of tables)
      if (!/^(?:_|sqlite_)/.test(name) && !String(first).includes(`CREATE TABLE ${name} `))
        sql.exec(`DROP TABLE ${name}`);
    sql.exec('DROP TRIGGER IF EXISTS source_is_used');
    sql.exec('ALTER TABLE sources DROP COLUMN is_used');
    for (const column of ['writing', 'again_at_ms']) sql.exec(`ALTER TABLE unpublished DROP COLUMN ${column}`);
    sql.exec('DELETE FROM _migrations WHERE id > 1');
    sql.exec('INSERT INTO sources (id, write_key, body) VALUES (?, ?, ?)', old.id, old.write_key, JSON.stringify(old));

    migrate({ sql, transaction: (work) => storage.transactionSync(work) }, REGISTRY_MIGRATIONS);
  });

  const again = await stub.addSource({
    ...old,
    ...SOURCE_DEFAULTS,
    id: 'src_new',
    unknown_consent: 'by_region',
    write_keys: [],
  });

  expect(await stub.source('src_old')).toMatchObject({
    ...old,
    write_keys: [{ key: 'wk_old', created_at: old.created_at }],
  });
  expect(again).toEqual({ kind: 'conflict', with: 'write_key' });
});

/** F7: a location of Cloudflare that was asked for a key too early remembers for a minute that it was missing. */
describe('a key that KV does not have yet', () => {
  async function withoutKv(key: Parameters<typeof configKey>[0]): Promise<void> {
    await env.CONFIG.delete(configKey(key));
    forgetConfigs();
  }

  it('is accepted, because the registry has it', async () => {
    const source = await aSource();
    await withoutKv({ kind: 'write', key: source.write_key });

    const response = await send(source, [{ type: 'page' }]);

    expect(response.status).toBe(200);
  });

  it('is accepted after a rotation, and as a server key', async () => {
    const source = await aSource();
    const key = await rotate(source.id);
    const created = await admin(`/sources/${source.id}/server-keys`, { method: 'POST' });
    const { key: serverKey } = await created.json<{ key: string }>();
    expect(serverKey).toMatch(/^sk_/);
    await withoutKv({ kind: 'write', key });
    await withoutKv({ kind: 'server', sha256: await sha256Hex(serverKey) });

    const responses = [
      await send({ id: source.id, write_key: key }, [{ type: 'page' }]),
      await send({ id: source.id, write_key: serverKey }, [{ type: 'page', anonymousId: 'a-1' }]),
    ];

    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('is refused when it was revoked, or when its source was deleted', async () => {
    const source = await aSource();
    await rotate(source.id);
    await admin(`/sources/${source.id}/write-keys/${source.write_key}`, { method: 'DELETE' });
    const gone = await aSource();
    await admin(`/sources/${gone.id}`, { method: 'DELETE' });
    for (const { write_key: key } of [source, gone]) await withoutKv({ kind: 'write', key });

    const responses = [await send(source, [{ type: 'page' }]), await send(gone, [{ type: 'page' }])];

    expect(await Promise.all(responses.map(problemOf))).toMatchObject([
      { status: 401, code: 'key_unknown' },
      { status: 401, code: 'key_unknown' },
    ]);
  });

  it('is refused for now when a stranger has asked for too many, and fills no log', async () => {
    const log = vi.spyOn(console, 'error');
    // Each second allows five more requests to the registry, and a busy machine takes many seconds.
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now());
    const answers = [];
    for (let n = 0; n < 310; n += 1)
      answers.push((await send({ id: 'none', write_key: `wk_made_up_${n}` }, [{ type: 'page' }])).status);

    expect([...new Set(answers)]).toEqual([401, 503]);
    expect(log).not.toHaveBeenCalled();
    clock.mockRestore();
    forgetConfigs();
  });
});
