import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const views = () => shop.collector.events().filter(({ type }) => type === 'page');
const paths = () => views().map(({ context }) => new URL(context.page.url).pathname + new URL(context.page.url).search);

/** It looks in a task of its own, after a navigation; a later one comes after that. */
const theTagHasLooked = async (page: Page) => page.evaluate(() => new Promise<void>((done) => setTimeout(done)));

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

it('leaves the page’s own history as it was', async () => {
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

it('takes the click id of a client-side navigation', async () => {
  const page = await shop.visit();

  await page.evaluate(() => history.pushState({}, '', '/?li_fat_id=inside-1'));

  await expect.poll(() => views().at(-1)?.context.li_fat_id).toBe('inside-1');
});

it('records nothing by itself when pages are manual', async () => {
  const page = await shop.visit({ attributes: 'data-page="manual"' });
  await page.evaluate(() => history.pushState({}, '', '/1'));
  await theTagHasLooked(page);

  await page.evaluate(() => window._df.page('Pricing', { plan: 'studio' }));

  await expect.poll(() => shop.collector.events().length).toBe(1);
  expect(shop.collector.events()).toMatchObject([{ type: 'page', name: 'Pricing', properties: { plan: 'studio' } }]);
});

it('records a page that comes back from the back/forward cache, and goes on working', async () => {
  const page = await shop.visit();
  await expect.poll(paths).toEqual(['/']);

  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    window._df.track('Back');
  });

  await expect.poll(() => shop.collector.events().map(({ type }) => type)).toEqual(['page', 'page', 'track']);
});
