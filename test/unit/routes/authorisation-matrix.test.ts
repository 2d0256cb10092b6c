import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { isAtLeast } from '../../../worker/domain/access/permission.ts';
import { neededRole } from '../../../worker/schema/openapi/needed-role.ts';
import { OPERATIONS } from '../../../worker/schema/openapi/operations.ts';
import type { Role } from '../../../worker/schema/settings/access-token.ts';
import { adminRoutes, aToken } from '../support/access.ts';
import { anIntegrationOf, ask, aSource, problemOf } from '../support/api.ts';

/** The tests' own list of who may use a route, independent of the code that decides it. Add new routes here. */
const ROLES: Readonly<Record<Role, readonly string[]>> = {
  viewer: [
    'GET /v1/admin/overview',
    'GET /v1/admin/search',
    'GET /v1/admin/session',
    'POST /v1/admin/session',
    'DELETE /v1/admin/session',
    'GET /v1/admin/sources',
    'GET /v1/admin/sources/{id}',
    'GET /v1/admin/sources/{id}/events',
    'GET /v1/admin/sources/{id}/events/{event}',
    'GET /v1/admin/sources/{id}/live',
    'GET /v1/admin/sources/{id}/events/live',
    'GET /v1/admin/sources/{id}/ledger',
    'GET /v1/admin/sources/{id}/ledger/rules',
    'GET /v1/admin/sources/{id}/refusals',
    'GET /v1/admin/sources/{id}/consent',
    'GET /v1/admin/sources/{id}/lint',
    'GET /v1/admin/sources/{id}/imports',
    'GET /v1/admin/sources/{id}/imports/{import}',
    'GET /v1/admin/sources/{id}/imports/{import}/report',
    'GET /v1/admin/sources/{id}/import-templates',
    'GET /v1/admin/sources/{id}/hooks',
    'GET /v1/admin/incidents',
    'GET /v1/admin/metrics',
    'GET /v1/admin/integrations',
    'GET /v1/admin/integrations/{id}',
    'GET /v1/admin/integrations/{id}/mappings',
    'GET /v1/admin/integrations/{id}/readiness',
    'GET /v1/admin/integrations/{id}/status',
    'GET /v1/admin/integrations/{id}/deliveries',
    'GET /v1/admin/integrations/{id}/deliveries/{delivery}',
    'GET /v1/admin/integrations/{id}/causes',
    'GET /v1/admin/integrations/{id}/replays/{replay}',
    'POST /v1/admin/integrations/{id}/doctor',
    'POST /v1/admin/integrations/{id}/preview',
    'GET /v1/admin/integrations/{id}/ad-accounts',
    'GET /v1/admin/integrations/{id}/campaigns',
    'GET /v1/admin/integrations/{id}/conversion-rules',
    'GET /v1/admin/integrations/{id}/conversion-rules/{rule}',
  ],
  editor: [
    'PATCH /v1/admin/sources/{id}',
    'POST /v1/admin/sources/{id}/write-keys',
    'DELETE /v1/admin/sources/{id}/write-keys/{key}',
    'POST /v1/admin/sources/{id}/server-keys',
    'DELETE /v1/admin/sources/{id}/server-keys/{key}',
    'POST /v1/admin/sources/{id}/hooks',
    'PATCH /v1/admin/sources/{id}/hooks/{hook}',
    'DELETE /v1/admin/sources/{id}/hooks/{hook}',
    'POST /v1/admin/sources/{id}/check-token',
    'POST /v1/admin/sources/{id}/imports',
    'POST /v1/admin/sources/{id}/imports/{import}/start',
    'DELETE /v1/admin/sources/{id}/imports/{import}',
    'POST /v1/admin/people/erase',
    'POST /v1/admin/integrations',
    'PATCH /v1/admin/integrations/{id}',
    'DELETE /v1/admin/integrations/{id}',
    'POST /v1/admin/integrations/{id}/mappings',
    'PATCH /v1/admin/integrations/{id}/mappings/{mapping}',
    'DELETE /v1/admin/integrations/{id}/mappings/{mapping}',
    'POST /v1/admin/integrations/{id}/replay',
    'POST /v1/admin/integrations/{id}/test-event',
    'GET /v1/admin/integrations/{id}/oauth/authorize',
    'POST /v1/admin/integrations/{id}/oauth/authorize',
    'POST /v1/admin/integrations/{id}/conversion-rules',
    'PATCH /v1/admin/integrations/{id}/conversion-rules/{rule}',
    'PUT /v1/admin/integrations/{id}/conversion-rules/{rule}/campaigns',
  ],
  owner: [
    'POST /v1/admin/sources',
    'DELETE /v1/admin/sources/{id}',
    'GET /v1/admin/tokens',
    'POST /v1/admin/tokens',
    'DELETE /v1/admin/tokens/{id}',
    'GET /v1/admin/audit-log',
    'GET /v1/admin/alert-channels',
    'GET /v1/admin/alert-channels/{id}',
    'POST /v1/admin/alert-channels',
    'PATCH /v1/admin/alert-channels/{id}',
    'DELETE /v1/admin/alert-channels/{id}',
    'POST /v1/admin/alert-channels/{id}/test',
    'GET /v1/admin/instance',
    'GET /v1/admin/sources/{id}/export',
    'GET /v1/admin/backup',
    'POST /v1/admin/restore',
    'DELETE /v1/admin/restore',
    'POST /v1/admin/stop',
    'POST /v1/admin/start',
  ],
};

