import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { parseKeyRing, seal } from '../../../worker/domain/sealing/sealed-box.ts';
import worker from '../../../worker/index.ts';
import { JOHNS_HASH } from '../support/an-event.ts';
import { anIntegrationOf, anOrder, aRequest, ask, aSource, send, SITE } from '../support/api.ts';
import type { Call, MadeSource } from '../support/api.ts';
import { aLinkedIn } from '../support/linkedin.ts';

const DAY_S = 24 * 60 * 60;
const LANDING = { page: { url: `${SITE}/?li_fat_id=new-click` } };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let linkedin: ReturnType<typeof aLinkedIn>;
beforeAll(() => {
  linkedin = aLinkedIn();
});

let source: MadeSource;
beforeEach(async () => {
  source = await aSource();
  await anIntegrationOf(source);
});

const page = (context: Record<string, unknown> = {}) => ({ type: 'page', context });
const cookieHeader = (cookies: Record<string, string>) =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');

/** Returns the Set-Cookie headers of an answer by name, with value and attributes. */
function cookiesOf(response: Response): Record<string, { value: string; attributes: string[] }> {
  return Object.fromEntries(
    response.headers.getSetCookie().map((header) => {
      const [pair = '', ...attributes] = header.split('; ');
      const at = pair.indexOf('=');
      return [pair.slice(0, at), { value: pair.slice(at + 1), attributes }];
    }),
  );
}

/** Returns the cookies that the browser sends back after an answer, without the removed ones. */
function jarAfter(response: Response, before: Record<string, string> = {}): Record<string, string> {
  const jar = { ...before };
  for (const [name, { value, attributes }] of Object.entries(cookiesOf(response))) {
    if (attributes.includes('Max-Age=0')) delete jar[name];
    else jar[name] = value;
  }
  return jar;
}

const visit = async (
  events: readonly unknown[],
  cookies: Record<string, string> = {},
  call: Call & { beside?: Record<string, unknown> } = {},
) => send(source, events, { ...call, headers: { Origin: SITE, Cookie: cookieHeader(cookies), ...call.headers } });

async function idsOf(order: Record<string, unknown>): Promise<Record<string, string>> {
  const { user } = await linkedin.elementOf(source.id, String(order['messageId']));
  return Object.fromEntries(user.userIds.map(({ idType, idValue }) => [idType, idValue]));
}

