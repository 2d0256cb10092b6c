import { join } from 'node:path';

import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { TIMEOUT_MS } from '../../../client/tag/limits.ts';
import type { Tag } from '../../../client/tag/tag.ts';
import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const named = () => shop.collector.events().map(({ event, type }) => event ?? type);
const ids = () => shop.collector.requests.flatMap(({ body }) => body.batch.map(({ messageId }) => messageId));

it('sends the calls of a moment in one request, which needs no preflight', async () => {
  const page = await shop.visit();
  await expect.poll(named).toEqual(['page']);

  await page.evaluate(() => {
    window._df.identify('user-1', { email: ' John.Doe@Example.com ' });
    window._df.track('Lead Generated', { value: 500, currency: 'USD' }, { messageId: 'lead-1' });
    window._df.page('Thanks');
  });

  await expect.poll(named).toEqual(['page', 'identify', 'Lead Generated', 'page']);
  expect(shop.collector.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 200', 'POST 200']);
  const [, { headers, body } = { headers: undefined, body: undefined }] = shop.collector.requests;
  expect(headers?.['content-type']).toMatch(/^text\/plain/);
  expect(body).toMatchObject({
    writeKey: 'wk_test',
    batch: [
      { type: 'identify', userId: 'user-1', traits: { email: ' John.Doe@Example.com ' } },
      {
        type: 'track',
        userId: 'user-1',
        messageId: 'lead-1',
        properties: { value: 500, currency: 'USD' },
        context: { page: { url: shop.url(), path: '/', title: 'Shop', referrer: '' } },
      },
      { type: 'page', name: 'Thanks' },
    ],
  });
  expect(body).not.toHaveProperty('consent');
  expect(body).not.toHaveProperty('carried');
  expect(Math.abs(Date.parse(body?.sentAt ?? '') - Date.now())).toBeLessThan(10_000);
});

it.each([
  ['a link is followed', `document.querySelector('a').click()`],
  ['the address is set', `location.href = '/next'`],
  ['a form is submitted', `document.querySelector('form').submit()`],
  ['the page is replaced', `location.replace('/next')`],
])('loses nothing, and sends nothing twice, when %s right after track', async (_, leave) => {
  shop.collector.pages.set('/next', '<title>Next</title>');
  const body = '<a href="/next">next</a><form action="/next"></form>';
  for (let round = 1; round <= 3; round++) {
    const page = await shop.visit({ body });
    await page.evaluate(`_df.track('Left ${round}'); ${leave}`);
    await page.waitForURL('**/next*');
  }

  await expect.poll(() => named().filter((name) => name !== 'page')).toEqual(['Left 1', 'Left 2', 'Left 3']);
  expect(ids()).toHaveLength(new Set(ids()).size);
});

it('loses nothing when the tab is closed, nor an event that is tracked while it closes', async () => {
  const page = await shop.visit();
  await expect.poll(named).toEqual(['page']);
  await page.evaluate(() => {
    addEventListener('pagehide', () => window._df.track('While leaving'));
    window._df.track('Just before');
  });

  await page.close({ runBeforeUnload: true });

  await expect.poll(named).toEqual(['page', 'Just before', 'While leaving']);
});

it("doesn't rely on a timer after pagehide, because Firefox fires none", async () => {
  const page = await shop.visit();
  await expect.poll(named).toEqual(['page']);

  const sentBeforeReturning = await page.evaluate(() => {
    let beacons = 0;
    navigator.sendBeacon = () => Boolean(++beacons);
    dispatchEvent(new PageTransitionEvent('pagehide'));
    window._df.track('While leaving');
    return beacons;
  });

  expect(sentBeforeReturning).toBe(1);
});

it('retries temporary refusals only, with the same IDs', async () => {
  shop.collector.answers.push({ status: 503 }, { status: 429 });
  const page = await shop.visit();
  await expect.poll(() => shop.collector.requests.length).toBe(1);
  await page.evaluate(() => window._df.track('Later'));

  await expect.poll(named, { timeout: 10_000 }).toEqual(['page', 'Later']);
  const [first, second] = shop.collector.requests.map(({ body }) => body.batch[0]?.messageId);
  expect(second).toBe(first);
  expect(shop.collector.requests).toHaveLength(3);
});

it('pauses after a refusal, whatever the page calls meanwhile', async () => {
  shop.collector.answers.push({ status: 503, afterMs: 200 });
  const page = await shop.visit();
  await expect.poll(() => shop.collector.requests.length).toBe(1);

  await page.evaluate(() => window._df.track('Meanwhile'));

  await expect.poll(named, { timeout: 10_000 }).toEqual(['page', 'Meanwhile']);
  const [refused = 0, next = 0] = shop.collector.requests.map(({ body }) => Date.parse(body.sentAt));
  expect(next - refused).toBeGreaterThanOrEqual(200 + 1_000);
});

it('pauses after ten refused attempts, and keeps the waiting events', async () => {
  shop.collector.answers.push(...Array.from({ length: 10 }, () => ({ status: 503 })));
  const impatient = `<script>{
    const wait = setTimeout;
    window.rests = 0;
    window.setTimeout = (act, ms) => { if (ms >= 1000 && ms !== ${TIMEOUT_MS}) window.rests++; return wait(act, ms / 500) };
  }</script>`;
  const page = await shop.visit({ head: impatient + tag() });
  await expect.poll(() => shop.collector.requests.length, { timeout: 10_000 }).toBe(10);

  await page.evaluate(() => window._df.track('Later'));

  // The tenth answer may arrive after this call. Then the next one sends what waits.
  await expect
    .poll(async () => {
      await page.evaluate(() => window._df.flush());
      return named().toSorted();
    })
    .toEqual(['Later', 'page']);
  expect(new Set(ids()).size).toBe(2);
  expect(shop.collector.requests.filter(({ status }) => status === 503)).toHaveLength(10);
  expect(await page.evaluate('rests')).toBe(9);
});

it('marks automated browsers, and the previews that Safari loads', async () => {
  const previewed = `<script>Object.defineProperty(navigator, 'loadPurpose', { value: 'preview' })</script>`;

  await shop.visit({ head: previewed + tag() });

  await expect.poll(() => shop.collector.events()[0]?.context).toMatchObject({ bot: true, preview: 'preview' });
});

it.each([400, 401, 403, 413])("doesn't retry a final refusal: %i", async (status) => {
  shop.collector.answers.push({ status });
  const page = await shop.visit();
  await expect.poll(() => shop.collector.requests.length).toBe(1);

  await page.evaluate(() => window._df.track('After'));

  await expect.poll(named).toEqual(['After']);
  expect(shop.collector.requests).toHaveLength(2);
});

it('keeps events while offline, and sends them when the network is back', async () => {
  const page = await shop.visit();
  await expect.poll(named).toEqual(['page']);
  await page.context().setOffline(true);
  await page.evaluate(async () => {
    window._df.track('Offline');
    await window._df.flush();
  });
  expect(named()).toEqual(['page']);

  await page.context().setOffline(false);

  await expect.poll(named).toEqual(['page', 'Offline']);
});

it('sends a burst in order, in chunks that browsers allow from a page that is being left', async () => {
  const page = await shop.visit();
  await expect.poll(named).toEqual(['page']);

  await page.evaluate(() => {
    for (let n = 0; n < 200; n++) window._df.track('Burst', { n, filling: 'ü'.repeat(300) });
  });

  await expect.poll(() => named().length, { timeout: 10_000 }).toBe(201);
  expect(
    shop.collector
      .events()
      .slice(1)
      .map(({ properties }) => properties?.['n']),
  ).toEqual([...Array(200).keys()]);
  expect(Math.max(...shop.collector.requests.map(({ bytes }) => bytes))).toBeLessThan(50_000);
});

it('sends 40 KB from a page that is being left', async () => {
  shop.collector.pages.set('/next', '<title>Next</title>');
  const page = await shop.visit();
  await expect.poll(named).toEqual(['page']);

  await page.evaluate(() => {
    for (let n = 0; n < 40; n++) window._df.track('Burst', { filling: 'x'.repeat(700) });
    location.href = '/next';
  });

  await expect.poll(() => named().length).toBe(41);
  expect(ids()).toHaveLength(new Set(ids()).size);
});

it('resolves a flush when the collector has answered', async () => {
  const page = await shop.visit();
  await page.evaluate(async () => {
    window._df.track('Flushed');
    await window._df.flush();
  });

  expect(named()).toEqual(['page', 'Flushed']);
});

it('uses the caller’s ID and time', async () => {
  const page = await shop.visit({ attributes: 'data-page="manual"' });

  const id = await page.evaluate(() =>
    window._df.track('Order Completed', {}, { messageId: 'order-7', timestamp: new Date('2026-11-01T10:00:00Z') }),
  );

  await expect.poll(named).toEqual(['Order Completed']);
  expect(id).toBe('order-7');
  expect(shop.collector.events()).toMatchObject([{ messageId: 'order-7', timestamp: '2026-11-01T10:00:00.000Z' }]);
});

it('is an ES module too', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../../client/tag/tag.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'df',
    write: false,
  });
  const page = await shop.visit({ head: '' });
  await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });

  await page.evaluate(`df.createTag({ writeKey: 'wk_module', endpoint: '/_df' }).track('From a module')`);

  await expect.poll(named).toEqual(['page', 'From a module']);
  expect(shop.collector.requests[0]?.body.writeKey).toBe('wk_module');
});

// The types are a promise too: these lines are only type-checked, never run.
export function whatThePageMayCall(df: Tag): string[] {
  return [df.track('a'), df.page(), df.identify({ email: 'a' }), df.identify('id', { email: 'a' })];
}
