/** The management API is used by several people and programs at once: what one changes, another's change leaves. */
import { describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aServerKey, aSource, ask } from '../support/api.ts';

describe('changes at the same time', () => {
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

describe('mappings that are made at the same time', () => {
  it('are all there, up to the fiftieth', async () => {
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

describe('a server key', () => {
  it('is refused once it was revoked, and is found no more', async () => {
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
  it('leaves nothing of its events for a later one of the same id', async () => {
    const source = await aSource({ id: 'src_comes_again' });
    await ask('/v1/track', { body: { event: 'Seen', writeKey: source.write_key } });

    expect((await admin('/sources/src_comes_again', { method: 'DELETE' })).status).toBe(204);

    await aSource({ id: 'src_comes_again' });
    expect(await (await admin('/sources/src_comes_again/events')).json()).toEqual({ data: [], next_cursor: null });
  });
});
