import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const CARRY = { _dfid: 'anon-1', _df_identity: 'sealed/+=1', _df_click: 'abc~1', li_fat_id: 'abc' };

/** Opens a page whose collector is on another site. */
const visitWithCollectorElsewhere = async () =>
  shop.visit({ head: tag(`http://collector.test:${shop.collector.port}/df.js`) });

it("stores the data that a collector on another site can't keep itself", async () => {
  shop.collector.answers.push({ body: { success: true, carry: { ...CARRY, evil: '1' } } });
  const page = await visitWithCollectorElsewhere();
  await expect.poll(async () => (await page.context().cookies()).length).toBe(4);

  await page.evaluate(() => window._df.track('Next'));

  await expect.poll(() => shop.collector.requests[1]?.body.carried).toEqual(CARRY);
  expect(shop.collector.requests[0]?.body.carried).toEqual({});
  expect(shop.collector.requests[1]?.body.cookieDomain).toBe('shop.test');
  const cookies = await page.context().cookies();
  expect(new Set(cookies.map(({ domain }) => domain))).toEqual(new Set(['.shop.test']));
  expect(shop.collector.requests[1]?.method).toBe('POST');
});

it("deletes the data that the collector's answer leaves empty", async () => {
  shop.collector.answers.push({ body: { carry: CARRY } }, { body: { carry: { _df_identity: '' } } });
  const page = await visitWithCollectorElsewhere();
  await expect.poll(async () => (await page.context().cookies()).length).toBe(4);

  await page.evaluate(() => window._df.track('Next'));

  await expect.poll(async () => (await page.context().cookies()).map(({ name }) => name)).not.toContain('_df_identity');
  expect(await page.context().cookies()).toHaveLength(3);
});

it('forgets the person on reset, here and at the collector, after their earlier events and before the later ones', async () => {
  shop.collector.answers.push({ body: { carry: CARRY } });
  const page = await visitWithCollectorElsewhere();
  await expect.poll(async () => (await page.context().cookies()).length).toBe(4);

  await page.evaluate(() => {
    window._df.identify('user-1', { email: 'a@example.com' });
    window._df.track('Before');
    window._df.reset();
    window._df.track('After');
  });

  await expect.poll(() => shop.collector.requests.length).toBe(4);
  const [, before, reset, after] = shop.collector.requests.map(({ body }) => body);
  expect(before?.batch.map(({ userId }) => userId)).toEqual(['user-1', 'user-1']);
  expect(before?.batch[1]?.context.traits).toEqual({ email: 'a@example.com' });
  expect(reset).toMatchObject({ reset: true, batch: [] });
  expect(after?.batch).toMatchObject([{ event: 'After' }]);
  expect(after?.batch[0]).not.toHaveProperty('userId');
  expect(after?.batch[0]?.context).not.toHaveProperty('traits');
  expect(after).not.toHaveProperty('reset');
  expect(Object.keys(after?.carried ?? {})).toEqual(['li_fat_id', '_df_click']);
});

it('removes its cookies when consent is withdrawn', async () => {
  shop.collector.answers.push({ body: { carry: CARRY } });
  const page = await visitWithCollectorElsewhere();
  await expect.poll(async () => (await page.context().cookies()).length).toBe(4);

  await page.evaluate(() => window._df.consent({ advertising: false }));

  await expect.poll(async () => page.context().cookies()).toEqual([]);
  await expect
    .poll(() => shop.collector.requests[1]?.body)
    .toMatchObject({ consent: { advertising: false }, batch: [] });
});

it.each([
  ['the folder of its address', '/some/df.js', '', '/some/v1/batch'],
  ['the folder above an immutable address', '/_df/df/1.2.3.js?v=1', '', '/_df/v1/batch'],
  ['the endpoint in its settings', '/some/df.js', 'data-endpoint="/collect/here"', '/collect/here/v1/batch'],
])('finds its collector: %s', async (_, src, attributes, path) => {
  await shop.visit({ head: tag(src), attributes });

  await expect.poll(() => shop.collector.requests[0]?.path).toBe(path);
});
