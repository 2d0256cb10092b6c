/** G2, G7, G8: an event that didn't arrive is sent again, whatever the obstacle. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const named = () => shop.collector.events().map(({ event, type }) => event ?? type);
const idsOf = (name: string) =>
  shop.collector.requests.flatMap(({ body }) =>
    body.batch.filter(({ event }) => event === name).map(({ messageId }) => messageId),
  );
const aPage = async (head = tag()): Promise<Page> => {
  const page = await shop.visit({ head });
  await expect.poll(named).toEqual(['page']);
  return page;
};

describe('an event is sent again, with the same ID,', () => {
  it.each([408, 425, 429, 500, 502, 503, 504, 520])('after an answer of %i', async (status) => {
    const page = await aPage();
    shop.collector.answers.push({ status });

    await page.evaluate(() => window._df.track('Lead'));

    await expect.poll(named, { timeout: 10_000 }).toEqual(['page', 'Lead']);
    expect(new Set(idsOf('Lead')).size).toBe(1);
    expect(idsOf('Lead')).toHaveLength(2);
  });

  it.each([200, 403, 404, 413, 451])('after a page of a proxy with the status %i', async (status) => {
    const page = await aPage();
    shop.collector.answers.push({ status, html: '<!DOCTYPE html><title>Just a moment...</title>' });

    await page.evaluate(() => window._df.track('Lead'));

    await expect.poll(() => idsOf('Lead').length, { timeout: 10_000 }).toBe(2);
    expect(new Set(idsOf('Lead')).size).toBe(1);
  });

  it('after a broken connection', async () => {
    shop.collector.isHangingUp = true;
    const page = await aPage();
    shop.collector.answers.push({ isCutOff: true });

    await page.evaluate(() => window._df.track('Lead'));

    await expect.poll(named, { timeout: 10_000 }).toEqual(['page', 'Lead']);
    expect(new Set(idsOf('Lead')).size).toBe(1);
  });

  it.each(['connectionrefused', 'connectionreset', 'timedout', 'internetdisconnected', 'blockedbyclient'] as const)(
    'after two seconds of %s',
    async (reason) => {
      const page = await aPage();
      await page.route('**/v1/batch', async (route) => route.abort(reason));
      await page.evaluate(() => window._df.track('Lead'));
      await page.waitForTimeout(2_000);
      expect(named()).toEqual(['page']);

      await page.unroute('**/v1/batch');

      await expect.poll(named, { timeout: 15_000 }).toEqual(['page', 'Lead']);
    },
  );

  it('when the page is left, once more by beacon', async () => {
    shop.collector.pages.set('/next', '<title>Next</title>');
    const page = await aPage();
    shop.collector.answers.push({ status: 503 });
    await page.evaluate(() => window._df.track('Lead'));
    await expect.poll(() => shop.collector.requests.length).toBe(2);

    await page.evaluate(`location.href = '/next'`);

    await expect.poll(named).toEqual(['page', 'Lead']);
    expect(new Set(idsOf('Lead')).size).toBe(1);
  });

  it('when a hidden page got a temporary refusal', async () => {
    const page = await aPage();
    shop.collector.answers.push({ status: 503 });

    await page.evaluate(() => {
      window._df.track('Lead');
      Object.defineProperty(document, 'hidden', { configurable: true, value: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    });

    await expect.poll(named, { timeout: 10_000 }).toEqual(['page', 'Lead']);
  });
});

it('sends all of many events again when the collector is down while a page with many is hidden', async () => {
  const page = await aPage();
  shop.collector.isDown = true;
  await page.evaluate(() => {
    for (let n = 0; n < 300; n++) window._df.track(`Lead ${n}`, { filling: 'x'.repeat(500) });
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  await expect.poll(() => shop.collector.requests.length).toBeGreaterThan(2);

  shop.collector.isDown = false;

  await expect.poll(() => new Set(named()).size, { timeout: 20_000 }).toBe(301);
});

describe('an event arrives', () => {
  const thrower = `() => { throw new Error('hostile') }`;
  it.each([
    ['without crypto', `Object.defineProperty(window, 'crypto', { value: undefined })`],
    ['without randomUUID', 'delete Crypto.prototype.randomUUID'],
    [
      'without any randomness from crypto',
      'delete Crypto.prototype.randomUUID; delete Crypto.prototype.getRandomValues',
    ],
    ['with a randomUUID that throws', `Crypto.prototype.randomUUID = ${thrower}`],
    ['without fetch', 'window.fetch = undefined'],
    ['with a fetch that throws', `window.fetch = ${thrower}`],
    ['with a fetch that returns nothing', 'window.fetch = () => undefined'],
    ['without locks', `Object.defineProperty(navigator, 'locks', { value: undefined })`],
    ['with locks that throw', `Object.defineProperty(navigator, 'locks', { value: { request: ${thrower} } })`],
    ['without AbortSignal', 'window.AbortSignal = undefined'],
    ['with a network that claims to be offline', `Object.defineProperty(navigator, 'onLine', { get: () => false })`],
  ])('%s', async (_, before) => {
    const head = `<script>${before}</script>${tag()}`;
    const page = await shop.visit({ host: 'localhost', head });

    await page.evaluate(() => window._df.track('Lead'));

    await expect.poll(named, { timeout: 10_000 }).toContain('Lead');
    expect(shop.complaints).toEqual([]);
  });

  it.each([
    ['a fetch that rejects', 'window.fetch = () => Promise.reject(1)'],
    ['a fetch with a nonsense answer', 'window.fetch = async () => 7'],
    ['a network that claims to be offline', `Object.defineProperty(navigator, 'onLine', { get: () => false })`],
  ])('when the page is left, with %s', async (_, before) => {
    shop.collector.pages.set('/next', '<title>Next</title>');
    const page = await shop.visit({ head: `<script>${before}</script>${tag()}` });
    await page.evaluate(`_df.track('Lead')`);
    await page.waitForTimeout(100);

    await page.evaluate(`location.href = '/next'`);

    await expect.poll(named).toEqual(expect.arrayContaining(['page', 'Lead']));
  });

  it('before the tag has loaded, without crypto', async () => {
    const early = `<script>Object.defineProperty(window, 'crypto', { value: undefined })</script>${tag()}
      <script>_df.track('Lead'); _df.flush()</script>`;

    await shop.visit({ head: early });

    await expect.poll(named).toContain('Lead');
    expect(shop.complaints).toEqual([]);
  });
});

it('two first tabs that open at once belong to one visitor (G10)', async () => {
  const cookies = ['A', 'B'].map((id) => ({ headers: { 'Set-Cookie': `_dfid=${id}; Path=/` }, afterMs: 300 }));
  shop.collector.answers.push(...cookies);
  const context = await shop.browser.newContext();

  await Promise.all([
    shop.visit({ host: 'localhost', path: '/one' }, context),
    shop.visit({ host: 'localhost', path: '/two' }, context),
  ]);

  await expect.poll(named).toEqual(['page', 'page']);
  expect(shop.collector.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, '_dfid=A']);
});
