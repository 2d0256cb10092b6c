import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { clickIdIn } from '../../../client/tag/click-id.ts';
import { openShop, tag, type Shop } from '../../support/shop.ts';

const ID = 'abc123-def456-ghi789';

it.each([
  ['in the query string', `?li_fat_id=${ID}`, ID],
  ['after other parameters', `?a=1&li_fat_id=${ID}&b=2`, ID],
  ['in any case', `?LI_FAT_ID=${ID}`, ID],
  ['in the fragment', `#li_fat_id=${ID}`, ID],
  ['in a router’s fragment', `#/home?x=1&li_fat_id=${ID}`, ID],
  ['beside a malformed escape', `?q=%E0%A4&li_fat_id=${ID}&r=%`, ID],
  ['after an HTML-escaped ampersand', `?a=1&amp;li_fat_id=${ID}`, ID],
  ['after an empty one', `?li_fat_id=&li_fat_id=${ID}`, ID],
  ['with every allowed character', '?li_fat_id=A.b_c~d-9', 'A.b_c~d-9'],
  ['but not as a part of another name', `?xli_fat_id=${ID}`, undefined],
  ['but not when it is invalid', '?li_fat_id=<script>', undefined],
  ['but not cut off at an invalid character', `?li_fat_id=${ID}%00`, undefined],
  ['but not when it is too long', `?li_fat_id=${'a'.repeat(201)}`, undefined],
])('is found %s', (_, search, expected) => {
  expect(clickIdIn(`https://shop.example/landing${search}`)).toBe(expected);
});

describe('on a page', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await openShop()));
  afterEach(async () => shop.clear());
  afterAll(async () => shop.close());

  it('is sent with the events, and is stored in a cookie for 90 days on the widest domain', async () => {
    const page = await shop.visit({ path: `/?li_fat_id=${ID}` });

    await expect.poll(() => shop.collector.events().length).toBe(1);
    expect(shop.collector.events()[0]?.context.li_fat_id).toBe(ID);
    expect(shop.collector.requests[0]?.body.cookieDomain).toBe('shop.test');
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([
      {
        name: 'li_fat_id',
        value: ID,
        domain: '.shop.test',
        path: '/',
        sameSite: 'Lax',
        secure: false,
        httpOnly: false,
      },
    ]);
    expect(Number(cookies[0]?.expires) * 1000 - Date.now()).toBeCloseTo(90 * 864e5, -5);
  });

  it.each([
    ['the chosen domain', 'a.b.shop.test', 'data-cookie-domain="b.shop.test"', '.b.shop.test'],
    ['a host without parents', 'localhost', '', 'localhost'],
    ['an IP', '127.0.0.1', '', '127.0.0.1'],
  ])('keeps the cookie on %s', async (_, host, attributes, domain) => {
    const page = await shop.visit({ path: `/?li_fat_id=${ID}`, host, attributes });

    await expect.poll(() => shop.collector.events().length).toBe(1);
    expect(await page.context().cookies()).toMatchObject([{ name: 'li_fat_id', domain }]);
  });

  it('sets no cookie on an ordinary page', async () => {
    const page = await shop.visit();

    await expect.poll(() => shop.collector.events().length).toBe(1);
    expect(shop.collector.events()[0]?.context.li_fat_id).toBeUndefined();
    expect(shop.collector.requests[0]?.body).not.toHaveProperty('cookieDomain');
    expect(await page.context().cookies()).toEqual([]);
  });

  it("doesn't touch a cookie that has it already, because Safari would shorten its life", async () => {
    const visitor = await shop.browser.newContext();
    const expires = Math.round(Date.now() / 1000) + 1000;
    await visitor.addCookies([{ name: 'li_fat_id', value: ID, domain: '.shop.test', path: '/', expires }]);

    await shop.visit({ path: `/?li_fat_id=${ID}` }, visitor);

    await expect.poll(() => shop.collector.events().length).toBe(1);
    expect(await visitor.cookies()).toMatchObject([{ value: ID, expires }]);
  });

  it('is known even if a router removed it before the tag arrived', async () => {
    const head = tag().replace('<script async', `<script>history.replaceState(null, '', '/')</script><script async`);

    await shop.visit({ path: `/?li_fat_id=${ID}`, head });

    await expect.poll(() => shop.collector.events()[0]?.context.li_fat_id).toBe(ID);
  });

  it("is taken from the previous page's address when consent comes one page later", async () => {
    const attributes = 'data-consent="required"';
    const page = await shop.visit({ path: `/?li_fat_id=${ID}`, attributes, body: '<a href="/next">next</a>' });
    shop.collector.pages.set('/next', shop.collector.pages.get('/') ?? '');
    await page.click('a');
    await page.waitForURL('**/next');
    expect(shop.collector.requests).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);

    await page.evaluate(() => window._df.consent({ advertising: true }));

    await expect.poll(() => shop.collector.events()[0]?.context.li_fat_id).toBe(ID);
    expect(await page.context().cookies()).toMatchObject([{ name: 'li_fat_id', value: ID }]);
  });

  it("isn't taken from the previous page when a cookie has a newer click", async () => {
    const page = await shop.visit({ path: `/?li_fat_id=${ID}`, body: '<a href="/next">next</a>' });
    shop.collector.pages.set('/next', shop.collector.pages.get('/') ?? '');
    await page.evaluate(() => (document.cookie = 'li_fat_id=newer-1; domain=shop.test; path=/'));

    await page.click('a');

    await expect.poll(() => shop.collector.events().length).toBe(2);
    expect(shop.collector.events()[1]?.context.li_fat_id).toBeUndefined();
    expect(await page.context().cookies()).toMatchObject([{ name: 'li_fat_id', value: 'newer-1' }]);
  });

  it("is the visitor's newest one", async () => {
    const page = await shop.visit({ path: `/?li_fat_id=${ID}` });

    await page.goto(shop.url('/?li_fat_id=newer-1'));

    await expect.poll(() => shop.collector.events().at(-1)?.context.li_fat_id).toBe('newer-1');
    expect(await page.context().cookies()).toMatchObject([{ value: 'newer-1' }]);
  });
});
