import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { LOOK_MS } from '../../../client/tag/limits.ts';
import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const views = () => shop.collector.events().filter(({ type }) => type === 'page');
const paths = () => views().map(({ context }) => new URL(context.page.url).pathname + new URL(context.page.url).search);

/** The tag records an address once two checks found it unchanged. A third check is for safety. */
const theTagHasLooked = async (page: Page) =>
  page.evaluate(async (ms) => new Promise<void>((done) => setTimeout(done, ms)), 3 * LOOK_MS);

it('records each client-side navigation once', async () => {
  const page = await shop.visit({ path: '/spa' });
  await expect.poll(paths).toEqual(['/spa']);

  for (const go of [
    // As vue-router does it: replace, then push.
    "history.replaceState({}, '', '/spa'); history.pushState({}, '', '/1'); document.title = 'One'",
    "history.pushState({}, '', '/1'); history.pushState({}, '', '/1#there')",
    "history.pushState({}, '', '/1?page=2')",
    "history.replaceState({}, '', '/2')",
    "new Promise((done) => { addEventListener('popstate', () => done()); history.back() })",
  ]) {
    await page.evaluate(go);
    await theTagHasLooked(page);
  }

  await expect.poll(paths).toEqual(['/spa', '/1', '/1?page=2', '/2', '/1']);
  expect(views()[1]?.context.page).toMatchObject({ title: 'One', referrer: shop.url('/spa') });
});

/** Case G6. */
describe('one page event for the address where the visitor stays', () => {
  it.each([
    ['with a pushState that was saved before the tag', `kept.call(history, {}, '', '/there')`],
    ['with a pushState that was bound before the tag', `bound({}, '', '/there')`],
    ['with the prototype’s pushState', `History.prototype.pushState.call(history, {}, '', '/there')`],
    ['with the prototype’s replaceState', `History.prototype.replaceState.call(history, {}, '', '/there')`],
    ['with pushState', `history.pushState({}, '', '/there')`],
    ['with a pushState that the page wraps later', `history.pushState = kept; history.pushState({}, '', '/there')`],
    [
      'with the Navigation API',
      `navigation.addEventListener('navigate', (event) => event.intercept({ handler: async () => {} }));
       navigation.navigate('/there')`,
    ],
    ['with a link that a router handles', `document.querySelector('a').click()`],
    ['across other addresses', `for (const at of ['/a', '/b', '/there']) history.pushState({}, '', at)`],
    [
      'after going back and forth',
      `history.pushState({}, '', '/a'); history.back(); setTimeout(() => history.pushState({}, '', '/there'), 50)`,
    ],
    [
      'one letter at a time',
      `(async () => {
      for (let n = 1; n <= 60; n++) {
        history.replaceState({}, '', n < 60 ? '/?q=' + 'x'.repeat(n) : '/there');
        await new Promise((done) => setTimeout(done, 20));
      }
    })()`,
    ],
  ])('is recorded %s', async (_, go) => {
    const before = `<script>
      const kept = history.pushState, bound = history.pushState.bind(history);
      addEventListener('click', (event) => { event.preventDefault(); kept.call(history, {}, '', '/there') });
    </script>`;
    const page = await shop.visit({ head: before + tag(), body: '<a href="/there">there</a>' });
    await expect.poll(paths).toEqual(['/']);

    await page.evaluate(`{ ${go}; setTimeout(() => (document.title = 'There'), 30); 0 }`);

    await expect.poll(paths, { timeout: 10_000 }).toEqual(['/', '/there']);
    await theTagHasLooked(page);
    expect(paths()).toEqual(['/', '/there']);
    expect(views()[1]?.context.page).toMatchObject({ path: '/there', referrer: shop.url('/') });
    expect(views()[1]?.context.page.title).toBe('There');
  });

  it('is recorded even if they leave at once', async () => {
    shop.collector.pages.set('/next', '<title>Next</title>');
    const page = await shop.visit();
    await expect.poll(paths).toEqual(['/']);

    await page.evaluate(`history.pushState({}, '', '/there'); setTimeout(() => { location.href = '/next' })`);

    await expect.poll(paths).toEqual(['/', '/there']);
  });

  it('comes without events for the addresses in between', async () => {
    const page = await shop.visit();
    await expect.poll(paths).toEqual(['/']);

    await page.evaluate(`history.pushState({}, '', '/1'); history.replaceState({}, '', '/')`);

    await theTagHasLooked(page);
    expect(paths()).toEqual(['/']);
  });
});

it('leaves the page’s own history unchanged', async () => {
  const page = await shop.visit();

  const outcome = await page.evaluate(() => {
    history.pushState({ mine: 1 }, '', '/state');
    try {
      history.pushState({}, '', 'https://elsewhere.example/');
      return 'allowed';
    } catch (error) {
      return `${JSON.stringify(history.state)} ${error instanceof Error ? error.name : ''}`;
    }
  });

  expect(outcome).toBe('{"mine":1} SecurityError');
});

it('takes the click ID of a client-side navigation', async () => {
  const page = await shop.visit();

  await page.evaluate(() => history.pushState({}, '', '/?li_fat_id=inside-1'));

  await expect.poll(() => views().at(-1)?.context.li_fat_id).toBe('inside-1');
});

it('records no page automatically when pages are manual', async () => {
  const page = await shop.visit({ attributes: 'data-page="manual"' });
  await page.evaluate(() => history.pushState({}, '', '/1'));
  await theTagHasLooked(page);

  await page.evaluate(() => window._df.page('Pricing', { plan: 'studio' }));

  await expect.poll(() => shop.collector.events().length).toBe(1);
  expect(shop.collector.events()).toMatchObject([{ type: 'page', name: 'Pricing', properties: { plan: 'studio' } }]);
});

it('records a page that returns from the back/forward cache, and keeps working', async () => {
  const page = await shop.visit();
  await expect.poll(paths).toEqual(['/']);

  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    window._df.track('Back');
  });

  await expect.poll(() => shop.collector.events().map(({ type }) => type)).toEqual(['page', 'page', 'track']);
});
