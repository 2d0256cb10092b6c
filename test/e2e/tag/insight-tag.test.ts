import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

/** LinkedIn's own snippet, before its script has loaded. */
const INSIGHT_TAG = `<script>
  window._linkedin_event_id = 'view-1';
  window.lintrk = function (a, b) { window.lintrk.q.push([a, b]) };
  window.lintrk.q = [];
</script>`;

const heard = 'JSON.stringify(lintrk.q)';

it('gives the Insight Tag the same event ID, so that LinkedIn can deduplicate the two', async () => {
  const early = `<script>window.early = _df.track('Early', {}, { conversionId: 987655 })</script>`;
  // Browsers have `randomUUID` on this host, so the stub knows the ID at once.
  const host = 'localhost';
  const page = await shop.visit({ host, head: INSIGHT_TAG + tag().replace('<script async', `${early}<script async`) });

  const late = await page.evaluate(() => window._df.track('Lead Generated', {}, { conversionId: '987654' }));

  await expect.poll(() => shop.collector.events().length).toBe(3);
  expect(JSON.parse(await page.evaluate(heard))).toEqual([
    ['track', { conversion_id: 987655, event_id: await page.evaluate('early') }],
    ['track', { conversion_id: '987654', event_id: late }],
  ]);
  expect(shop.collector.events().map(({ messageId }) => messageId)).toEqual([
    'view-1',
    await page.evaluate('early'),
    late,
  ]);
});

it('uses the ID that the page gave the Insight Tag for the first page view only', async () => {
  const page = await shop.visit({ head: INSIGHT_TAG + tag() });

  await page.evaluate(() => history.pushState({}, '', '/next'));

  await expect.poll(() => shop.collector.events().length).toBe(2);
  const [first, second] = shop.collector.events();
  expect(first?.messageId).toBe('view-1');
  expect(second?.messageId).not.toBe('view-1');
});

it('tells the Insight Tag nothing without the required consent, nor after a no', async () => {
  const page = await shop.visit({ head: INSIGHT_TAG + tag(), attributes: 'data-consent="required"' });

  await page.evaluate(() => {
    window._df.track('Before', {}, { conversionId: 1 });
    window._df.consent({ advertising: false });
    window._df.track('After', {}, { conversionId: 2 });
  });

  expect(await page.evaluate(heard)).toBe('[]');
});

it.each(['undefined', '{}', '() => { throw 1 }', 'null'])('works with a lintrk that is %s', async (lintrk) => {
  const page = await shop.visit({ head: `<script>window.lintrk = ${lintrk}</script>${tag()}` });

  const id = await page.evaluate(() => window._df.track('Lead', {}, { conversionId: 1 }));

  await expect.poll(() => shop.collector.events().at(-1)?.messageId).toBe(id);
  expect(shop.complaints).toEqual([]);
});
