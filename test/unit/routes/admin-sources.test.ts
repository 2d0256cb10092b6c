import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { sha256Hex } from '../../../worker/domain/identity/sha256.ts';
import { admin, anIntegrationOf, aServerKey, aSource, problemOf, send } from '../support/api.ts';
import { foundIn, objectsAtRest } from '../support/at-rest.ts';

const SK = /^sk_[a-z0-9]{43}$/;

describe('a source', () => {
  it('is created with an ID and a write key, and accepts events at once', async () => {
    const response = await admin('/sources', { body: { name: 'Shop' } });

    const source = await response.json<{ id: string; write_key: string }>();
    expect(response.status).toBe(201);
    expect(source).toEqual({
      id: expect.stringMatching(/^src_[a-z0-9]{24}$/),
      name: 'Shop',
      write_key: expect.stringMatching(/^wk_[a-z0-9]{24}$/),
      write_keys: [{ key: source.write_key, created_at: expect.any(String) }],
      allowed_origins: [],
      require_origin: false,
      unknown_consent: 'by_region',
      bot_filter: 'crawlers',
      internal_ips: [],
      internal_cookie: null,
      labels: [],
      max_events_per_minute: null,
      retention_days: 91,
      dead_letter_days: 90,
      server_keys: [],
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await send(source, [{ type: 'page' }])).status).toBe(200);
  });

  it('may have a custom ID and write key, and is named after its ID', async () => {
    const response = await admin('/sources', { body: { id: 'src_own', write_key: 'wk_own' } });

    expect(await response.json()).toMatchObject({ id: 'src_own', name: 'src_own', write_key: 'wk_own' });
  });

  it('is read, changed field by field, and deleted', async () => {
    const { id, write_key } = await aSource({ name: 'Shop' });

    const changed = await admin(`/sources/${id}`, {
      method: 'PATCH',
      body: { allowed_origins: ['https://WWW.Example.com'], unknown_consent: 'denied' },
    });
    const read = await admin(`/sources/${id}`);
    const deleted = await admin(`/sources/${id}`, { method: 'DELETE' });
    const gone = await admin(`/sources/${id}`);
    const event = await send({ id, write_key }, [{ type: 'page' }]);

    expect(await changed.json()).toMatchObject({
      name: 'Shop',
      write_key,
      allowed_origins: ['https://www.example.com'],
      unknown_consent: 'denied',
    });
    expect(await read.json()).toMatchObject({ id, unknown_consent: 'denied' });
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    expect(await problemOf(gone)).toMatchObject({ status: 404, code: 'not_found' });
    expect(await problemOf(event)).toMatchObject({ status: 401, code: 'key_unknown' });
  });

  it("isn't deleted while it has an integration", async () => {
    const source = await aSource();
    const integration = await anIntegrationOf(source);

    const inUse = await admin(`/sources/${source.id}`, { method: 'DELETE' });
    await admin(`/integrations/${integration.id}`, { method: 'DELETE' });
    const free = await admin(`/sources/${source.id}`, { method: 'DELETE' });

    expect(await problemOf(inUse)).toMatchObject({ status: 409, code: 'in_use' });
    expect(free.status).toBe(204);
  });

  it.each([
    ['/id', { id: 'src_twice' }],
    ['/write_key', { write_key: 'wk_twice' }],
  ])("isn't created twice with the same %s", async (pointer, body) => {
    await aSource(body);

    const again = await admin('/sources', { body });

    expect(await problemOf(again)).toEqual({ status: 409, code: 'already_exists', pointer });
  });

  it.each([
    ['/id', { id: 'shop' }],
    ['/id', { id: 'src_' }],
    ['/id', { id: 'src_../x' }],
    ['/id', { id: `src_${'x'.repeat(61)}` }],
    ['/id', { id: 7 }],
    ['/name', { name: '' }],
    ['/name', { name: '   ' }],
    ['/name', { name: 'x'.repeat(201) }],
    ['/name', { name: null }],
    ['/write_key', { write_key: 'sk_x' }],
    ['/write_key', { write_key: 'wk_a b' }],
    ['/allowed_origins', { allowed_origins: 'https://www.example.com' }],
    ['/allowed_origins', { allowed_origins: Array.from({ length: 101 }, (_, i) => `https://${i}.example.com`) }],
    ['/allowed_origins/0', { allowed_origins: ['*'] }],
    ['/allowed_origins/0', { allowed_origins: ['https://*.com'] }],
    ['/allowed_origins/0', { allowed_origins: ['javascript:alert(1)'] }],
    ['/allowed_origins/0', { allowed_origins: ['null'] }],
    ['/allowed_origins/0', { allowed_origins: ['https://*.co.uk'] }],
    ['/allowed_origins/1', { allowed_origins: ['https://www.example.com', 'www.example.com'] }],
    ['/allowed_origins/0', { allowed_origins: ['https://a\r\nX-Evil: 1'] }],
    ['/require_origin', { require_origin: 'yes' }],
    ['/unknown_consent', { unknown_consent: 'maybe' }],
    ['/server_keys', { server_keys: [] }],
    ['/apiBase', { apiBase: 'http://169.254.169.254' }],
    ['', []],
    ['', 'null'],
  ])("isn't created when %s is wrong: %j", async (pointer, body) => {
    const response = await admin('/sources', { body });

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
  });

  it('gets all errors in one answer', async () => {
    const response = await admin('/sources', { body: { id: 'x', name: '', nonsense: 1 } });

    const { errors } = await response.json<{ errors: { pointer: string; detail: string }[] }>();
    expect(errors).toEqual([
      { pointer: '/id', detail: expect.stringContaining('expected "src_"') },
      { pointer: '/name', detail: 'expected a name' },
      { pointer: '/nonsense', detail: 'is not a known field' },
    ]);
  });

  it.each([{ id: 'src_other' }, { write_key: 'wk_other' }, { server_keys: [] }])(
    'refuses to change its identifying fields: %j',
    async (body) => {
      const { id } = await aSource();

      const response = await admin(`/sources/${id}`, { method: 'PATCH', body });

      expect(await problemOf(response)).toMatchObject({ status: 400, code: 'field_invalid' });
    },
  );

  it.each(['src_none', '..', '%2e%2e', '0', "' OR 1=1--", 'x'.repeat(1_000), 'src_%00'])(
    "isn't found by %s",
    async (id) => {
      const responses = await Promise.all([
        admin(`/sources/${encodeURIComponent(id)}`),
        admin(`/sources/${encodeURIComponent(id)}`, { method: 'PATCH', body: {} }),
        admin(`/sources/${encodeURIComponent(id)}`, { method: 'DELETE' }),
        admin(`/sources/${encodeURIComponent(id)}/events`),
        admin(`/sources/${encodeURIComponent(id)}/server-keys`, { method: 'POST' }),
      ]);

      for (const response of responses) expect([404, 405]).toContain(response.status);
    },
  );
});

