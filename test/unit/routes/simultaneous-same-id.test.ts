/** T10: credentials belong to the integration that they were created for, even if another one wants its ID. */
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';

import { vaultOf } from '../../../worker/objects/credentials/vault-of.ts';
import { aToken, adminAs } from '../support/access.ts';
import { admin, anIntegrationOf, aSource, ask, problemOf } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { aSandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';

type Tenant = { source: MadeSource; token: string };

async function aTenant(): Promise<Tenant> {
  const source = await aSource({ unknown_consent: 'granted' });
  const { token } = await aToken('editor', { source_ids: [source.id] });
  return { source, token };
}

const bodyOf = ({ source }: Tenant, id: string, accessToken: string) => ({
  id,
  source_id: source.id,
  config: { account_id: '100', access_token: accessToken, conversion_rule_id: { 'Order Completed': '1001' } },
});

/** Returns the token that an integration's deliveries would use. */
async function tokenOf(id: string): Promise<string | undefined> {
  const integration = await env.REGISTRY.getByName('registry').integration(id);
  if (integration === undefined) return undefined;
  const access = await vaultOf(env, integration).access();
  if (access.kind === 'unavailable') return access.kind;
  return access.kind === 'token' ? access.token : access.reason;
}

describe('two tenants who create an integration with one ID at the same moment', () => {
  it('get one integration, with the token of the first', async () => {
    const tenants = [await aTenant(), await aTenant()] as const;
    for (let round = 0; round < 20; round += 1) {
      const id = `int_wanted_${round}`;
      const made = await Promise.all(
        tenants.map((tenant, index) =>
          adminAs(tenant.token, '/integrations', { body: bodyOf(tenant, id, `token-of-tenant-${index}`) }),
        ),
      );

      const winner = made.findIndex(({ status }) => status === 201);
      expect(made.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([201, 409]);
      expect(await tokenOf(id)).toBe(`token-of-tenant-${winner}`);
      expect(await made[winner]?.json()).toMatchObject({
        source_id: tenants[winner]?.source.id,
        config: { access_token: { set: true, last4: `nt-${winner}`.slice(-4) } },
      });
    }
  });

  it("never leave one with the other's secrets, even if they change and delete it too", async () => {
    const tenants = [await aTenant(), await aTenant()] as const;
    const id = 'int_fought_over';
    const own = (index: number) => new RegExp(`^token-of-tenant-${index}-`);
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(
        tenants.flatMap((tenant, index) => {
          const token = `token-of-tenant-${index}-${round}`;
          return [
            adminAs(tenant.token, '/integrations', { body: bodyOf(tenant, id, token) }),
            adminAs(tenant.token, `/integrations/${id}`, {
              method: 'PATCH',
              body: { config: { access_token: token } },
            }),
            adminAs(tenant.token, `/integrations/${id}?deliveries=discard`, { method: 'DELETE' }),
          ];
        }),
      );

      const integration = await env.REGISTRY.getByName('registry').integration(id);
      const owner = tenants.findIndex(({ source }) => source.id === integration?.source_id);
      const token = await tokenOf(id);
      expect(token === undefined || token === 'credentials_missing' || own(owner).test(token)).toBe(true);
    }
  });
});

describe('a new integration that reuses an ID', () => {
  const app = { oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' };

  it("has none of the old one's secrets, even if those were never cleared", async () => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source, { id: 'int_again', config: { access_token: 'token-of-the-first' } });
    // A crash between the registry and the credentials left them, before the registry remembered its deletions.
    const registry = env.REGISTRY.getByName('registry');
    const incarnation = (await registry.integration(id))?.incarnation;
    await registry.removeIntegration(id, { ifMatch: undefined, incarnation, isDiscarded: true });
    await registry.cleared({ kind: 'integration', id, sourceId: source.id, incarnation, isDiscarded: true });

    await admin('/integrations', { body: { id, source_id: source.id, config: { account_id: '100' } } });

    expect(await tokenOf(id)).toBe('credentials_missing');
    expect(await (await admin(`/integrations/${id}`)).json()).toMatchObject({
      config: { access_token: { set: false } },
    });
  });

  it("isn't connected by a person who started connecting the old one", async () => {
    const before = await aTenant();
    const after = await aTenant();
    const { id } = await anIntegrationOf(before.source, { id: 'int_connected', config: app });
    const begun = await adminAs(before.token, `/integrations/${id}/oauth/authorize`, { method: 'POST' });
    const { url, redirect_uri } = await begun.json<{ url: string; redirect_uri: string }>();
    const scopes = ['r_ads', 'rw_conversions'];
    const linkedIn = aSandboxedLinkedIn();
    linkedIn.world.grants.set('code-of-before', { client_id: 'app-1', redirect_uri, scopes, issued_at: Date.now() });
    await adminAs(before.token, `/integrations/${id}`, { method: 'DELETE' });
    await anIntegrationOf(after.source, { id, config: { ...app, access_token: 'token-of-after' } });

    const state = new URL(url).searchParams.get('state');
    const page = await ask(`/oauth/linkedin/callback?code=code-of-before&state=${state}`);

    vi.restoreAllMocks();
    expect(page.status).toBe(401);
    expect(await tokenOf(id)).toBe('token-of-after');
  });

  it("isn't changed, mapped or deleted by a request for the old one", async () => {
    const source = await aSource();
    const registry = env.REGISTRY.getByName('registry');
    const { id } = await anIntegrationOf(source, { id: 'int_meant' });
    const before = await registry.integration(id);
    await admin(`/integrations/${id}`, { method: 'DELETE' });
    await anIntegrationOf(await aSource(), { id, name: 'The later one' });
    const stale = { ifMatch: undefined, incarnation: before?.incarnation, now: new Date().toISOString() };

    const ends = [
      (await registry.changeIntegration(id, { name: 'x', config: {} }, stale)).kind,
      await registry.removeIntegration(id, { ...stale, isDiscarded: true }),
      await registry.removeMapping(id, 'map_x', stale),
      await registry.noteSecrets({ id, incarnation: before?.incarnation }, { access_token: { set: false } }),
    ];

    expect(ends).toEqual(['not_found', 'not_found', 'not_found', undefined]);
    expect((await registry.integration(id))?.name).toBe('The later one');
  });
});

it('an integration from before incarnations keeps its credentials', async () => {
  const source = await aSource();
  const id = 'int_of_before';
  const now = new Date().toISOString();
  await env.REGISTRY.getByName('registry').addIntegration({
    id,
    source_id: source.id,
    vendor: 'linkedin',
    name: 'Old',
    enabled: true,
    config: { account_id: '100' },
    secrets: {
      access_token: { set: true },
      refresh_token: { set: false },
      oauth_client_secret: { set: false },
    },
    consent_categories: [],
    created_at: now,
    updated_at: now,
  });
  await env.CREDENTIALS.getByName(id).change(id, { access_token: 'token-of-before' });

  const changed = await admin(`/integrations/${id}`, { method: 'PATCH', body: { name: 'New' } });

  expect(changed.status).toBe(200);
  expect(await tokenOf(id)).toBe('token-of-before');
});

it('the incarnation of an integration is never shown', async () => {
  const { id } = await anIntegrationOf(await aSource());

  const shown = await (await admin(`/integrations/${id}`)).text();
  const listed = await (await admin('/integrations')).text();

  expect(`${shown}${listed}`).not.toContain('incarnation');
  expect(await problemOf(await admin('/integrations/int_none'))).toMatchObject({ status: 404 });
});
