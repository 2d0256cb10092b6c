import { describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource, problemOf } from '../support/api.ts';

const tagOf = async (path: string) => (await admin(path)).headers.get('ETag') ?? '';

async function aShop() {
  const source = await aSource();
  const integration = await anIntegrationOf(source);
  return { source: `/sources/${source.id}`, integration: `/integrations/${integration.id}` };
}

describe.each(['source', 'integration'] as const)('the %s that two people change', (kind) => {
  it('shows its version in every answer', async () => {
    const { [kind]: path } = await aShop();

    const read = await tagOf(path);
    const changed = await admin(path, { method: 'PATCH', body: { name: 'New' }, headers: { 'If-Match': read } });

    expect(read).toMatch(/^"[a-z0-9]+"$/);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('ETag')).toBe(await tagOf(path));
    expect(changed.headers.get('ETag')).not.toBe(read);
  });

  it("isn't changed by a person who hasn't seen the other's change", async () => {
    const { [kind]: path } = await aShop();
    const seen = await tagOf(path);
    const [first, second] = await Promise.all(
      ['One', 'Other'].map((name) => admin(path, { method: 'PATCH', body: { name }, headers: { 'If-Match': seen } })),
    );

    const statuses = new Set([first?.status, second?.status]);
    const deleted = await admin(path, { method: 'DELETE', headers: { 'If-Match': seen } });

    expect(statuses).toEqual(new Set([200, 412]));
    expect(await problemOf(deleted)).toMatchObject({ status: 412, code: 'changed_meanwhile' });
    expect((await admin(path)).status).toBe(200);
  });
});

describe('the version of', () => {
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
