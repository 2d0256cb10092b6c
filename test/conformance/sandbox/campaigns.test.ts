import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { NOW } from './an-event.ts';
import { ask } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const keyOf = (campaign: string, rule: string) =>
  `(campaign:urn%3Ali%3AsponsoredCampaign%3A${campaign},conversion:urn%3Alla%3AllaPartnerConversion%3A${rule})`;
const bodyOf = (campaign: string, rule: string) => ({
  campaign: `urn:li:sponsoredCampaign:${campaign}`,
  conversion: `urn:lla:llaPartnerConversion:${rule}`,
});
const put = (path: string, body: unknown, headers = {}) =>
  ask(sandbox, `/rest/campaignConversions${path}`, { method: 'PUT', headers, body });
const key = keyOf('201', '1001');
const body = bodyOf('201', '1001');

describe('associating campaigns with a rule', () => {
  it('row 54: answers 204, even for an existing association', async () => {
    const first = await put(`/${key}`, body);
    const again = await put(`/${key}`, body);

    expect([first.status, first.text, again.status]).toEqual([204, '', 204]);
    expect(sandbox.state.associations.filter(({ conversion }) => conversion === '1001')).toHaveLength(1);
  });

  it.each([
    [
      'a key with raw colons',
      '/(campaign:urn:li:sponsoredCampaign:201,conversion:urn:lla:llaPartnerConversion:1001)',
      400,
    ],
    ['a key whose parentheses are encoded', `/${key.replace('(', '%28').replace(')', '%29')}`, 400],
    ['a key of another pair', `/${keyOf('202', '1001')}`, 400],
    ['a key with one name missing', '/(campaign:urn%3Ali%3AsponsoredCampaign%3A201)', 400],
    ['no key', '', 400],
  ])('row 54: refuses %s', async (_name, path, status) => {
    const reply = await put(path, body);

    expect(reply).toMatchObject({ status, json: { status } });
    expect(sandbox.state.associations.some(({ conversion }) => conversion === '1001')).toBe(false);
  });

  it.each([
    ['an unknown campaign', '999', '1001', 404],
    ['an unknown rule', '201', '9999', 404],
    ["another account's campaign", '401', '1001', 400],
    ['a campaign that the member may only view', '301', '3001', 403],
  ])('row 54: refuses %s', async (_name, campaign, rule, status) => {
    const reply = await put(`/${keyOf(campaign, rule)}`, bodyOf(campaign, rule));

    expect(reply.status).toBe(status);
  });

  it('row 47: requires the protocol version here', async () => {
    const reply = await put(`/${key}`, body, { 'X-Restli-Protocol-Version': undefined });

    expect(reply.status).toBe(400);
  });

  it('row 55: accepts several at once, and answers with the keys as they were written', async () => {
    const other = keyOf('202', '1001');

    const reply = await put(`?ids=List(${key},${other})`, {
      entities: { [key]: body, [other]: bodyOf('202', '1001') },
    });

    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({ results: { [key]: { status: 204 }, [other]: { status: 204 } }, errors: {} });
    expect(sandbox.state.associations).toContainEqual({ campaign: '202', conversion: '1001' });
  });

  it('row 55: reports for each key whether it was accepted', async () => {
    const unknown = keyOf('999', '1001');

    const reply = await put(`?ids=List(${key},${unknown})`, {
      entities: { [key]: body, [unknown]: bodyOf('999', '1001') },
    });

    expect(reply.json).toMatchObject({ results: { [key]: { status: 204 } }, errors: { [unknown]: { status: 404 } } });
  });

  it.each([
    ["entities that don't match the ids", `?ids=List(${key})`, { entities: {} }],
    ['entities with keys in another encoding', `?ids=List(${key})`, { entities: { [decodeURIComponent(key)]: body } }],
    ["ids that aren't a list", `?ids=${key}`, { entities: { [key]: body } }],
  ])('row 55: refuses %s', async (_name, query, entities) => {
    const reply = await put(query, entities);

    expect(reply.status).toBe(400);
  });

  it('row 55: accepts a query in the body, and refuses one that is too long for a URL', async () => {
    const entities = { entities: { [key]: body } };
    const part = (type: string, content: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
    const tunnelled = `${part('application/x-www-form-urlencoded', `ids=List(${key})`)}${part('application/json', JSON.stringify(entities))}--b--`;

    const inBody = await ask(sandbox, '/rest/campaignConversions', {
      headers: { 'X-HTTP-Method-Override': 'PUT', 'Content-Type': 'multipart/mixed; boundary=b' },
      body: tunnelled,
    });
    const inUrl = await put(`?ids=List(${Array.from({ length: 50 }, () => key).join(',')})`, entities);

    expect(inBody).toMatchObject({ status: 200, json: { results: { [key]: { status: 204 } } } });
    expect(inUrl.status).toBe(414);
  });

  it("row 51: accepts a finder's query in the body", async () => {
    const reply = await ask(sandbox, '/rest/conversions', {
      headers: { 'X-HTTP-Method-Override': 'GET', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'q=account&account=urn%3Ali%3AsponsoredAccount%3A100&fields=id&count=1',
    });

    expect(reply).toMatchObject({ status: 200, json: { elements: [{ id: 1001 }] } });
  });

  it('row 55: shows, finds and removes associations', async () => {
    await put(`/${key}`, body);

    const shown = await ask(sandbox, `/rest/campaignConversions/${key}`);
    const found = await ask(
      sandbox,
      '/rest/campaignConversions?q=campaigns&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A201)',
    );
    const removed = await ask(sandbox, `/rest/campaignConversions/${key}`, { method: 'DELETE' });
    const gone = await ask(sandbox, `/rest/campaignConversions/${key}`);

    expect(shown).toMatchObject({ status: 200, json: body });
    expect(found).toMatchObject({ status: 200, json: { elements: [body] } });
    expect([removed.status, gone.status]).toEqual([204, 404]);
  });
});

describe('searching campaigns and accounts', () => {
  it('row 56: returns a token for the next page, and none on the last', async () => {
    const path = '/rest/adAccounts/100/adCampaigns?q=search&pageSize=1';

    const first = await ask(sandbox, path);
    const token = String(read(first.json, 'metadata', 'nextPageToken'));
    const second = await ask(sandbox, `${path}&pageToken=${encodeURIComponent(token)}`);

    expect(first.json).toMatchObject({ elements: [{ id: 201 }] });
    expect(second.json).toMatchObject({ elements: [{ id: 202 }] });
    expect(read(second.json, 'metadata', 'nextPageToken')).toBeUndefined();
  });

  it('row 56: returns a hundred by default, and all of them by following the token', async () => {
    sandbox.setState({ add_campaigns: { count: 248 } });
    const ids: unknown[] = [];
    let query = '';

    do {
      // Each page leads to the next.
      const { json } = await ask(sandbox, `/rest/adAccounts/100/adCampaigns?q=search&fields=id${query}`);
      const elements = read(json, 'elements');
      ids.push(...(Array.isArray(elements) ? elements : []));
      const token = read(json, 'metadata', 'nextPageToken');
      query = typeof token === 'string' ? `&pageToken=${token}` : '';
    } while (query !== '');

    expect(ids).toHaveLength(250);
  });

  it.each([
    ['one status', 'search=(status:(values:List(DRAFT)))', [{ id: 202 }]],
    ['two', 'search=(status:(values:List(ACTIVE,DRAFT)))', [{ id: 201 }, { id: 202 }]],
    ['an unknown status', 'search=(status:(values:List(ARCHIVED)))', []],
  ])('row 56: finds campaigns of %s', async (_name, search, elements) => {
    const reply = await ask(sandbox, `/rest/adAccounts/100/adCampaigns?q=search&${search}&fields=id`);

    expect(reply.json).toEqual({ elements });
  });

  it.each([
    [
      'a search whose parentheses are encoded',
      new URLSearchParams({ search: '(status:(values:List(DRAFT)))' }).toString(),
    ],
    ['a search by an unknown field', 'search=(foo:(values:List(x)))'],
    ['an empty page', 'pageSize=0'],
    ['an unknown token', 'pageToken=foo'],
  ])('row 56: refuses %s, in the shape of the ads resources', async (_name, query) => {
    const reply = await ask(sandbox, `/rest/adAccounts/100/adCampaigns?q=search&${query}`);

    expect(reply).toMatchObject({
      status: 400,
      json: { status: 400, errorDetailType: expect.any(String), errorDetails: { inputErrors: [{}] } },
    });
  });

  it("returns the member's accounts and roles", async () => {
    const accounts = await ask(sandbox, '/rest/adAccounts?q=search&fields=id');
    const users = await ask(sandbox, '/rest/adAccountUsers?q=authenticatedUser&fields=role,account');

    expect(accounts.json).toEqual({ elements: [{ id: 100 }, { id: 300 }, { id: 123456789 }] });
    expect(users.json).toMatchObject({
      elements: [
        { role: 'CAMPAIGN_MANAGER', account: 'urn:li:sponsoredAccount:100' },
        { role: 'VIEWER', account: 'urn:li:sponsoredAccount:300' },
        { role: 'CAMPAIGN_MANAGER', account: 'urn:li:sponsoredAccount:123456789' },
      ],
    });
  });

  it('refuses /rest/me to a token that has only r_ads and rw_conversions', async () => {
    const reply = await ask(sandbox, '/rest/me');

    expect(reply).toMatchObject({ status: 403, json: { code: 'ACCESS_DENIED' } });
  });
});

/** Reads a nested member; undefined when it is missing. */
function read(json: unknown, ...names: string[]): unknown {
  const [name, ...more] = names;
  if (name === undefined) return json;
  const members = typeof json === 'object' && json !== null ? new Map(Object.entries(json)) : new Map();
  return read(members.get(name), ...more);
}
