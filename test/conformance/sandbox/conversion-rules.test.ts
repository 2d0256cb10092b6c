import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { NOW } from './an-event.ts';
import { ask, type Question } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const ACCOUNT = 'account=urn%3Ali%3AsponsoredAccount%3A100';

const aNewRule = (over: Record<string, unknown> = {}) => ({
  name: 'CAPI Purchase',
  account: 'urn:li:sponsoredAccount:100',
  conversionMethod: 'CONVERSIONS_API',
  type: 'PURCHASE',
  ...over,
});

const create = (body: unknown, { query = '', headers = {} }: { query?: string; headers?: Question['headers'] } = {}) =>
  ask(sandbox, `/rest/conversions${query}`, { headers, body });

const patch = (path: string, set: unknown) =>
  ask(sandbox, `/rest/conversions/${path}`, {
    headers: { 'X-RestLi-Method': 'PARTIAL_UPDATE' },
    body: { patch: { $set: set } },
  });

describe('creating a rule', () => {
  it('row 48: answers with the complete rule, its defaults and its address', async () => {
    const reply = await create(aNewRule());

    const id = Number(reply.headers.get('x-restli-id'));
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(`/conversions/${id}`);
    expect(reply.json).toEqual({
      ...aNewRule(),
      id,
      enabled: true,
      postClickAttributionWindowSize: 30,
      viewThroughAttributionWindowSize: 7,
      attributionType: 'LAST_TOUCH_BY_CAMPAIGN',
      valueType: 'DYNAMIC',
      created: NOW,
      lastModified: NOW,
      campaigns: [],
      associatedCampaigns: [],
      urlRules: [],
      ownershipType: 'OWNED',
    });
  });

  it('row 48: creates a second rule for a repeated request', async () => {
    const ids = [await create(aNewRule()), await create(aNewRule())].map(({ headers }) => headers.get('x-restli-id'));

    expect(new Set(ids).size).toBe(2);
  });

  it('row 48: creates up to a hundred at once', async () => {
    const headers = { 'X-RestLi-Method': 'BATCH_CREATE' };

    const taken = await create({ elements: [aNewRule(), aNewRule()] }, { headers });
    const tooMany = await create({ elements: Array.from({ length: 101 }, () => aNewRule()) }, { headers });

    expect(taken).toMatchObject({ status: 200, json: { elements: [{ status: 201 }, { status: 201 }] } });
    expect(tooMany.status).toBe(400);
  });

  it.each([
    ['ALL_CAMPAIGNS', ['urn:li:sponsoredCampaign:201', 'urn:li:sponsoredCampaign:202']],
    ['OBJECTIVE_BASED', ['urn:li:sponsoredCampaign:201']],
  ])('row 48: associates campaigns by %s', async (type, campaigns) => {
    const reply = await create(aNewRule(), { query: `?autoAssociationType=${type}` });

    expect(reply.json).toMatchObject({ campaigns });
  });

  it.each([
    ["a window that isn't offered", { postClickAttributionWindowSize: 45 }, 400],
    ['a long window for a short type', { type: 'KEY_PAGE_VIEW', postClickAttributionWindowSize: 365 }, 400],
    ['the association type as a field', { autoAssociationType: 'ALL_CAMPAIGNS' }, 422],
    ['a field that LinkedIn sets', { id: 1 }, 422],
    ['a rule without a name', { name: undefined }, 422],
    ["an account that isn't a URN", { account: '100' }, 422],
    ['an account that the member may only view', { account: 'urn:li:sponsoredAccount:300' }, 403],
  ])('row 49: refuses %s', async (_name, over, status) => {
    const reply = await create(aNewRule(over));

    expect(reply).toMatchObject({ status, json: { status } });
  });

  it('row 49: accepts a long window for a long type', async () => {
    const reply = await create(aNewRule({ postClickAttributionWindowSize: 365 }));

    expect(reply.status).toBe(201);
  });

  it('row 50: has marketing qualified leads from 202608 on', async () => {
    const rule = aNewRule({ type: 'MARKETING_QUALIFIED_LEAD' });

    const before = await create(rule, { headers: { 'LinkedIn-Version': '202607' } });
    const from = await create(rule, { headers: { 'LinkedIn-Version': '202608' } });

    expect([before.status, before.json]).toEqual([
      422,
      { message: 'ERROR :: /type :: "MARKETING_QUALIFIED_LEAD" is not an enum symbol\n', status: 422 },
    ]);
    expect(from.status).toBe(201);
  });
});

