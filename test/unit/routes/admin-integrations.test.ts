import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';

import worker from '../../../worker/index.ts';
import { vaultOf } from '../../../worker/objects/credentials/vault-of.ts';
import type { REMOVABLE_SETTINGS } from '../../../worker/schema/settings/integration.ts';
import { admin, ADMIN_TOKEN, anIntegrationOf, aRequest, aSource, problemOf } from '../support/api.ts';
import { foundIn, kvAtRest, objectsAtRest } from '../support/at-rest.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeAll(noLinkedIn);

/** The body of the curl call in the Datafly document, unchanged. */
const DATAFLY_BODY = `{
"source_id": "src_abc123",
"vendor": "linkedin",
"name": "LinkedIn Conversions",
"enabled": true,
"config": {
"account_id": "123456789",
"access_token": "your_oauth_access_token",
"refresh_token": "your_refresh_token",
"oauth_client_id": "your_client_id",
"oauth_client_secret": "your_client_secret",
"conversion_rule_id": {
"Order Completed": "urn:lla:llaPartnerConversion:987654",
"Lead Generated": "urn:lla:llaPartnerConversion:987655",
"Signed Up": "urn:lla:llaPartnerConversion:987656"
}
},
"consent_categories": ["advertising"]
}`;

const SECRETS = {
  access_token: 'AQXcanaryaccesstoken0123456789',
  refresh_token: 'AQXcanaryrefreshtoken0123456789',
  oauth_client_secret: 'WPL_AP1.canaryclientsecret',
};

/** The settings that null removes, each with a value that isn't its default. */
const REMOVABLE = {
  rate_limit_rps: 5,
  rate_limit_burst: 7,
  quota_per_minute: 50,
  quota_per_day: 1_000,
  linkedin_version: '202609',
} satisfies Record<(typeof REMOVABLE_SETTINGS)[number], unknown>;

