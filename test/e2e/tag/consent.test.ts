import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

const LANDING = '/?li_fat_id=abc123-def456-ghi789';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const named = () => shop.collector.events().map(({ event, type }) => event ?? type);

it('sends and stores nothing before a required consent, then everything in order', async () => {
  const page = await shop.visit({ path: LANDING, attributes: 'data-consent="required"' });
  await page.evaluate(async () => {
    history.replaceState(null, '', '/');
    window._df.track('Before');
    window._df.consent({ analytics: true });
    await window._df.flush();
  });
  expect(shop.collector.requests).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);

  await page.evaluate(() => {
    window._df.consent({ advertising: true });
    window._df.track('After');
  });

  await expect.poll(named).toContain('After');
  expect(named().filter((name) => name !== 'page')).toEqual(['Before', 'After']);
  expect(shop.collector.requests[0]?.body.consent).toEqual({ analytics: true, advertising: true });
  expect(shop.collector.events()[0]?.context.li_fat_id).toBe('abc123-def456-ghi789');
  expect(await page.context().cookies()).toMatchObject([{ name: 'li_fat_id', value: 'abc123-def456-ghi789' }]);
});

it('leaves nothing behind when a page closes without its required consent', async () => {
  const page = await shop.visit({ path: LANDING, attributes: 'data-consent="required"' });
  await page.evaluate(() => window._df.track('Never'));

  await page.goto('about:blank');

  // From the same browser: an event sent by the first page would have arrived before this one.
  await shop.visit({ attributes: 'data-consent="granted"' }, page.context());
  await expect.poll(named).toEqual(['page']);
  expect(shop.collector.requests[0]?.body.consent).toEqual({ advertising: true });
});

it('accepts a yes from a page that has already asked', async () => {
  await shop.visit({ attributes: 'data-consent="granted"' });

  await expect.poll(() => shop.collector.requests[0]?.body.consent).toEqual({ advertising: true });
});

it('drops events, deletes cookies and tells the collector once when consent is withdrawn, and sends nothing more', async () => {
  const page = await shop.visit({ path: LANDING });
  await expect.poll(named).toEqual(['page']);

  await page.evaluate(() => {
    window._df.track('Dropped');
    window._df.consent({ advertising: false });
    window._df.track('Not recorded');
  });
  await expect.poll(() => shop.collector.requests.length).toBe(2);

  await page.evaluate(async () => {
    window._df.consent({ advertising: false });
    await window._df.flush();
  });

  expect(shop.collector.requests.slice(1).map(({ body }) => body)).toMatchObject([
    { consent: { advertising: false }, batch: [] },
  ]);
  expect(await page.context().cookies()).toEqual([]);
});

it('tells the collector nothing about a visitor who refused before anything was stored', async () => {
  const page = await shop.visit({ path: LANDING, attributes: 'data-consent="required"' });

  await page.evaluate(async () => {
    window._df.track('Never');
    window._df.consent({ advertising: false });
    await window._df.flush();
    window._df.consent({ advertising: true });
    window._df.track('Again');
  });

  await expect.poll(named).toEqual(['Again']);
  expect(shop.collector.requests).toHaveLength(1);
});

it('tells it about a visitor who has a cookie from an earlier visit', async () => {
  const context = await shop.browser.newContext();
  await context.addCookies([{ name: 'li_fat_id', value: 'abc123', url: shop.url() }]);
  const page = await shop.visit({ attributes: 'data-consent="required"' }, context);

  await page.evaluate(() => window._df.consent({ advertising: false }));

  await expect.poll(() => shop.collector.requests.map(({ body }) => body.consent)).toEqual([{ advertising: false }]);
  expect(await context.cookies()).toEqual([]);
});

it('reads Global Privacy Control as a no, until the visitor says yes to this site', async () => {
  const context = await shop.browser.newContext();
  await context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
  const page = await shop.visit({ path: LANDING }, context);
  await page.evaluate(async () => {
    window._df.track('Before');
    await window._df.flush();
  });
  expect(shop.collector.requests).toEqual([]);
  expect(await context.cookies()).toEqual([]);

  await page.evaluate(() => window._df.consent({ advertising: true }));

  await expect.poll(named).toEqual(['page', 'Before']);
  expect(await context.cookies()).toMatchObject([{ name: 'li_fat_id' }]);
});

it("doesn't retry events from before a withdrawal of consent", async () => {
  shop.collector.answers.push({ status: 503, afterMs: 300 });
  // Shortens a second to a few milliseconds, so that the retry would come before the next events.
  const impatient =
    '<script>{ const wait = setTimeout; window.setTimeout = (act, ms) => wait(act, ms / 500) }</script>';
  const page = await shop.visit({ head: impatient + tag() });
  await expect.poll(() => shop.collector.requests.length).toBe(1);

  await page.evaluate(async () => {
    window._df.consent({ advertising: false });
    await window._df.flush();
    window._df.consent({ advertising: true });
    window._df.track('Again');
  });

  await expect.poll(named).toEqual(['Again']);
  expect(shop.collector.requests.map(({ body }) => body.batch.length)).toEqual([1, 0, 1]);
});

it('records again once consent is given again', async () => {
  const page = await shop.visit({ path: LANDING });
  await expect.poll(named).toEqual(['page']);

  await page.evaluate(() => {
    window._df.consent({ advertising: false });
    window._df.consent({ advertising: true });
    window._df.track('Again');
  });

  await expect.poll(named).toEqual(['page', 'Again']);
  expect(await page.context().cookies()).toMatchObject([{ name: 'li_fat_id' }]);
});