describe('the list of sources', () => {
  it('comes in pages, with each source once', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, i) => aSource({ id: `src_zz_page_${i}` })));

    const ids: string[] = [];
    let cursor: string | null = 'src_zz_page';
    while (cursor !== null) {
      const response: Response = await admin(`/sources?limit=2&cursor=${cursor}`);
      const page: { data: { id: string }[]; next_cursor: string | null } = await response.json();
      expect(page.data.length).toBeLessThanOrEqual(2);
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }

    expect(ids).toEqual(Array.from({ length: 5 }, (_, i) => `src_zz_page_${i}`));
  });

  it.each([
    ['/limit', 'limit=0'],
    ['/limit', 'limit=-1'],
    ['/limit', 'limit=201'],
    ['/limit', 'limit=1e9'],
    ['/limit', 'limit=abc'],
    ['/limit', 'limit=1.5'],
    ['/cursor', 'cursor='],
    ['/cursor', "cursor=' OR 1"],
  ])('refuses %s: %s', async (pointer, query) => {
    const response = await admin(`/sources?${query}`);

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
  });

  it.each(['cursor=src_x', 'cursor=1.5', 'limit=abc'])('refuses %s as a filter of events', async (query) => {
    const { id } = await aSource();

    const response = await admin(`/sources/${id}/events?${query}`);

    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'field_invalid' });
  });
});

describe('a server key', () => {
  it('is shown once, and stored as a hash', async () => {
    const source = await aSource();

    const made = await admin(`/sources/${source.id}/server-keys`, { method: 'POST' });

    const key = await made.json<{ id: string; key: string; last4: string }>();
    expect(made.status).toBe(201);
    expect(key.key).toMatch(SK);
    expect(key.last4).toBe(key.key.slice(-4));
    const read = await (await admin(`/sources/${source.id}`)).text();
    expect(read).toContain(key.id);
    expect(read).not.toContain(key.key);
    expect(read).not.toContain(await sha256Hex(key.key));
    expect(foundIn(await objectsAtRest(), [key.key])).toEqual([]);
  });

  it('is in KV under its hash, and is deleted with its source', async () => {
    const source = await aSource();
    const name = `config:server:${await sha256Hex(await aServerKey(source))}`;
    const before = await env.CONFIG.get(name);

    await admin(`/sources/${source.id}`, { method: 'DELETE' });

    expect(before).toContain(source.id);
    expect(await env.CONFIG.get(name)).toBeNull();
    expect(await env.CONFIG.get(`config:${source.write_key}`)).toBeNull();
  });
});