describe('the visitor cookies', () => {
  it('are first-party, for the whole site, and only li_fat_id is readable by scripts', async () => {
    const response = await visit([
      { ...page(LANDING) },
      { type: 'identify', traits: { email: 'john.doe@example.com' } },
    ]);

    const { _dfid, li_fat_id, _df_click, _df_identity } = cookiesOf(response);
    const everyCookie = ['Domain=example.com', 'Path=/', 'Secure', 'SameSite=Lax'];
    expect(_dfid?.value).toMatch(UUID);
    expect(_dfid?.attributes.toSorted()).toEqual([...everyCookie, 'HttpOnly', `Max-Age=${400 * DAY_S}`].toSorted());
    expect(li_fat_id?.value).toBe('new-click');
    expect(li_fat_id?.attributes.toSorted()).toEqual([...everyCookie, `Max-Age=${90 * DAY_S}`].toSorted());
    expect(_df_click?.value).toMatch(/^\d{13}\.new-click$/);
    expect(_df_click?.attributes.toSorted()).toEqual([...everyCookie, 'HttpOnly', `Max-Age=${90 * DAY_S}`].toSorted());
    expect(_df_identity?.value).toMatch(/^v1\./);
    expect(_df_identity?.value).not.toContain('john');
    expect(_df_identity?.attributes).toContain('HttpOnly');
  });

  it.each([
    ['https://t.example.com', undefined, 'Domain=example.com'],
    ['https://www.example.com', undefined, 'Domain=example.com'],
    ['https://t.example.com', 't.example.com', 'Domain=t.example.com'],
    ['https://t.example.com', 'evil.com', 'Domain=example.com'],
    ['https://t.example.com', 'com', 'Domain=example.com'],
    ['https://shop.example.co.uk', undefined, 'Domain=example.co.uk'],
  ])('of %s, requested for %s, have the domain %s', async (host, cookieDomain, expected) => {
    const response = await ask(`${host}/v1/batch`, {
      body: { writeKey: source.write_key, batch: [page()], cookieDomain },
      headers: { Origin: host },
    });

    expect(cookiesOf(response)['_dfid']?.attributes).toContain(expected);
  });

  it.each(['http://localhost:8787', 'http://127.0.0.1:8787'])(
    'of %s are for that host, and not Secure',
    async (host) => {
      const response = await ask(`${host}/v1/batch`, {
        body: { writeKey: source.write_key, batch: [page()] },
        headers: { Origin: host },
      });

      const { attributes = [] } = cookiesOf(response)['_dfid'] ?? {};
      expect(attributes.join()).not.toMatch(/Domain|Secure/);
    },
  );

  it("are renewed at each visit, with the same ID and the click's remaining time", async () => {
    const tenDaysAgo = Date.now() - 10 * DAY_S * 1000;
    const anonymousId = crypto.randomUUID();
    const click = `${tenDaysAgo}.old-click`;

    const cookies = cookiesOf(await visit([page()], { _dfid: anonymousId, _df_click: click }));

    expect(cookies['_dfid']?.value).toBe(anonymousId);
    expect(cookies['_df_click']?.value).toBe(click);
    const maxAge = Number(cookies['_df_click']?.attributes.find((text) => text.startsWith('Max-Age='))?.slice(8));
    expect(maxAge).toBeGreaterThan(80 * DAY_S - 60);
    expect(maxAge).toBeLessThanOrEqual(80 * DAY_S);
  });

  it('get a new ID when theirs is invalid', async () => {
    expect(cookiesOf(await visit([page()], { _dfid: "'; DROP TABLE" }))['_dfid']?.value).toMatch(UUID);
  });

  it("aren't set for an expired click", async () => {
    const cookies = cookiesOf(await visit([page()], { _df_click: `${Date.now() - 91 * DAY_S * 1000}.old-click` }));

    expect(Object.keys(cookies)).toEqual(['_dfid']);
  });

  it("aren't set for a click from the future, and a new click replaces it", async () => {
    const cookies = cookiesOf(await visit([page(LANDING)], { _df_click: '9999999999999.forged' }));

    expect(cookies['_df_click']?.value).toMatch(/^\d{13}\.new-click$/);
  });
});

describe('the click ID', () => {
  it.each([
    ['of-properties', { properties: { li_fat_id: 'of-properties' }, context: { ...LANDING, li_fat_id: 'of-context' } }],
    ['new-click', { context: { ...LANDING, li_fat_id: 'of-context' } }],
    ['of-context', { context: { li_fat_id: 'of-context' } }],
    ['of-df-click', {}],
  ])('sent to LinkedIn is the first of properties, page, context, cookies: %s', async (expected, over) => {
    const order = anOrder(over);

    await visit([order], { _df_click: `${Date.now() - 1_000}.of-df-click`, li_fat_id: 'of-li-fat-id' });

    expect((await idsOf(order))['LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID']).toBe(expected);
  });

  // Case Q20.
  it("isn't used after the click expired, from a cookie or the page, and LinkedIn’s cookie has the same age", async () => {
    const over = { _df_click: `${Date.now() - 200 * DAY_S * 1000}.old-click`, li_fat_id: 'old-click' };
    const [ofCookies, carried] = [anOrder(), anOrder()];

    await visit([ofCookies], over);
    await visit([carried], {}, { beside: { carried: over } });

    for (const order of [ofCookies, carried])
      expect(await idsOf(order)).not.toHaveProperty('LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID');
  });

  it("is taken from LinkedIn's own cookie when there is no other, and kept from then on", async () => {
    const order = anOrder();

    const response = await visit([order], { li_fat_id: 'of-li-fat-id' });

    expect((await idsOf(order))['LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID']).toBe('of-li-fat-id');
    expect(cookiesOf(response)['_df_click']?.value).toMatch(/\.of-li-fat-id$/);
  });

  it('of the newest click wins, and a visit without one overwrites nothing', async () => {
    const first = jarAfter(await visit([page({ page: { url: `${SITE}/?li_fat_id=first-click` } })]));
    const second = jarAfter(await visit([page(LANDING)], first), first);
    const third = jarAfter(await visit([page()], second), second);

    expect(first['li_fat_id']).toBe('first-click');
    expect(second['li_fat_id']).toBe('new-click');
    expect(third).toMatchObject({ li_fat_id: 'new-click', _df_click: second['_df_click'] });
  });

  it('of an earlier event in the batch is sent with the later ones', async () => {
    const order = anOrder();

    await visit([page(LANDING), order]);

    expect((await idsOf(order))['LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID']).toBe('new-click');
  });
});