describe('an integration', () => {
  it("is created by the call in Datafly's document, unchanged", async () => {
    await aSource({ id: 'src_abc123' });

    const response = await admin('/integrations', { body: DATAFLY_BODY });

    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^int_[a-z0-9]{24}$/),
      source_id: 'src_abc123',
      vendor: 'linkedin',
      name: 'LinkedIn Conversions',
      enabled: true,
      config: {
        account_id: '123456789',
        access_token: { set: true, last4: 'oken' },
        refresh_token: { set: true, last4: 'oken' },
        oauth_client_id: 'your_client_id',
        oauth_client_secret: { set: true, last4: 'cret' },
        conversion_rule_id: {
          'Order Completed': 'urn:lla:llaPartnerConversion:987654',
          'Lead Generated': 'urn:lla:llaPartnerConversion:987655',
          'Signed Up': 'urn:lla:llaPartnerConversion:987656',
        },
      },
      consent_categories: ['advertising'],
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
  });

  it('only needs a source and an account', async () => {
    const { id } = await aSource();

    const response = await admin('/integrations', { body: { source_id: id, config: { account_id: '100' } } });

    expect(await response.json()).toMatchObject({
      source_id: id,
      vendor: 'linkedin',
      name: 'LinkedIn Conversions',
      enabled: true,
      consent_categories: ['advertising'],
      config: { account_id: '100', access_token: { set: false } },
    });
  });

  it('is read, changed field by field, and deleted', async () => {
    const { id } = await anIntegrationOf(await aSource(), { config: { send_ip: true } });

    const changed = await admin(`/integrations/${id}`, {
      method: 'PATCH',
      body: { enabled: false, config: { default_currency: 'eur' } },
    });
    const read = await admin(`/integrations/${id}`);
    const deleted = await admin(`/integrations/${id}`, { method: 'DELETE' });
    const gone = await admin(`/integrations/${id}`);

    const expected = {
      enabled: false,
      config: { account_id: '100', send_ip: true, default_currency: 'EUR', access_token: { set: true } },
    };
    expect(await changed.json()).toMatchObject(expected);
    expect(await read.json()).toMatchObject(expected);
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    expect(await problemOf(gone)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('keeps a secret that a change omits, and removes one that is null', async () => {
    const { id } = await anIntegrationOf(await aSource(), { config: SECRETS });

    const renamed = await admin(`/integrations/${id}`, { method: 'PATCH', body: { name: 'Renamed' } });
    const cleared = await admin(`/integrations/${id}`, {
      method: 'PATCH',
      body: { config: { refresh_token: null, access_token: 'a-new-access-token' } },
    });

    expect(await renamed.json()).toMatchObject({
      name: 'Renamed',
      config: { access_token: { set: true, last4: '6789' }, refresh_token: { set: true, last4: '6789' } },
    });
    expect(await cleared.json()).toMatchObject({
      config: {
        access_token: { set: true, last4: 'oken' },
        refresh_token: { set: false },
        oauth_client_secret: { set: true },
      },
    });
  });

  it.each(Object.entries(REMOVABLE))('uses the default of %s again when it is set to null', async (name, value) => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source, { config: { [name]: value } });

    const response = await admin(`/integrations/${id}`, { method: 'PATCH', body: { config: { [name]: null } } });

    const { config } = await response.json<{ config: Record<string, unknown> }>();
    expect(Object.keys(config)).not.toContain(name);
  });

  it('never shows any part of a short secret', async () => {
    const { id } = await anIntegrationOf(await aSource(), { config: { access_token: 'tok-ok' } });

    expect(await (await admin(`/integrations/${id}`)).json()).toMatchObject({
      config: { access_token: { set: true } },
    });
    expect(await (await admin(`/integrations/${id}`)).text()).not.toContain('last4');
  });

  it('stores its secrets only encrypted, and never returns them', async () => {
    const source = await aSource();
    const made = await anIntegrationOf(source, { config: { ...SECRETS, oauth_client_id: 'app-1' } });
    await admin(`/integrations/${made.id}`, { method: 'PATCH', body: { config: SECRETS } });

    const answers = await Promise.all(
      ['', '/status', '/deliveries'].map(async (path) => (await admin(`/integrations/${made.id}${path}`)).text()),
    );
    const list = await (await admin('/integrations?limit=200')).text();
    const atRest = [await kvAtRest(), await objectsAtRest()];

    expect(foundIn(atRest.join(), [source.write_key, made.id])).toHaveLength(2);
    const forms = Object.values(SECRETS).flatMap((secret) => [
      secret,
      btoa(secret).slice(0, -4),
      new TextEncoder().encode(secret).toHex(),
    ]);
    expect(foundIn([...answers, list, ...atRest].join(), forms)).toEqual([]);
  });

  it('leaves no secret behind when it is deleted', async () => {
    const { id } = await anIntegrationOf(await aSource(), { config: SECRETS });
    const integration = await env.REGISTRY.getByName('registry').integration(id);
    const vault = vaultOf(env, { id, incarnation: integration?.incarnation });
    const before = await vault.access();
    await admin(`/integrations/${id}`, { method: 'DELETE' });

    const access = await vault.access();

    expect(before).toMatchObject({ kind: 'token' });
    expect(access).toMatchObject({ kind: 'none', reason: 'credentials_missing' });
  });

  it("isn't created for a source that doesn't exist, and leaves no secret behind", async () => {
    const response = await admin('/integrations', {
      body: { id: 'int_orphan', source_id: 'src_none', config: { account_id: '100', ...SECRETS } },
    });

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer: '/source_id' });
    expect(await env.CREDENTIALS.getByName('int_orphan').access()).toMatchObject({ kind: 'none' });
  });

  it("isn't created twice with one ID, and the first keeps its secrets", async () => {
    const source = await aSource();
    const config = { account_id: '100', access_token: 'the-first-token' };
    await admin('/integrations', { body: { id: 'int_twice', source_id: source.id, config } });

    const again = await admin('/integrations', {
      body: { id: 'int_twice', source_id: source.id, config: { ...config, access_token: 'the-second-token' } },
    });

    expect(await problemOf(again)).toEqual({ status: 409, code: 'already_exists', pointer: '/id' });
    const incarnation = (await env.REGISTRY.getByName('registry').integration('int_twice'))?.incarnation;
    const access = await vaultOf(env, { id: 'int_twice', incarnation }).access();
    expect(access).toMatchObject({ token: 'the-first-token' });
  });

  it.each([
    // Q20: it looks like a currency code but isn't one.
    ['/config/default_currency', { config: { account_id: '1', default_currency: 'EUO' } }],
    ['/config/default_currency', { config: { account_id: '1', default_currency: 'euro' } }],
    ['/config/default_currency', { config: { account_id: '1', default_currency: 'XX' } }],
    ['/config/default_currency', { config: { account_id: '1', default_currency: '€' } }],
    ['/config/default_currency', { config: { account_id: '1', default_currency: '' } }],
    ['/source_id', { source_id: undefined }],
    ['/source_id', { source_id: '../x' }],
    ['/id', { id: 'x' }],
    ['/vendor', { vendor: 'facebook' }],
    ['/name', { name: '' }],
    ['/enabled', { enabled: 'true' }],
    ['/consent_categories', { consent_categories: 'advertising' }],
    ['/consent_categories/0', { consent_categories: [''] }],
    ['/consent_categories/0', { consent_categories: ['a b'] }],
    // These names describe the answer, so a no under them would be ignored.
    ['/consent_categories/1', { consent_categories: ['advertising', 'source'] }],
    ['/consent_categories/0', { consent_categories: ['Said_At'] }],
    ['/consent_categories/0', { consent_categories: ['deniedConsentIds'] }],
    ['/config', { config: null }],
    ['/config', { config: undefined }],
    ['/config/account_id', { config: {} }],
    ['/config/account_id', { config: { account_id: 100 } }],
    ['/config/account_id', { config: { account_id: 'acme' } }],
    ['/config/access_token', { config: { account_id: '1', access_token: '' } }],
    ['/config/access_token', { config: { account_id: '1', access_token: 'a b' } }],
    ['/config/access_token', { config: { account_id: '1', access_token: 'a\r\nX-Evil: 1' } }],
    ['/config/access_token', { config: { account_id: '1', access_token: 'x'.repeat(10_001) } }],
    ['/config/refresh_token', { config: { account_id: '1', refresh_token: 7 } }],
    ['/config/conversion_rule_id', { config: { account_id: '1', conversion_rule_id: ['987654'] } }],
    ['/config/conversion_rule_id/Order', { config: { account_id: '1', conversion_rule_id: { Order: 'abc' } } }],
    ['/config/conversion_rule_id/a~1b~0c', { config: { account_id: '1', conversion_rule_id: { 'a/b~c': '-1' } } }],
    [
      '/config/conversion_rule_id/x',
      { config: { account_id: '1', conversion_rule_id: { x: 'urn:lla:llaPartnerConversion:1,2' } } },
    ],
    [
      '/config/conversion_rule_id/x',
      { config: { account_id: '1', conversion_rule_id: { x: 'urn:lla:llaPartnerConversion:1/../2' } } },
    ],
    ['/config/conversion_rule_id/x', { config: { account_id: '1', conversion_rule_id: { x: '1'.repeat(40) } } }],
    ['/config/conversion_rule_id/x', { config: { account_id: '1', conversion_rule_id: { x: [] } } }],
    ['/config/rate_limit_rps', { config: { account_id: '1', rate_limit_rps: 0 } }],
    ['/config/rate_limit_burst', { config: { account_id: '1', rate_limit_burst: '60' } }],
    ['/config/quota_per_day', { config: { account_id: '1', quota_per_day: -1 } }],
    ['/config/linkedin_version', { config: { account_id: '1', linkedin_version: '2026-09' } }],
    [
      '/config/linkedin_version',
      { config: { account_id: '1', linkedin_version: '202613', allow_unknown_version: true } },
    ],
    ['/config/linkedin_version', { config: { account_id: '1', linkedin_version: null } }],
    ['/config/default_currency', { config: { account_id: '1', default_currency: 'EURO' } }],
    ['/config/test_mode', { config: { account_id: '1', test_mode: 1 } }],
    ['/config/apiBase', { config: { account_id: '1', apiBase: 'http://169.254.169.254' } }],
    ['/secrets', { secrets: {} }],
  ])("isn't created when %s is wrong: %j", async (pointer, over) => {
    const { id } = await aSource();

    const response = await admin('/integrations', { body: { source_id: id, config: { account_id: '1' }, ...over } });

    const { status, code, pointer: named } = await problemOf(response);
    expect({ status, code }).toEqual({ status: 400, code: 'field_invalid' });
    expect(named).toBe(pointer);
  });

  it("doesn't repeat a secret that it refuses", async () => {
    const { id } = await aSource();

    const response = await admin('/integrations', {
      body: { source_id: id, config: { account_id: '1', access_token: 'AQX canary token' } },
    });

    expect(await response.text()).not.toContain('canary');
  });

  it.each([{ source_id: 'src_other' }, { vendor: 'linkedin' }, { id: 'int_other' }, { config: { nonsense: 1 } }])(
    'refuses to change its identifying fields: %j',
    async (body) => {
      const { id } = await anIntegrationOf(await aSource());

      const response = await admin(`/integrations/${id}`, { method: 'PATCH', body });

      expect(await problemOf(response)).toMatchObject({ status: 400, code: 'field_invalid' });
    },
  );

  it.each([undefined, '', 'c2hvcnQ=', 'not base64!'])(
    "isn't created while there is no key to seal its secrets with: %j",
    async (ENCRYPTION_KEY) => {
      const { id } = await aSource();
      const request = aRequest('/v1/admin/integrations', {
        body: { source_id: id, config: { account_id: '1', access_token: 'tok' } },
        headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      const { ENCRYPTION_KEY: _, ...bindings } = env;

      const response = await worker.fetch(
        // A request from outside has none of our properties, but the types don't express that.
        new Request<unknown, IncomingRequestCfProperties>(request),
        ENCRYPTION_KEY === undefined ? bindings : { ...bindings, ENCRYPTION_KEY },
        createExecutionContext(),
      );

      expect(await problemOf(response)).toMatchObject({ status: 503, code: 'encryption_key_missing' });
    },
  );
});