const routes = adminRoutes().map(({ method, path }) => ({ method, path, needed: roleFor(`${method} ${path}`) }));

function roleFor(route: string): Role | undefined {
  return (['viewer', 'editor', 'owner'] as const).find((role) => ROLES[role].includes(route));
}

type Website = { sourceId: string; integrationId: string };

async function aWebsite(): Promise<Website> {
  const source = await aSource();
  const { id: integrationId } = await anIntegrationOf(source);
  return { sourceId: source.id, integrationId };
}

/** Created once, because refused calls change nothing. */
let shop: Website;
let other: Website;
const tokens = { viewer: '', editor: '', owner: '', expired: '', editorOfAnother: '' };

beforeAll(async () => {
  [shop, other] = await Promise.all([aWebsite(), aWebsite()]);
  tokens.viewer = (await aToken('viewer', { source_ids: [shop.sourceId] })).token;
  tokens.editor = (await aToken('editor', { source_ids: [shop.sourceId] })).token;
  tokens.owner = (await aToken('owner')).token;
  tokens.editorOfAnother = (await aToken('editor', { source_ids: [other.sourceId] })).token;
  vi.useFakeTimers({ now: Date.now() - 60_000, toFake: ['Date'] });
  tokens.expired = (await aToken('owner', { expires_at: new Date(Date.now() + 1_000).toISOString() })).token;
  vi.useRealTimers();
});

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});
afterEach(() => vi.restoreAllMocks());

type Route = { method: string; path: string };

async function call({ method, path }: Route, of: Website, headers: Record<string, string> = {}): Promise<Response> {
  const id = path.includes('/sources/') ? of.sourceId : of.integrationId;
  const response = await ask(path.replace('{id}', id).replaceAll(/\{\w+\}/g, '1001'), { method, headers });
  // A stream would never end.
  if (response.headers.get('Content-Type')?.startsWith('text/event-stream') === true) await response.body?.cancel();
  return response;
}

const asBearer = (token: string) => ({ Authorization: `Bearer ${token}` });

it('lists every route, and no other', () => {
  expect(routes.filter(({ needed }) => needed === undefined)).toEqual([]);
  expect(Object.values(ROLES).flat().toSorted()).toEqual(
    routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});

it('matches the OpenAPI document', () => {
  const documented = OPERATIONS.filter(({ path }) => path.startsWith('/v1/admin/')).map((operation) => [
    `${operation.method.toUpperCase()} ${operation.path}`,
    neededRole(operation),
  ]);

  expect(Object.fromEntries(documented)).toEqual(
    Object.fromEntries(routes.map(({ method, path, needed }) => [`${method} ${path}`, needed])),
  );
});

describe.each(routes)('$method $path', ({ needed = 'owner', ...route }) => {
  it('is closed without a token, with a wrong one and with an expired one', async () => {
    const answers = [
      await call(route, shop),
      // Uses its own address, so that the other tests' wrong tokens don't count for it.
      await call(route, shop, { ...asBearer(`adm_${'x'.repeat(43)}`), 'CF-Connecting-IP': crypto.randomUUID() }),
      await call(route, shop, asBearer(tokens.expired)),
    ];

    expect(await Promise.all(answers.map(problemOf))).toMatchObject([
      { status: 401, code: 'token_missing' },
      { status: 401, code: 'token_invalid' },
      { status: 401, code: 'token_expired' },
    ]);
  });

  const roles = (['viewer', 'editor', 'owner'] as const).filter((role) => isAtLeast(role, needed));
  const lesser = (['viewer', 'editor'] as const).filter((role) => !isAtLeast(role, needed));

  it.each(roles)('is open to the role %s', async (role) => {
    // A delete needs a source of its own.
    const website = route.method === 'DELETE' ? await aWebsite() : shop;
    const { token } =
      website === shop || role === 'owner'
        ? { token: tokens[role] }
        : await aToken(role, { source_ids: [website.sourceId] });

    const response = await call(route, website, asBearer(token));

    // Any other error is about the request, not about access.
    expect([401, 403]).not.toContain(response.status);
  });

  it.each(lesser)('is closed to the role %s', async (role) => {
    const response = await call(route, shop, asBearer(tokens[role]));

    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it("shows an editor nothing of other people's sources", async () => {
    const response = await call(route, shop, asBearer(tokens.editorOfAnother));

    const text = await response.text();
    expect(text).not.toContain(shop.integrationId);
    expect(text).not.toContain(shop.sourceId);
    const isOfSource = route.path.includes('{id}') && needed !== 'owner';
    expect([needed === 'owner' && 403, isOfSource && 404, response.status].find(Boolean)).toBe(response.status);
  });
});
