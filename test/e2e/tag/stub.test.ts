import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

it('keeps calls made before the tag arrived: their order, time, address and ID', async () => {
  shop.collector.scriptDelayMs = 400;
  const before = `<script>
    const { track } = _df;
    window.ids = [track('First'), _df.identify({ email: 'a@example.com' })];
    history.replaceState(null, '', '/elsewhere');
    window.calledFrom = Date.now();
    ids.push(_df.track('Second', { n: 2 }));
    window.calledTo = Date.now();
    _df.ready((df) => { window.isReady = df === _df });
    window.flushed = _df.flush();
    setTimeout(() => ids.push(track('Early reference')), 1000);
  </script>`;

  const page = await shop.visit({
    host: 'localhost',
    path: '/landing',
    head: tag().replace('<script async', `${before}<script async`),
  });

  await expect.poll(() => shop.collector.events().length).toBe(5);
  const events = shop.collector.events();
  expect(events.map(({ type, event }) => event ?? type)).toEqual([
    'page',
    'First',
    'identify',
    'Second',
    'Early reference',
  ]);
  expect(events.slice(1).map(({ messageId }) => messageId)).toEqual(await page.evaluate('ids'));
  expect(events.slice(0, 4).map(({ context }) => context.page.path)).toEqual([
    '/elsewhere',
    '/landing',
    '/landing',
    '/elsewhere',
  ]);
  const times = events.map(({ timestamp }) => Date.parse(timestamp));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times[3]).toBeGreaterThanOrEqual(Number(await page.evaluate('calledFrom')));
  expect(times[3]).toBeLessThanOrEqual(Number(await page.evaluate('calledTo')));
  expect(await page.evaluate('flushed.then(() => isReady)')).toBe(true);
  expect(shop.complaints).toEqual([]);
});

it('works without the stub', async () => {
  const page = await shop.visit({ head: '<script src="/_df/df.js" data-pipeline-key="wk_pipeline"></script>' });

  await page.evaluate(() => window._df.track('Signed Up'));

  await expect.poll(() => shop.collector.events().length).toBe(2);
  expect(shop.collector.requests[0]?.body.writeKey).toBe('wk_pipeline');
});

it('is one tag when the script is on the page twice', async () => {
  const head = `${tag()}${tag()}<script src="/_df/df/0.2.0.js" data-write-key="wk_test"></script>`;
  const page = await shop.visit({ head });

  await expect.poll(() => shop.collector.events().length).toBe(1);
  // Every script has run once the page has loaded.
  await page.waitForLoadState('load');
  await page.evaluate(() => window._df.flush());
  expect(shop.collector.events()).toHaveLength(1);
});

it("accepts another name, and leaves other people's globals alone", async () => {
  const head = `<script>window._df = { mine: true }</script>${tag()}
    <script src="/_df/df.js" data-global="conversions" data-write-key="wk_test"></script>`;

  const page = await shop.visit({ head });

  expect(await page.evaluate('JSON.stringify(_df)')).toBe('{"mine":true}');
  expect(await page.evaluate('typeof conversions.track')).toBe('function');
});

it("sends what it keeps with its own key, though another product's element has a key too and comes first", async () => {
  shop.collector.pages.set('/next', '<title>Next</title>');
  const theirs = '<script type="text/plain" src="/theirs/p.js" data-write-key="s2s.abcdef"></script>';
  const context = await shop.browser.newContext();
  await context.route('**/df.js', async (route) => route.abort());
  const page = await shop.visit({ head: theirs + tag() }, context);

  await page.evaluate(`_df.track('Early'); location.href = '/next'`);

  await expect.poll(() => shop.collector.events().map(({ event }) => event)).toEqual(['Early']);
  expect(shop.collector.requests).toMatchObject([{ path: '/_df/v1/batch', body: { writeKey: 'wk_test' } }]);
});