describe('the list of integrations', () => {
  it('comes in pages, for all sources or for one', async () => {
    const [one, other] = await Promise.all([aSource(), aSource()]);
    const ids = ['int_zz_1', 'int_zz_2', 'int_zz_3'];
    for (const id of ids) await anIntegrationOf(one, { id });
    await anIntegrationOf(other, { id: 'int_zz_4' });

    const ofOne = await admin(`/integrations?source_id=${one.id}&limit=2`);
    const rest = await admin(`/integrations?source_id=${one.id}&limit=2&cursor=int_zz_2`);
    const all = await admin('/integrations?limit=200&cursor=int_zz');

    expect(await ofOne.json()).toMatchObject({
      data: [{ id: 'int_zz_1' }, { id: 'int_zz_2' }],
      next_cursor: 'int_zz_2',
    });
    expect(await rest.json()).toMatchObject({ data: [{ id: 'int_zz_3' }], next_cursor: null });
    expect(await all.json()).toMatchObject({
      data: [...ids, 'int_zz_4'].map((id) => ({ id })),
      next_cursor: null,
    });
  });
});

describe('a new setup', () => {
  it('reaches the collector even if KV was unreachable at first', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const put = vi.spyOn(env.CONFIG, 'put').mockRejectedValue(new Error('KV PUT failed: 500'));
    const { write_key } = await aSource();

    put.mockRestore();

    await expect.poll(() => env.CONFIG.get(`config:${write_key}`), { timeout: 10_000 }).not.toBeNull();
  });
});