describe('finding rules', () => {
  it('row 51: returns ten at a time, without the total number', async () => {
    sandbox.setState({ add_rules: { count: 9 } });

    const first = await ask(sandbox, `/rest/conversions?q=account&${ACCOUNT}`);
    const second = await ask(sandbox, `/rest/conversions?q=account&${ACCOUNT}&start=10`);

    expect(first.json).toMatchObject({ paging: { start: 0, count: 10, links: [], total: -1 } });
    expect([elementsOf(first.json).length, elementsOf(second.json).length]).toEqual([10, 2]);
  });

  it('row 51: returns at most a hundred, however many are requested', async () => {
    sandbox.setState({ add_rules: { count: 200 } });

    const reply = await ask(sandbox, `/rest/conversions?q=account&${ACCOUNT}&count=500`);

    expect(elementsOf(reply.json)).toHaveLength(100);
  });

  it('row 51: returns the requested fields', async () => {
    const reply = await ask(sandbox, `/rest/conversions?q=account&${ACCOUNT}&count=1&fields=id,enabled`);

    expect(elementsOf(reply.json)).toEqual([{ id: 1001, enabled: true }]);
  });

  it("row 51: returns the rules of the documentation's account, and none of an unknown account", async () => {
    const documented = await ask(
      sandbox,
      '/rest/conversions?q=account&account=urn%3Ali%3AsponsoredAccount%3A123456789',
    );
    const unheardOf = await ask(sandbox, '/rest/conversions?q=account&account=urn%3Ali%3AsponsoredAccount%3A555555555');

    expect(elementsOf(documented.json)).toMatchObject([{ id: 987654 }, { id: 987655 }, { id: 987656 }, { id: 987657 }]);
    expect(elementsOf(unheardOf.json)).toEqual([]);
  });

  it.each([
    ['without an account', '/rest/conversions?q=account', 400],
    [
      "with an account whose colons aren't encoded",
      '/rest/conversions?q=account&account=urn:li:sponsoredAccount:100',
      400,
    ],
    ["with an account that isn't a URN", '/rest/conversions?q=account&account=100', 400],
    ['without a finder', '/rest/conversions', 400],
    ['one by its URN', `/rest/conversions/urn%3Alla%3AllaPartnerConversion%3A1001?${ACCOUNT}`, 400],
    ['one without its account', '/rest/conversions/1001', 400],
    ["one that doesn't exist", `/rest/conversions/9999?${ACCOUNT}`, 404],
    ['one of another account', `/rest/conversions/987654?${ACCOUNT}`, 404],
  ])('row 52: refuses to search %s', async (_name, path, status) => {
    const reply = await ask(sandbox, path);

    expect(reply).toMatchObject({ status, json: { status } });
  });

  it('row 52: returns one by its number and account', async () => {
    const reply = await ask(sandbox, `/rest/conversions/1002?${ACCOUNT}`);

    expect(reply).toMatchObject({ status: 200, json: { id: 1002, enabled: false } });
  });
});

describe('changing a rule', () => {
  it('row 53: answers 204 with an empty body', async () => {
    const reply = await patch(`1002?${ACCOUNT}`, { name: 'x', enabled: true });

    const after = await ask(sandbox, `/rest/conversions/1002?${ACCOUNT}`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(after.json).toMatchObject({ name: 'x', enabled: true });
  });

  it('row 53: never changes the account', async () => {
    const reply = await patch(`1001?${ACCOUNT}`, { account: 'urn:li:sponsoredAccount:300' });

    expect([reply.status, reply.json]).toEqual([
      422,
      { message: 'ERROR :: /account :: CreateOnly field present in a partial_update request\n', status: 422 },
    ]);
  });

  it.each([
    ['without its account', '1001', { name: 'x' }, 400],
    ['to an empty patch', `1001?${ACCOUNT}`, {}, 400],
    ["to a window that isn't offered", `1001?${ACCOUNT}`, { viewThroughAttributionWindowSize: 2 }, 400],
    ['to an unknown field', `1001?${ACCOUNT}`, { foo: 1 }, 422],
    ["that doesn't exist", `9999?${ACCOUNT}`, { name: 'x' }, 404],
  ])('row 53: refuses to change a rule %s', async (_name, path, set, status) => {
    const reply = await patch(path, set);

    expect(reply).toMatchObject({ status, json: { status } });
  });

  it('row 53: refuses a patch without the header', async () => {
    const reply = await ask(sandbox, `/rest/conversions/1001?${ACCOUNT}`, { body: { patch: { $set: { name: 'x' } } } });

    expect(reply.status).toBe(400);
  });
});

function elementsOf(json: unknown): unknown[] {
  const elements = typeof json === 'object' && json !== null && 'elements' in json ? json.elements : undefined;
  if (!Array.isArray(elements)) throw new Error('Reading a list: there are no elements');
  return elements;
}
