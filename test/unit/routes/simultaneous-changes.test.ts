/** Several people and programs use the management API at once: one change doesn't undo another. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aServerKey, aSource, ask, problemOf } from '../support/api.ts';

describe('simultaneous changes', () => {
  it('lose none of three server keys', async () => {
    const source = await aSource();

    await Promise.all([1, 2, 3].map(() => aServerKey(source)));

    const { server_keys: keys } = await (await admin(`/sources/${source.id}`)).json<{ server_keys: unknown[] }>();
    expect(keys).toHaveLength(3);
  });

  it('lose no field of an integration', async () => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source);

    await Promise.all([
      admin(`/integrations/${id}`, { method: 'PATCH', body: { name: 'Renamed' } }),
      admin(`/integrations/${id}`, { method: 'PATCH', body: { config: { send_ip: true } } }),
      admin(`/integrations/${id}`, { method: 'PATCH', body: { config: { default_currency: 'EUR' } } }),
    ]);

    expect(await (await admin(`/integrations/${id}`)).json()).toMatchObject({
      name: 'Renamed',
      config: { send_ip: true, default_currency: 'EUR', account_id: '100' },
    });
  });
});

describe('two simultaneous changes that contradict each other', () => {
  // LinkedIn's versions before 202609 have no hashed names, and refuse every batch that contains some.
  it("aren't both accepted", async () => {
    const { id } = await anIntegrationOf(await aSource());
    const change = (config: Record<string, unknown>): Promise<Response> =>
      admin(`/integrations/${id}`, { method: 'PATCH', body: { config } });

    const changed = await Promise.all([change({ hash_names: true }), change({ linkedin_version: '202601' })]);

    expect(new Set(changed.map(({ status }) => status))).toEqual(new Set([200, 400]));
    const { config } = await (await admin(`/integrations/${id}`)).json<{ config: Record<string, unknown> }>();
    expect(config['hash_names'] === true && config['linkedin_version'] === '202601').toBe(false);
  });

  it("aren't accepted one after the other either, and don't block a setting from an older version", async () => {
    const { id } = await anIntegrationOf(await aSource(), { config: { hash_names: true } });

    const refused = await admin(`/integrations/${id}`, {
      method: 'PATCH',
      body: { config: { linkedin_version: '202601' } },
    });
    expect(await problemOf(refused)).toEqual({ status: 400, code: 'field_invalid', pointer: '/config/hash_names' });

    await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) =>
      storage.sql.exec(
        "UPDATE integrations SET body = json_set(body, '$.config.linkedin_version', '202601') WHERE id = ?",
        id,
      ),
    );
    const renamed = await admin(`/integrations/${id}`, { method: 'PATCH', body: { name: 'Renamed' } });
    expect(renamed.status).toBe(200);
  });
});

describe('mappings that are created at the same time', () => {
  it('are all stored, up to the fiftieth', async () => {
    const { id } = await anIntegrationOf(await aSource());
    const make = (name: number): Promise<Response> =>
      admin(`/integrations/${id}/mappings`, {
        body: { name: `mapping ${name}`, trigger: `event = "E${name}"`, conversion_rule_id: '1001' },
      });

    const made = await Promise.all(Array.from({ length: 52 }, (_, index) => make(index)));

    expect(made.filter(({ status }) => status === 201)).toHaveLength(50);
    const { data } = await (await admin(`/integrations/${id}/mappings?limit=100`)).json<{ data: unknown[] }>();
    expect(data).toHaveLength(50);
  });
});

// Q12: two simultaneous changes of one mapping were both answered with 200, and one was lost.
describe('two simultaneous changes of one mapping', () => {
  type Shown = { id: string; name: string; enabled: boolean };
  const aMappingOf = async (id: string): Promise<Shown> =>
    (
      await admin(`/integrations/${id}/mappings`, {
        body: { name: 'Before', trigger: 'event = "Order Completed"', conversion_rule_id: '1001' },
      })
    ).json<Shown>();

  it('are both stored, twenty times over', async () => {
    const { id } = await anIntegrationOf(await aSource());
    const mapping = await aMappingOf(id);
    const path = `/integrations/${id}/mappings/${mapping.id}`;
    for (let round = 0; round < 20; round += 1) {
      const isOn = round % 2 === 0;
      const answers = await Promise.all([
        admin(path, { method: 'PATCH', body: { name: `Name ${round}` } }),
        admin(path, { method: 'PATCH', body: { enabled: isOn } }),
        admin(path, { method: 'PATCH', body: { conversion_rule_id: String(1_000 + round) } }),
      ]);

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const { data } = await (await admin(`/integrations/${id}/mappings`)).json<{ data: Shown[] }>();
      expect(data).toMatchObject([{ name: `Name ${round}`, enabled: isOn, conversion_rule_id: String(1_000 + round) }]);
    }
  });

  it("aren't both accepted when both name the version that they change", async () => {
    const { id } = await anIntegrationOf(await aSource());
    const mapping = await aMappingOf(id);
    const path = `/integrations/${id}/mappings/${mapping.id}`;
    const etag = (await admin(`/integrations/${id}`)).headers.get('ETag') ?? '';
    const headers = { 'If-Match': etag };

    const answers = await Promise.all([
      admin(path, { method: 'PATCH', body: { name: 'One' }, headers }),
      admin(path, { method: 'PATCH', body: { name: 'Two' }, headers }),
      admin(path, { method: 'DELETE', headers }),
    ]);
    // Adding one overwrites nothing, whatever has changed since.
    const added = await admin(`/integrations/${id}/mappings`, {
      body: { name: 'Three', trigger: 'event = "Three"', conversion_rule_id: '1001' },
      headers,
    });

    // The later changes find another version, or a deleted mapping.
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.filter(({ ok, status }) => !ok && status !== 404 && status !== 412)).toEqual([]);
    expect(added.status).toBe(201);
  });

  it.each(['"nonsense"', 'W/"0"', '"0", "1"'])('are both refused when the version is %s', async (tag) => {
    const { id } = await anIntegrationOf(await aSource());
    const mapping = await aMappingOf(id);
    const headers = { 'If-Match': tag };

    const answers = [
      await admin(`/integrations/${id}/mappings/${mapping.id}`, { method: 'PATCH', body: { name: 'x' }, headers }),
      await admin(`/integrations/${id}/mappings/${mapping.id}`, { method: 'DELETE', headers }),
    ];

    expect(await Promise.all(answers.map(problemOf))).toMatchObject([
      { status: 412, code: 'changed_meanwhile' },
      { status: 412, code: 'changed_meanwhile' },
    ]);
    const { data } = await (await admin(`/integrations/${id}/mappings`)).json<{ data: Shown[] }>();
    expect(data).toMatchObject([{ name: 'Before' }]);
  });
});

// Q17: without a limit, each change rewrote all keys one after the other.
describe('server keys', () => {
  it('are at most fifty, and one more is refused with a remedy', async () => {
    const source = await aSource();
    const made = await Promise.all(
      Array.from({ length: 52 }, () => admin(`/sources/${source.id}/server-keys`, { method: 'POST' })),
    );
    const refused = made.find(({ status }) => status !== 201);

    expect(made.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(await refused?.json()).toMatchObject({ status: 409, detail: expect.stringContaining('revoke one') });
  });
});

describe('a server key', () => {
  it("is refused after it was revoked, and isn't found any more", async () => {
    const source = await aSource();
    const key = await aServerKey(source);
    const { server_keys: keys } = await (
      await admin(`/sources/${source.id}`)
    ).json<{ server_keys: { id: string }[] }>();
    const path = `/sources/${source.id}/server-keys/${keys[0]?.id ?? ''}`;

    const revoked = await admin(path, { method: 'DELETE' });

    expect(revoked.status).toBe(204);
    const refused = await ask('/v1/track', {
      body: { event: 'Order Completed' },
      headers: { Authorization: `Bearer ${key}` },
    });
    expect(refused.status).toBe(401);
    expect((await admin(path, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('a deleted source', () => {
  it('leaves no events to a later source with the same ID', async () => {
    const source = await aSource({ id: 'src_comes_again' });
    await ask('/v1/track', { body: { event: 'Seen', writeKey: source.write_key } });

    expect((await admin('/sources/src_comes_again', { method: 'DELETE' })).status).toBe(204);

    await aSource({ id: 'src_comes_again' });
    expect(await (await admin('/sources/src_comes_again/events')).json()).toEqual({ data: [], next_cursor: null });
  });
});
