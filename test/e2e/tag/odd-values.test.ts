/** G4, G5, G9: calls with odd values, in an odd order, or in large numbers. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { stub } from '../../../client/tag/snippet.ts';
import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const orders = () => shop.collector.events().filter(({ event }) => event === 'Order Completed');
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('an event with odd options arrives corrected,', () => {
  it('whatever its messageId is, and track returns the final one', async () => {
    const own = ['12345', '0', '1.5', '10', 'order-7', ' order 8', 'x'.repeat(256)];
    const none = [
      `''`,
      `'   '`,
      'undefined',
      'null',
      '{}',
      '[]',
      '{ toString() { throw 1 } }',
      `Symbol('s')`,
      `'y'.repeat(257)`,
    ];
    const page = await shop.visit({ host: 'localhost', attributes: 'data-page="manual"' });

    const ids = await page.evaluate<string[]>(`
      [12345, 0, 1.5, 10n, 'order-7', ' order 8', 'x'.repeat(256), ${none.join(', ')}]
        .map((messageId) => _df.track('Order Completed', {}, { messageId }))
    `);

    await expect.poll(() => orders().length).toBe(own.length + none.length);
    expect(ids).toEqual([...own, ...none.map(() => expect.stringMatching(UUID))]);
    expect(orders().map(({ messageId }) => messageId)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(shop.complaints).toEqual([]);
  });

  it('whatever its timestamp is', async () => {
    const page = await shop.visit({ host: 'localhost', attributes: 'data-page="manual"' });
    const from = Date.now();

    await page.evaluate(`
      ['bad', '', null, {}, [], true, NaN, new Date(NaN), Symbol('s'), { toString() { throw 1 } }, () => {}]
        .forEach((timestamp) => _df.track('Order Completed', {}, { timestamp }));
      ['2026-11-01', 1793527200, 1793527200000, new Date(1793527200000), '2026-11-01 10:00:00 UTC']
        .forEach((timestamp) => _df.track('Order Completed', {}, { timestamp }));
    `);

    await expect.poll(() => orders().length).toBe(16);
    const times = orders().map(({ timestamp }) => timestamp);
    expect(times.slice(0, 11).filter((time) => !(Date.parse(time) >= from - 1_000))).toEqual([]);
    expect(times.slice(11)).toEqual([
      '2026-11-01',
      1793527200,
      1793527200000,
      '2026-11-01T10:00:00.000Z',
      '2026-11-01 10:00:00 UTC',
    ]);
  });

  it.each([
    'null',
    `'options'`,
    '7',
    '[]',
    '{ get messageId() { throw 1 } }',
    '{ get timestamp() { throw 1 } }',
    '{ get conversionId() { throw 1 } }',
  ])('when they are %s', async (options) => {
    const page = await shop.visit();

    await page.evaluate(`_df.track('Order Completed', {}, ${options}); 0`);

    await expect.poll(() => orders().length).toBe(1);
    expect(shop.complaints).toEqual([]);
  });

  it('and df-debug.js reports what was odd', async () => {
    const page = await shop.visit({ attributes: 'data-debug' });
    await expect.poll(() => shop.complaints.join('\n')).toContain('sent: page');

    await page.evaluate(`
      _df.track('Order Completed', {}, { messageId: '' });
      _df.track('Order Completed', {}, { timestamp: 'bad' });
      _df.track('Order Completed', { text: 'x'.repeat(70000) });
      _df.track('Order Completed', {}, { messageId: 12345, timestamp: 1793527200000 });
    `);

    await expect.poll(() => orders().length, { timeout: 10_000 }).toBe(4);
    const said = shop.complaints.filter((words) => words.includes('instead') || words.includes('left out'));
    expect(said).toEqual([
      expect.stringContaining('messageId is invalid: the event gets a new one instead'),
      expect.stringContaining('timestamp cannot be read: the event gets the time of the call instead'),
      expect.stringContaining('over 60,000 bytes: its largest parts are left out'),
    ]);
  });
});

describe('the stub', () => {
  const consent = '<script src="/_df/df-consent.js" data-from="custom" data-variable="shop.consent"></script>';
  const early = `<script>_df.track('Order Completed'); _df.identify({ email: 'a@example.com' }); _df.flush()</script>`;

  it.each([
    ['before df-consent.js', tag() + early + consent],
    ['after df-consent.js', consent + tag() + early],
    ['after df-consent.js, with a blocked tag', `${consent}<script>${stub('_df')}</script>${early}`],
    ['twice', tag() + `<script>${stub('_df')}</script>` + early + consent],
    [
      'after the tag',
      `<script src="/_df/df.js" data-write-key="wk_test"></script><script>${stub('_df')}</script>${early}`,
    ],
  ])('works %s', async (where, head) => {
    await shop.visit({ head: `<script>var shop = { consent: 'yes' }</script>${head}` });

    await expect.poll(() => orders().length).toBe(where.includes('blocked') ? 0 : 1);
    expect(shop.complaints).toEqual([]);
  });

  it('respects an earlier no', async () => {
    await shop.visit({ head: `<script>var shop = { consent: 'no' }</script>${consent}${tag()}${early}` });

    await expect.poll(() => shop.collector.visited).toContain('/_df/df.js');
    await expect
      .poll(() => shop.collector.requests.map(({ body }) => body.consent))
      .toEqual([expect.objectContaining({ advertising: false })]);
    expect(shop.collector.events()).toEqual([]);
  });

  it('keeps 10,000 events for a tag that never loads, and each no', async () => {
    const page = await shop.visit({ head: `<script>${stub('_df')}</script>` });

    const kept = await page.evaluate<number>(`
      for (let n = 0; n < 100000; n++) _df.track('Order Completed', { n });
      _df.consent(false); _df.reset();
      _df.q.length
    `);

    expect(kept).toBe(10_002);
  });
});

describe('every event arrives', () => {
  it.each([
    ['10,000 calls in one task', ''],
    ['10,000 calls before the tag has loaded', 'early'],
  ])('after %s', async (_, when) => {
    const call = `for (let n = 0; n < 10000; n++) _df.track('Order Completed', { n });`;
    const head = when === '' ? tag() : tag().replace('<script async', `<script>${call}</script><script async`);
    const page = await shop.visit({ head });
    if (when === '') await page.evaluate(`{ ${call} } 0`);

    await expect.poll(() => orders().length, { timeout: 50_000 }).toBe(10_000);
    expect(new Set(orders().map(({ properties }) => properties?.['n'])).size).toBe(10_000);
  });

  it.each([
    ['a text', `{ value: 5, text: 'x'.repeat(70000) }`],
    ['a text of three-byte characters', `{ value: 5, text: '\\u20ac'.repeat(30000) }`],
    [
      'several texts',
      `{ value: 5, ...Object.fromEntries([...Array(9).keys()].map((n) => ['t' + n, 'x'.repeat(9000)])) }`,
    ],
    ['a list', `{ value: 5, products: Array.from({ length: 5000 }, (_, n) => ({ sku: 'sku-' + n, price: n })) }`],
    ['many fields', `{ value: 5, more: Object.fromEntries([...Array(9000).keys()].map((n) => ['field' + n, n])) }`],
    ['10 MB', `{ value: 5, text: 'x'.repeat(1e7) }`],
  ])('with too much of %s, except for its largest parts', async (_, properties) => {
    const page = await shop.visit();

    await page.evaluate(`_df.track('Order Completed', ${properties}); _df.track('After')`);

    await expect.poll(() => orders().length, { timeout: 10_000 }).toBe(1);
    expect(orders()[0]).toMatchObject({ properties: { value: 5 }, context: { page: { url: shop.url('/') } } });
    expect(JSON.stringify(orders()[0]).length).toBeLessThan(60_001);
    await expect.poll(() => shop.collector.events().map(({ event }) => event)).toContain('After');
  });
});