describe('the sealed identity', () => {
  const john = { type: 'identify', traits: { email: 'john.doe@example.com', firstName: 'John', lastName: 'Doe' } };

  it('identifies the person behind a conversion on a later page', async () => {
    const jar = jarAfter(await visit([john]));
    const order = anOrder({ properties: {} });

    await visit([order], jar);

    const { user } = await linkedin.elementOf(source.id, String(order['messageId']));
    expect(user).toEqual({
      userIds: [{ idType: 'SHA256_EMAIL', idValue: JOHNS_HASH }],
      userInfo: { firstName: 'John', lastName: 'Doe' },
    });
  });

  it('grows with each identify, and newer values win', async () => {
    const first = jarAfter(await visit([john]));
    const second = jarAfter(
      await visit([{ type: 'identify', traits: { lastName: 'Smith', company: 'Acme' } }], first),
      first,
    );
    const order = anOrder({ properties: {} });

    await visit([order], second);

    const { user } = await linkedin.elementOf(source.id, String(order['messageId']));
    expect(user.userInfo).toEqual({ firstName: 'John', lastName: 'Smith', companyName: 'Acme' });
  });

  it('gives nothing to another user ID', async () => {
    const jar = jarAfter(await visit([{ ...john, userId: 'john' }]));
    const order = anOrder({ userId: 'jane', properties: { email: 'jane@example.com' } });

    await visit([order], jar);

    const { user } = await linkedin.elementOf(source.id, String(order['messageId']));
    expect(user.userIds).not.toContainEqual({ idType: 'SHA256_EMAIL', idValue: JOHNS_HASH });
    expect(user.userInfo).toBeUndefined();
  });

  it.each([
    ['tampered with', (sealed: string) => `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`],
    ['truncated', (sealed: string) => sealed.slice(0, -5)],
    ['made up', () => 'v1.a.b.c'],
    ['empty', () => ''],
  ])('is ignored when it was %s', async (_, change) => {
    const { _df_identity: sealed = '' } = jarAfter(await visit([john]));
    const order = anOrder({ properties: { li_fat_id: 'abc' } });

    const response = await visit([order], { _df_identity: change(sealed) });

    expect(response.status).toBe(200);
    expect(await idsOf(order)).toEqual({ LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID: 'abc' });
  });

  it("is ignored when it is another source's, or expired", async () => {
    const sealedFor = (owner: string, atMs: number) =>
      seal(JSON.stringify({ atMs, identity: { emailSha256: JOHNS_HASH } }), {
        keyRing: parseKeyRing(env.ENCRYPTION_KEY ?? ''),
        binding: { purpose: 'identity', owner },
        iv: crypto.getRandomValues(new Uint8Array(12)),
      });
    const orders = [1, 2, 3].map(() => anOrder({ properties: { li_fat_id: 'abc' } }));

    for (const [index, sealed] of [
      await sealedFor('src_other', Date.now()),
      await sealedFor(source.id, Date.now() - 91 * DAY_S * 1000),
      await sealedFor(source.id, Date.now() - 89 * DAY_S * 1000),
    ].entries())
      await visit([orders[index]], { _df_identity: sealed });

    const known = await Promise.all(orders.map(async (order) => (await idsOf(order))['SHA256_EMAIL']));
    expect(known).toEqual([undefined, undefined, JOHNS_HASH]);
  });

  it('is removed by a reset, like the anonymous ID; the click ID stays', async () => {
    const jar = jarAfter(await visit([page(LANDING), john]));

    const after = jarAfter(await visit([], jar, { beside: { reset: true } }), jar);
    const order = anOrder({ properties: {} });
    await visit([order], after);

    expect(after['_df_identity']).toBeUndefined();
    expect(after['_dfid']).toMatch(UUID);
    expect(after['_dfid']).not.toBe(jar['_dfid']);
    expect(await idsOf(order)).toEqual({ LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID: 'new-click' });
  });

  it.each([undefined, '', 'nonsense'])(
    "needs a key, but events don't: ENCRYPTION_KEY is %j",
    async (ENCRYPTION_KEY) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const request = aRequest('/v1/batch', {
        body: { writeKey: source.write_key, batch: [page(LANDING), john] },
        headers: { Origin: SITE, Cookie: '_df_identity=v1.a.b.c' },
      });
      const { ENCRYPTION_KEY: _, ...bindings } = env;

      const response = await worker.fetch(
        // A request from outside has none of our properties, but the types don't express that.
        new Request<unknown, IncomingRequestCfProperties>(request),
        ENCRYPTION_KEY === undefined ? bindings : { ...bindings, ENCRYPTION_KEY },
        createExecutionContext(),
      );

      expect(response.status).toBe(200);
      expect(Object.keys(cookiesOf(response)).toSorted()).toEqual(['_df_click', '_dfid', 'li_fat_id']);
    },
  );
});

