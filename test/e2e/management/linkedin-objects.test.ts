import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf, dataOf } from './a-connection.ts';

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.sandbox.reset());

/** The requests to LinkedIn: method, Rest.li method, path. */
const asked = (path: string) =>
  product.sandbox.requests
    .filter((request) => request.path.startsWith(path))
    .map(({ method, restli_method: restli, status }) => `${restli ?? method} ${status}`);

const inAccount100 = { config: { account_id: '100' } };
const A_LEAD = { name: 'CAPI Demo request', type: 'LEAD' };

describe('ad accounts', () => {
  it("are listed with the member's role, and whether it is enough", async () => {
    const { ask } = await aConnection(product);

    const reply = await ask('/ad-accounts');

    expect(reply).toMatchObject({ status: 200, body: { next_cursor: null } });
    expect(dataOf(reply)).toEqual([
      { id: '100', name: 'Acme', currency: 'USD', status: 'ACTIVE', role: 'CAMPAIGN_MANAGER', can_send: true },
      expect.objectContaining({ id: '300', role: 'VIEWER', can_send: false }),
      expect.objectContaining({ id: '123456789', can_send: true }),
    ]);
  });
});

describe('campaigns and conversion rules', () => {
  it('are all listed, 250 of each', async () => {
    const { ask } = await aConnection(product, inAccount100);
    product.sandbox.setState({
      add_rules: { account: '100', count: 250 },
      add_campaigns: { account: '100', count: 250 },
    });

    const [rules, campaigns] = [await ask('/conversion-rules'), await ask('/campaigns')];

    expect(new Set(dataOf(rules).map(({ id }) => id)).size).toBe(253);
    expect(new Set(dataOf(campaigns).map(({ id }) => id)).size).toBe(252);
  });

  it('are described in our words', async () => {
    const { ask } = await aConnection(product);

    const [rule] = dataOf(await ask('/conversion-rules'));

    expect(rule).toEqual({
      id: '987654',
      urn: 'urn:lla:llaPartnerConversion:987654',
      account_id: '123456789',
      name: 'Order Completed',
      type: 'PURCHASE',
      enabled: true,
      conversion_method: 'CONVERSIONS_API',
      attribution_type: 'LAST_TOUCH_BY_CAMPAIGN',
      post_click_attribution_window_size: 30,
      view_through_attribution_window_size: 7,
      value_type: 'DYNAMIC',
      campaign_ids: ['401'],
    });
  });
});

