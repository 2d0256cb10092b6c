import { beforeAll, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource, problemOf } from '../support/api.ts';
import { aSandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';

beforeAll(() => {
  aSandboxedLinkedIn();
});

const tagOf = async (path: string) => (await admin(path)).headers.get('ETag') ?? '';

async function aShop(config = {}) {
  const source = await aSource();
  const integration = await anIntegrationOf(source, { config });
  return { source: `/sources/${source.id}`, integration: `/integrations/${integration.id}` };
}

async function aChannel() {
  const body = { type: 'webhook', name: 'On call', url: 'https://hooks.example.com/in/a1b2' };
  const { id } = await (await admin('/alert-channels', { body })).json<{ id: string }>();
  return { 'alert channel': `/alert-channels/${id}` };
}

async function aRule() {
  const { integration } = await aShop({ access_token: 'tok-ok' });
  return { 'conversion rule': `${integration}/conversion-rules/1001` };
}

const pathOf = {
  source: async () => (await aShop()).source,
  integration: async () => (await aShop()).integration,
  'alert channel': async () => (await aChannel())['alert channel'],
  'conversion rule': async () => (await aRule())['conversion rule'],
};
const KINDS = ['source', 'integration', 'alert channel', 'conversion rule'] as const;
/** A rule is LinkedIn's, and LinkedIn is not asked for two changes at the same moment. */
const isOurs = (kind: (typeof KINDS)[number]): boolean => kind !== 'conversion rule';

describe.each(KINDS)('the %s that two people change', (kind) => {
  it('shows its version in every answer', async () => {
    const path = await pathOf[kind]();

    const read = await tagOf(path);
    const changed = await admin(path, { method: 'PATCH', body: { name: 'New' }, headers: { 'If-Match': read } });

    expect(read).toMatch(/^"[a-z0-9]+"$/);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('ETag')).toBe(await tagOf(path));
    expect(changed.headers.get('ETag')).not.toBe(read);
  });

  it("isn't changed by a person who hasn't seen the other's change", async () => {
    const path = await pathOf[kind]();
    const seen = await tagOf(path);
    const change = (name: string) => admin(path, { method: 'PATCH', body: { name }, headers: { 'If-Match': seen } });
    const first = isOurs(kind) ? undefined : await change('First');
    const both = await Promise.all(['One', 'Other'].map(change));

    const statuses = new Set([...(first === undefined ? [] : [first]), ...both].map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 412]));
    expect(await problemOf(await change('Third'))).toMatchObject({ status: 412, code: 'changed_meanwhile' });
    expect((await admin(path)).status).toBe(200);
  });
});

it.each(['source', 'integration'] as const)(
  "the %s isn't deleted by a person who hasn't seen a change",
  async (kind) => {
    const path = await pathOf[kind]();
    const seen = await tagOf(path);
    await admin(path, { method: 'PATCH', body: { name: 'New' } });

    const deleted = await admin(path, { method: 'DELETE', headers: { 'If-Match': seen } });

    expect(await problemOf(deleted)).toMatchObject({ status: 412, code: 'changed_meanwhile' });
    expect((await admin(path)).status).toBe(200);
  },
);

describe('the version of', () => {
  it('a conversion rule stays when campaigns are added, which are never removed', async () => {
    const path = await pathOf['conversion rule']();
    const before = await tagOf(path);

    const added = await admin(`${path}/campaigns`, { method: 'PUT', body: { campaign_ids: ['201'] } });

    expect(added.status).toBe(200);
    expect(await tagOf(path)).toBe(before);
  });

  it('an alert channel stays when it is used', async () => {
    const path = await pathOf['alert channel']();
    const before = await tagOf(path);

    await admin(`${path}/test`, { method: 'POST' });

    expect(await tagOf(path)).toBe(before);
  });

  it('an integration changes with its mappings', async () => {
    const { integration } = await aShop();
    const before = await tagOf(integration);

    await admin(`${integration}/mappings`, { body: { name: 'New', conversion_rule_id: '1001' } });

    expect(await tagOf(integration)).not.toBe(before);
  });

  it('a source changes with its keys', async () => {
    const { source } = await aShop();
    const before = await tagOf(source);
    await admin(`${source}/server-keys`, { method: 'POST' });
    const between = await tagOf(source);
    await admin(`${source}/write-keys`, { method: 'POST' });

    expect(new Set([before, between, await tagOf(source)]).size).toBe(3);
  });
});

it('an integration changes no secret when the change is refused', async () => {
  const { integration } = await aShop();

  const refused = await admin(integration, {
    method: 'PATCH',
    body: { config: { access_token: 'another-token-of-linkedins' } },
    headers: { 'If-Match': '"old"' },
  });

  const { config } = await (await admin(integration)).json<{ config: { access_token: unknown } }>();
  expect(refused.status).toBe(412);
  expect(config.access_token).toEqual({ set: true, last4: 'ests' });
});
