/** G1: no page waits long for the tag, and no event for another one. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { stub } from '../../../client/tag/snippet.ts';
import { openShop, tag, type Shop, type Visit } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const wire = () => shop.collector.requests.flatMap(({ body }) => body.batch.map(({ event, type }) => event ?? type));

/** A page's `await _df.flush()`, with the time it took. */
const FLUSH = `(async () => {
  _df.track('Order Completed');
  const from = performance.now();
  const said = await _df.flush();
  return [performance.now() - from, said];
})()`;

const never = '() => new Promise(() => {})';
const PAGES: Readonly<Record<string, Visit & { isBlocked?: true; hangs?: true; before?: string }>> = {
  'whose tag is blocked': { isBlocked: true },
  'whose tag is on its way': { head: `<script>${stub('_df')}</script>` },
  'whose collector hangs': { hangs: true },
  'whose fetch never answers': { before: `window.fetch = ${never}` },
  'whose fetch throws': { before: `window.fetch = () => { throw 1 }` },
  'without fetch': { before: 'window.fetch = undefined' },
  'whose fetch answers nonsense': { before: 'window.fetch = async () => 7' },
  'whose locks are never given': {
    before: `Object.defineProperty(navigator, 'locks', { value: { request: ${never} } })`,
  },
  'whose locks throw': { before: `Object.defineProperty(navigator, 'locks', { value: { request() { throw 1 } } })` },
  'that awaits consent': { attributes: 'data-consent="required"' },
  'that said no': { before: '', body: '<script>_df.consent(false)</script>' },
  'whose network is said to be down': {
    before: `Object.defineProperty(navigator, 'onLine', { get: () => false })`,
  },
};

it.each(Object.entries(PAGES))(
  'lets a page continue within two seconds %s',
  async (_, { isBlocked, hangs, before = '', ...visit }) => {
    const context = await shop.browser.newContext();
    if (isBlocked) await context.route('**/df.js', async (route) => route.abort());
    if (hangs) shop.collector.answers.push(...Array.from({ length: 20 }, () => ({ isHanging: true })));
    const page = await shop.visit({ host: 'localhost', head: `<script>${before}</script>${tag()}`, ...visit }, context);

    const [ms] = await page.evaluate<[number, unknown]>(FLUSH);

    // The test machine may be busy.
    expect(ms).toBeLessThan(3_500);
    expect(shop.complaints.filter((words) => !words.includes('ERR_FAILED'))).toEqual([]);
  },
);

it("doesn't let an event wait for a hanging request", async () => {
  shop.collector.answers.push({ isHanging: true });
  const page = await shop.visit();
  await expect.poll(wire).toEqual(['page']);

  await page.evaluate(() => {
    window._df.track('One');
    setTimeout(() => window._df.track('Two'), 100);
  });

  await expect.poll(() => wire().length, { timeout: 8_000 }).toBe(3);
  expect(wire()).toEqual(['page', 'One', 'Two']);
});

it('sends the events behind a hanging request when the page is left', async () => {
  shop.collector.answers.push({ isHanging: true });
  shop.collector.pages.set('/next', '<title>Next</title>');
  const page = await shop.visit();
  await expect.poll(wire).toEqual(['page']);

  await page.evaluate(`_df.track('Left'); location.href = '/next'`);

  await expect.poll(wire).toEqual(['page', 'Left']);
});