describe('a conversion rule', () => {
  it('is created with every setting, and counts for the campaigns at once', async () => {
    const { ask } = await aConnection(product, inAccount100);

    const made = await ask('/conversion-rules', {
      body: {
        ...A_LEAD,
        attribution_type: 'LAST_TOUCH_BY_CONVERSION',
        post_click_attribution_window_size: 365,
        view_through_attribution_window_size: 180,
        value_type: 'NO_VALUE',
        auto_association_type: 'ALL_CAMPAIGNS',
      },
    });

    expect(made).toMatchObject({
      status: 201,
      body: {
        ...A_LEAD,
        created: true,
        enabled: true,
        conversion_method: 'CONVERSIONS_API',
        attribution_type: 'LAST_TOUCH_BY_CONVERSION',
        post_click_attribution_window_size: 365,
        view_through_attribution_window_size: 180,
        value_type: 'NO_VALUE',
        campaign_ids: ['201', '202'],
      },
    });
  });

  it('is created once, even if the first answer was lost', async () => {
    const { ask } = await aConnection(product, inAccount100);
    product.sandbox.fault({ kind: 'accept_then_reset', method: 'POST', path: '/rest/conversions' });
    const first = await ask('/conversion-rules', { body: A_LEAD });

    const again = await ask('/conversion-rules', { body: { ...A_LEAD, type: 'SIGN_UP' } });

    expect(first).toMatchObject({ status: 502, body: { type: 'urn:directflight:problem:linkedin_unavailable' } });
    expect(again).toMatchObject({ status: 200, body: { created: false, type: 'LEAD', differs: ['type'] } });
    expect(Object.values(product.sandbox.state.rules).filter(({ name }) => name === A_LEAD.name)).toHaveLength(1);
  });

  it('is created once, even if two people create it at the same time', async () => {
    const { ask } = await aConnection(product, inAccount100);
    product.sandbox.fault({ kind: 'slow', delay_ms: 300, method: 'POST', path: '/rest/conversions' });

    const answers = await Promise.all([1, 2, 3].map(() => ask('/conversion-rules', { body: A_LEAD })));
    const later = await ask('/conversion-rules', { body: A_LEAD });

    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409', '409']);
    expect(later).toMatchObject({ status: 200, body: { created: false } });
    expect(Object.values(product.sandbox.state.rules).filter(({ name }) => name === A_LEAD.name)).toHaveLength(1);
  });

  it('that exists already is read and left unchanged', async () => {
    const { ask } = await aConnection(product);

    const reply = await ask('/conversion-rules/urn:lla:llaPartnerConversion:987655');

    expect(reply).toMatchObject({ status: 200, body: { id: '987655', name: 'Lead Generated', campaign_ids: ['402'] } });
    expect(asked('/rest/conversions')).toEqual(['GET 200']);
  });

  it('is changed where it differs, and nothing else is requested from LinkedIn', async () => {
    const { ask } = await aConnection(product);
    const before = product.sandbox.state.rules['987655'];

    const changed = await ask('/conversion-rules/987655', {
      method: 'PATCH',
      body: { name: 'Lead Generated', post_click_attribution_window_size: 90 },
    });

    expect(changed).toMatchObject({
      status: 200,
      body: { changed: ['post_click_attribution_window_size'], post_click_attribution_window_size: 90 },
    });
    expect(product.sandbox.state.rules['987655']).toEqual({
      ...before,
      postClickAttributionWindowSize: 90,
      lastModified: expect.any(Number),
    });
  });

  it("without changes isn't sent", async () => {
    const { ask } = await aConnection(product);

    const reply = await ask('/conversion-rules/987655', { method: 'PATCH', body: { enabled: true, type: 'LEAD' } });

    expect(reply).toMatchObject({ status: 200, body: { changed: [] } });
    expect(asked('/rest/conversions')).toEqual(['GET 200']);
  });

  it.each([
    ['/account_id', { account_id: '100' }, /cannot be changed/],
    ['/auto_association_type', { auto_association_type: 'ALL_CAMPAIGNS' }, /once, when the rule is created/],
    ['/type', { type: 'NONSENSE' }, /conversion types/],
    ['/post_click_attribution_window_size', { post_click_attribution_window_size: 45 }, /1, 7, 30, 90, 180 or 365/],
    ['/view_through_attribution_window_size', { type: 'SIGN_UP', view_through_attribution_window_size: 180 }, /only/],
  ])("isn't changed when %s is wrong, and the problem says why", async (pointer, body, why) => {
    const { ask } = await aConnection(product);

    const reply = await ask('/conversion-rules/987655', { method: 'PATCH', body });

    expect(reply).toMatchObject({ status: 400, body: { type: 'urn:directflight:problem:field_invalid', pointer } });
    expect(bodyOf(reply)['detail']).toMatch(why);
    expect(asked('/rest/conversions').filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it("with a type that the version doesn't know is refused, with the version that does", async () => {
    const old = await aConnection(product, { config: { account_id: '100', linkedin_version: '202607' } });
    const current = await aConnection(product, inAccount100);
    const body = { name: 'CAPI MQL', type: 'MARKETING_QUALIFIED_LEAD' };

    const refused = await old.ask('/conversion-rules', { body });
    const made = await current.ask('/conversion-rules', { body });

    expect(refused).toMatchObject({ status: 400, body: { pointer: '/type' } });
    expect(bodyOf(refused)['detail']).toContain('202608');
    expect(made).toMatchObject({ status: 201, body: { type: 'MARKETING_QUALIFIED_LEAD' } });
  });

  it('gets campaigns, one or many, and loses none', async () => {
    const { ask } = await aConnection(product, inAccount100);
    product.sandbox.setState({ add_campaigns: { account: '100', count: 70 } });
    const all = dataOf(await ask('/campaigns')).map(({ id }) => id);
    const put = (ids: unknown[]) =>
      ask('/conversion-rules/1001/campaigns', { method: 'PUT', body: { campaign_ids: ids } });

    const one = await put(['201']);
    const many = await put(all.filter((id) => id !== '201'));
    const again = await put(['urn:li:sponsoredCampaign:201']);

    expect(one).toMatchObject({ status: 200, body: { campaign_ids: ['201'], added: ['201'], refused: [] } });
    expect(all).toHaveLength(72);
    expect(new Set(Object(bodyOf(many)['campaign_ids']))).toEqual(new Set(all));
    expect(again.status).toBe(200);
    // 71 campaigns are three requests of at most 30.
    expect(asked('/rest/campaignConversions')).toHaveLength(5);
  });

  it('reports which campaigns LinkedIn refused, and why', async () => {
    const { ask } = await aConnection(product, inAccount100);
    const put = (ids: string[]) =>
      ask('/conversion-rules/1001/campaigns', { method: 'PUT', body: { campaign_ids: ids } });

    const some = await put(['201', '401']);
    const none = await put(['999']);

    expect(some).toMatchObject({
      status: 200,
      body: {
        added: ['201'],
        refused: [{ campaign_id: '401', detail: expect.stringMatching(/different ad accounts/) }],
      },
    });
    expect(none).toMatchObject({ status: 422, body: { type: 'urn:directflight:problem:linkedin_refused' } });
  });

  it("that isn't in the account is a 404", async () => {
    const { ask } = await aConnection(product, inAccount100);

    expect(await ask('/conversion-rules/3001')).toMatchObject({ status: 404 });
    expect(await ask('/conversion-rules/../x')).toMatchObject({ status: 404 });
  });
});

describe("LinkedIn's refusal", () => {
  it.each([
    ['tok-viewer', 422, 'linkedin_refused', /only read access/],
    ['tok-noscope', 422, 'linkedin_refused', /allow both permissions/],
    ['tok-revoked', 422, 'linkedin_refused', /connect LinkedIn again/],
  ])('of %s comes with a remedy', async (token, status, code, remedy) => {
    const { ask } = await aConnection(product, {
      config: { account_id: '100', access_token: token, refresh_token: null },
    });

    const reply = await ask('/conversion-rules');

    expect(reply).toMatchObject({ status, body: { type: `urn:directflight:problem:${code}` } });
    expect(bodyOf(reply)['remedy']).toMatch(remedy);
    expect(JSON.stringify(reply.body)).not.toContain('tok-');
  });

  it('of a token makes us renew it, once', async () => {
    const { ask } = await aConnection(product, { config: { access_token: 'tok-expired' } });

    expect(await ask('/conversion-rules')).toMatchObject({ status: 200 });
    expect(asked('/oauth/v2/accessToken')).toHaveLength(1);
  });

  it("isn't needed to report a missing token", async () => {
    const { ask } = await aConnection(product, { config: { access_token: null, refresh_token: null } });

    expect(await ask('/conversion-rules')).toMatchObject({
      status: 409,
      body: { type: 'urn:directflight:problem:linkedin_not_connected', reason: 'credentials_missing' },
    });
  });

  it.each([
    [{ status: 503 }, 502, 'linkedin_unavailable'],
    [{ kind: 'html' }, 502, 'linkedin_unavailable'],
    [{ kind: 'reset', times: 10 }, 502, 'linkedin_unavailable'],
    [{ status: 429 }, 429, 'rate_limited'],
  ] as const)('of everything, as %j, is reported correctly', async (fault, status, code) => {
    const { ask } = await aConnection(product);
    product.sandbox.fault({ ...fault, path: '/rest/conversions' });

    const reply = await ask('/conversion-rules');

    expect(reply).toMatchObject({ status, body: { type: `urn:directflight:problem:${code}` } });
  });
});
