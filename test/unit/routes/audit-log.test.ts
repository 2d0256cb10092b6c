import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';

import type { AuditEntry } from '../../../worker/schema/reports/audit.ts';
import { adminAs, aToken } from '../support/access.ts';
import { admin, anIntegrationOf, ask, aSource } from '../support/api.ts';
import { aSandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';

async function entries(query = ''): Promise<AuditEntry[]> {
  const { data } = await (await admin(`/audit-log?limit=200${query}`)).json<{ data: AuditEntry[] }>();
  return data;
}

describe('the audit log', () => {
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
      { ...common, actor: byAgency, method: 'DELETE', path: `/integrations/${id}`, fields: [] },
      {
        ...common,
        actor: byAgency,
        method: 'PATCH',
        path: `/integrations/${id}`,
        fields: ['/name', '/config/access_token', '/config/send_ip'],
      },
      {
        ...common,
        actor: { id: 'admin_token', name: null, role: 'owner' },
        method: 'POST',
        path: `/integrations/${id}`,
        fields: ['/source_id', '/config/account_id', '/config/access_token', '/config/conversion_rule_id'],
      },
      { ...common, actor: expect.anything(), method: 'POST', path: `/sources/${source.id}`, fields: ['/name'] },
    ]);
  });

  it('has the names of the changed fields, never their values', async () => {
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

  it("can't be changed or shortened, not even by us", async () => {
    await aSource();

    const attempts = await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) =>
      ['UPDATE audit_log SET path = ?', 'DELETE FROM audit_log WHERE path <> ?'].map((query) => {
        try {
          storage.sql.exec(query, '/nothing');
          return 'done';
        } catch (error) {
          return String(error);
        }
      }),
    );

    expect(attempts).toEqual([expect.stringContaining('append-only'), expect.stringContaining('append-only')]);
  });
});