describe('without consent', () => {
  const full = {
    _dfid: crypto.randomUUID(),
    _df_click: '1795255200000.abc',
    li_fat_id: 'abc',
    _df_identity: 'v1.a.b.c',
  };

  it.each([
    ['no answer yet, in the EEA', {}, 'DE'],
    ['refused', { consent: { advertising: false } }, 'US'],
    ['another category only', { consent: { analytics: true } }, 'FR'],
  ])('no cookie is set: %s', async (_, beside, country) => {
    const response = await visit([page(LANDING)], {}, { beside, country });

    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("cookies are set when consent isn't required", async () => {
    expect(Object.keys(cookiesOf(await visit([page()], {}, { country: 'US' })))).toEqual(['_dfid']);
  });

  it('existing cookies stay while there is no answer yet', async () => {
    const response = await visit([page()], full, { country: 'DE' });

    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it.each([
    ['beside a batch', [page()], { consent: { advertising: false } }],
    ['without an event', [], { consent: { advertising: false } }],
    ['with the last event', [page(), page({ consent: { categoryPreferences: { advertising: false } } })], {}],
  ])('existing cookies are removed when consent is withdrawn %s', async (_, events, beside) => {
    const response = await visit(events, full, { beside });

    const cookies = cookiesOf(response);
    expect(response.status).toBe(200);
    expect(Object.keys(cookies).toSorted()).toEqual(['_df_click', '_df_identity', '_dfid', 'li_fat_id']);
    for (const { value, attributes } of Object.values(cookies)) {
      expect(value).toBe('');
      expect(attributes).toEqual(expect.arrayContaining(['Max-Age=0', 'Path=/', 'Domain=example.com']));
    }
  });
});

describe('a page on another site', () => {
  const elsewhere = { headers: { Origin: 'https://www.shop.example' } };

  it('gets the data to store, in the answer', async () => {
    const response = await send(
      source,
      [page(LANDING), { type: 'identify', traits: { email: 'john.doe@example.com' } }],
      elsewhere,
    );

    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toEqual({
      success: true,
      accepted: 2,
      carry: {
        _dfid: expect.stringMatching(UUID),
        li_fat_id: 'new-click',
        _df_click: expect.stringMatching(/^\d{13}\.new-click$/),
        _df_identity: expect.stringMatching(/^v1\./),
      },
    });
  });

  it('is recognized by the data that it sends', async () => {
    const first = await send(
      source,
      [page(LANDING), { type: 'identify', traits: { email: 'john.doe@example.com' } }],
      elsewhere,
    );
    const { carry } = await first.json<{ carry: Record<string, string> }>();
    const order = anOrder({ properties: {} });

    const second = await send(source, [order], { ...elsewhere, beside: { carried: carry } });

    expect(await second.json()).toMatchObject({ carry: { _dfid: carry['_dfid'] } });
    expect(await idsOf(order)).toEqual({
      SHA256_EMAIL: JOHNS_HASH,
      LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID: 'new-click',
    });
  });

  it('is told to forget the data when consent is withdrawn', async () => {
    const response = await send(source, [], {
      ...elsewhere,
      beside: { consent: { advertising: false }, carried: { _dfid: 'x', li_fat_id: 'abc' } },
    });

    expect(await response.json()).toEqual({ success: true, accepted: 0, carry: { _dfid: '', li_fat_id: '' } });
  });

  it('gets nothing without consent', async () => {
    const response = await send(source, [page(LANDING)], { ...elsewhere, country: 'DE' });

    expect(await response.json()).toEqual({ success: true, accepted: 1 });
  });
});
