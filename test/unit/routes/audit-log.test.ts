import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';

import type { AuditEntry } from '../../../worker/schema/reports/audit.ts';
import { adminAs, aToken } from '../support/access.ts';
import { admin, anIntegrationOf, ask, aSource, problemOf } from '../support/api.ts';
import { aSandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';

async function entries(query = ''): Promise<AuditEntry[]> {
  const { data } = await (await admin(`/audit-log?limit=200${query}`)).json<{ data: AuditEntry[] }>();
  return data;
}

describe('the audit log', () => {
  it('is filtered by person, site and day', async () => {
    const source = await aSource({ name: 'Shop' });
    const { id } = await anIntegrationOf(source);
    const { id: tokenId, token } = await aToken('editor', { source_ids: [source.id], name: 'Agency' });
    await adminAs(token, `/integrations/${id}`, { method: 'PATCH', body: { name: 'New name' } });
    const today = new Date().toISOString().slice(0, 10);
    const methods = async (query: string) =>
      (await entries(`&source_id=${source.id}${query}`)).map(({ method }) => method);

    expect(await entries(`&actor_id=${tokenId}`)).toMatchObject([{ method: 'PATCH', actor: { name: 'Agency' } }]);
    expect(await methods('&actor_id=admin_token')).toEqual(['POST', 'POST']);
    expect(await methods(`&from=${today}&to=${today}`)).toEqual(['PATCH', 'POST', 'POST']);
    expect(await methods('&to=2026-01-01')).toEqual([]);
    expect(await methods('&from=2199-01-01')).toEqual([]);
  });

  it('is searched for an old or a new name, another value, the name of a person or site, and a whole ID', async () => {
    const { id } = await aSource({ name: 'Ärzte & "Co" Webshop' });
    await admin(`/sources/${id}`, { method: 'PATCH', body: { name: 'Nordlicht', labels: ['Eastern'] } });
    const other = await aSource({ name: 'Another' });
    const found = async (text: string) =>
      (await entries(`&text=${encodeURIComponent(text)}`)).map(({ method, path }) => `${method} ${path}`);
    const [made, renamed] = [`POST /sources/${id}`, `PATCH /sources/${id}`];

    expect(await found('ärzte & "co"')).toEqual([renamed, made]);
    expect(await found('A\u0308RZTE\u00a0& "co"')).toEqual([renamed, made]);
    expect(await found('nordLICHT')).toEqual([renamed, made]);
    expect(await found('eastern')).toEqual([renamed]);
    expect(await found(other.id)).toEqual([`POST /sources/${other.id}`]);
    expect(await found('sources/')).toEqual([]);
    expect(await found('field')).toEqual([]);
    const page = await admin('/audit-log?text=nordlicht&limit=1');
    const { data, next_cursor: next } = await page.json<{ data: AuditEntry[]; next_cursor: string }>();
    expect(data).toMatchObject([{ method: 'PATCH' }]);
    expect(await entries(`&text=nordlicht&cursor=${next}`)).toMatchObject([{ method: 'POST' }]);
  });

  it('is searched beyond the first five hundred entries', async () => {
    const { id } = await aSource({ name: 'The oldest of all' });
    await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) => {
      for (let made = 0; made < 600; made += 1)
        storage.sql.exec(
          "INSERT INTO audit_log (at_ms, actor_id, actor_role, method, path, fields) VALUES (?, 'x', 'owner', 'POST', '/stop', '[]')",
          made,
        );
    });

    expect(await entries('&text=oldest')).toMatchObject([{ path: `/sources/${id}` }]);
  });

  it.each([
    ['from', 'from=yesterday'],
    ['to', 'to=2026-99-99'],
    ['actor', 'actor=tok_1'],
    ['text', `text=${'x'.repeat(101)}`],
  ])("isn't filtered with an invalid %s", async (name, query) => {
    const response = await admin(`/audit-log?${query}`);

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer: `/${name}` });
  });

  it('says who changed what, newest first', async () => {
    const source = await aSource({ name: 'Shop' });
    const { id } = await anIntegrationOf(source);
    const { id: tokenId, token } = await aToken('editor', { source_ids: [source.id], name: 'Agency' });

    await adminAs(token, `/integrations/${id}`, {
      method: 'PATCH',
      body: { name: 'New name', config: { access_token: 'a-secret-of-linkedins', send_ip: true } },
    });
    await adminAs(token, `/integrations/${id}`, { method: 'DELETE' });

    const byAgency = { id: tokenId, name: 'Agency', role: 'editor' };
    const common = { at: expect.any(String), id: expect.any(String), source_id: source.id };
    expect(await entries(`&source_id=${source.id}`)).toEqual([
      {
        ...common,
        actor: byAgency,
        method: 'DELETE',
        path: `/integrations/${id}`,
        fields: [],
        changes: [{ field: '/name', from: 'New name', to: null }],
      },
      {
        ...common,
        actor: byAgency,
        method: 'PATCH',
        path: `/integrations/${id}`,
        fields: ['/name', '/config/access_token', '/config/send_ip'],
        changes: [
          { field: '/name', from: 'LinkedIn Conversions', to: 'New name' },
          { field: '/config/send_ip', from: null, to: true },
          { field: '/config/access_token', is_hidden: true },
        ],
      },
      {
        ...common,
        actor: { id: 'admin_token', name: null, role: 'owner' },
        method: 'POST',
        path: `/integrations/${id}`,
        fields: ['/source_id', '/config/account_id', '/config/access_token', '/config/conversion_rule_id'],
        changes: [
          { field: '/config/account_id', from: null, to: '100' },
          { field: '/config/conversion_rule_id/Order Completed', from: null, to: '1001' },
          { field: '/config/access_token', is_hidden: true },
        ],
      },
      {
        ...common,
        actor: expect.anything(),
        method: 'POST',
        path: `/sources/${source.id}`,
        fields: ['/name'],
        changes: [{ field: '/name', from: null, to: 'Shop' }],
      },
    ]);
  });

  it('says from what to what each kind of thing was changed', async () => {
    const source = await aSource({ name: 'Shop' });
    const { id } = await anIntegrationOf(source);
    const mapping = { id: 'map_a', name: 'Leads', trigger: 'event = "Lead"', conversion_rule_id: '1001' };
    const channel = { type: 'webhook', name: 'On call', url: 'https://hooks.example.com/in/secret-a1b2' };
    const made = await (await admin('/alert-channels', { body: channel })).json<{ id: string }>();
    await admin(`/integrations/${id}/mappings`, { body: mapping });

    await admin(`/sources/${source.id}`, {
      method: 'PATCH',
      body: { retention_days: 30, internal_ips: ['203.0.113.9'] },
    });
    await admin(`/integrations/${id}/mappings/map_a`, {
      method: 'PATCH',
      body: { trigger: 'event = "Lead Generated"' },
    });
    await admin(`/alert-channels/${made.id}`, {
      method: 'PATCH',
      body: { digest: 'daily', url: 'https://other.example/secret-c3d4' },
    });
    await admin(`/integrations/${id}/mappings/map_a`, { method: 'DELETE' });

    const log = await entries();
    expect(log.slice(0, 4).map(({ changes }) => changes)).toEqual([
      [{ field: '/name', from: 'Leads', to: null }],
      [
        { field: '/digest', from: 'none', to: 'daily' },
        { field: '/address', from: 'hooks.example.com', to: 'other.example' },
        { field: '/url', is_hidden: true },
      ],
      [{ field: '/trigger', from: 'event = "Lead"', to: 'event = "Lead Generated"' }],
      [
        { field: '/retention_days', from: 91, to: 30 },
        { field: '/internal_ips', is_hidden: true },
      ],
    ]);
    expect(JSON.stringify(log)).not.toMatch(/secret-a1b2|secret-c3d4|203\.0\.113/);
  });

  it('still has entries of a release that recorded no values', async () => {
    const source = await aSource();
    await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) =>
      storage.sql.exec(
        `INSERT INTO audit_log (at_ms, actor_id, actor_role, method, path, source_id, fields)
         VALUES (1, 'admin_token', 'owner', 'PATCH', '/sources/x', ?, '["/name"]')`,
        source.id,
      ),
    );

    expect((await entries(`&source_id=${source.id}`))[0]).toMatchObject({ fields: ['/name'], changes: null });
  });

  it('has no secret and no address of a person', async () => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source, { config: { access_token: 'tok-to-be-kept-secret' } });
    await admin('/people/erase', { body: { email: 'john.doe@example.com' } });
    await admin(`/sources/${source.id}/server-keys`, { method: 'POST' });

    const log = JSON.stringify(await entries());

    expect(log).toContain('"/people/erase"');
    expect(log).toContain(`/integrations/${id}`);
    expect(log).not.toMatch(/tok-to-be-kept-secret|john\.doe|sk_/);
  });

  it('has no entry for refused changes, nor for reading', async () => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source);
    const before = await entries();

    await admin(`/sources/${source.id}`);
    await admin(`/sources/${source.id}`, { method: 'PATCH', body: { nonsense: 1 } });
    await admin('/sources', { body: { id: source.id } });
    await admin(`/integrations/${id}/preview`, { body: { type: 'track', event: 'Order Completed' } });
    await admin(`/integrations/${id}/replay`, { body: { filter: {}, preview: true } });

    expect(await entries()).toEqual(before);
  });

  it('is read in pages', async () => {
    for (let made = 0; made < 3; made += 1) await aSource();

    const first = await (await admin('/audit-log?limit=2')).json<{ data: AuditEntry[]; next_cursor: string }>();
    const second = await (await admin(`/audit-log?limit=2&cursor=${first.next_cursor}`)).json<{ data: AuditEntry[] }>();

    const all = await entries();
    expect([...first.data, ...second.data]).toEqual(all.slice(0, 4));
    expect((await admin('/audit-log?cursor=x')).status).toBe(400);
  });

  it('still names a token after it was revoked', async () => {
    const { id, token } = await aToken('owner', { name: 'Left the company' });
    await adminAs(token, '/sources', { body: {} });

    await admin(`/tokens/${id}`, { method: 'DELETE' });

    expect((await entries()).find(({ actor }) => actor.id === id)?.actor.name).toBe('Left the company');
  });

  it('says who started connecting LinkedIn', async () => {
    const linkedIn = aSandboxedLinkedIn();
    const source = await aSource();
    const { id } = await anIntegrationOf(source, {
      config: { access_token: null, oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' },
    });
    const { id: tokenId, token } = await aToken('editor', { source_ids: [source.id] });
    const begun = await adminAs(token, `/integrations/${id}/oauth/authorize`, { method: 'POST' });
    const { url, redirect_uri } = await begun.json<{ url: string; redirect_uri: string }>();
    const scopes = ['r_ads', 'rw_conversions'];
    linkedIn.world.grants.set('code-1', { client_id: 'app-1', redirect_uri, scopes, issued_at: Date.now() });

    await ask(`/oauth/linkedin/callback?code=code-1&state=${new URL(url).searchParams.get('state')}`);

    vi.restoreAllMocks();
    const [newest] = await entries(`&source_id=${source.id}`);
    expect(newest).toMatchObject({
      actor: { id: tokenId, role: 'editor' },
      path: `/integrations/${id}`,
      fields: ['/config/access_token', '/config/refresh_token'],
    });
  });

  it('forgets the values of a deleted source, and not who changed what', async () => {
    const { id } = await aSource();
    await admin(`/sources/${id}`, { method: 'PATCH', body: { name: 'Zebra' } });
    const other = await aSource({ name: 'Zebra 2' });
    expect((await admin(`/sources/${id}`, { method: 'DELETE' })).status).toBe(204);

    const entriesOf = async (sourceId: string) => {
      const answer = await admin(`/audit-log?source_id=${sourceId}`);
      return (await answer.json<{ data: { method: string; changes: unknown }[] }>()).data;
    };
    expect(await entriesOf(id)).toMatchObject(['DELETE', 'PATCH', 'POST'].map((method) => ({ method, changes: null })));
    expect(JSON.stringify(await entriesOf(other.id))).toContain('Zebra 2');
  });

  it("can't be changed or shortened, not even by us", async () => {
    await aSource();

    const attempts = await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) =>
      [
        'UPDATE audit_log SET path = ?',
        'UPDATE audit_log SET changes = ?',
        'UPDATE audit_log SET changes = NULL, source_id = ?',
        'DELETE FROM audit_log WHERE path <> ?',
      ].map((query) => {
        try {
          storage.sql.exec(query, '/nothing');
          return 'done';
        } catch (error) {
          return String(error);
        }
      }),
    );

    expect(attempts).toEqual(attempts.map(() => expect.stringContaining('append-only')));
  });
});
