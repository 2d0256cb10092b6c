import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openExampleSite, textOf, type ExampleSite } from '../../support/example-site.ts';

let site: ExampleSite;
beforeAll(async () => (site = await openExampleSite()));
afterEach(async () => site.clear());
afterAll(async () => site.close());

const named = () => site.events().map(({ type, event }) => event ?? type);

it("sends a visitor's page views and cart events from a Shopify theme after a yes in the shop’s banner", async () => {
  const head = await rendered('examples/shopify/directflight.liquid', {
    customer: { id: 7, email: 'john.doe@example.com', first_name: 'John', last_name: 'Doe' },
    product: { id: 42, title: 'Tea "1886"', price: 1999 },
    cart: { currency: { iso_code: 'EUR' } },
  });
  const page = await site.open('https://www.example.com/products/tea', {
    '/products/tea': `<!doctype html><head>${head}</head>
      <form action="/cart/add"><input name="id" value="4201"><button>Add</button></form>`,
    '/cart/add': '<title>Cart</title>',
  });
  await expect.poll(() => page.evaluate(() => window._df.track.length)).toBeGreaterThanOrEqual(0);
  expect(site.events()).toEqual([]);

  await page.evaluate(() =>
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: { marketingAllowed: true } })),
  );
  await page.click('button');
  await page.waitForURL('**/cart/add?*');

  await expect.poll(named).toEqual(['page', 'identify', 'Product Viewed', 'Product Added']);
  expect(site.events()[2]).toMatchObject({
    userId: '7',
    properties: { product_id: 42, name: 'Tea "1886"', price: 19.99, currency: 'EUR' },
    context: { traits: { email: 'john.doe@example.com' } },
  });
  expect(site.events()[3]?.properties).toEqual({ variant_id: '4201' });
  expect(site.complaints).toEqual([]);
});

it('uses the answer that Shopify remembers from an earlier page', async () => {
  const head = await rendered('examples/shopify/directflight.liquid', {});
  const shopify = `<script>window.Shopify = {
    loadFeatures: (features, done) => setTimeout(done),
    customerPrivacy: { currentVisitorConsent: () => ({ marketing: 'yes' }), marketingAllowed: () => true },
  }</script>`;

  await site.open('https://www.example.com/', { '/': `<!doctype html><head>${shopify}${head}</head>` });

  await expect.poll(named).toEqual(['page']);
  expect(site.complaints).toEqual([]);
});

it('sends the order from the checkout’s pixel, with the click ID that the shop’s pages stored', async () => {
  // Shopify's objects for a pixel, with the parts of its checkout event that the example reads.
  const pixel = `
    const browser = { cookie: { get: async (name) => ({ li_fat_id: 'abc-1' })[name] } };
    const analytics = { subscribe: (name, act) => act({
      name, timestamp: '2026-11-21T10:00:00.100Z',
      data: { checkout: {
        order: { id: '1042' }, email: 'john.doe@example.com', currencyCode: 'EUR',
        totalPrice: { amount: 149.99, currencyCode: 'EUR' }, billingAddress: { firstName: 'John', countryCode: 'DE' },
      } },
      context: { document: { location: { href: 'https://www.example.com/checkouts/1042/thank-you' } } },
    }) };
    ${await textOf('examples/shopify/custom-pixel.js')}`;
  const frame = '<iframe sandbox="allow-scripts" src="/pixel"></iframe>';

  await site.open('https://www.example.com/thank-you', {
    '/thank-you': `<!doctype html>${frame}`,
    '/pixel': `<!doctype html><script>${pixel}</script>`,
  });

  await expect.poll(named).toEqual(['Order Completed']);
  expect(site.events()[0]).toMatchObject({
    messageId: 'order-1042',
    timestamp: '2026-11-21T10:00:00.100Z',
    properties: { order_id: '1042', total: 149.99, currency: 'EUR' },
    context: { li_fat_id: 'abc-1', traits: { email: 'john.doe@example.com', firstName: 'John', countryCode: 'DE' } },
  });
  expect(site.complaints).toEqual([]);
});

type Values = { readonly [name: string]: unknown };

/** Renders the part of Liquid that the snippet uses: `{% comment %}`, `{% if %}`, and values as JSON. */
async function rendered(path: string, values: Values): Promise<string> {
  const liquid = await textOf(path);
  return liquid
    .replaceAll(/\{%-? comment -?%\}.*?\{%-? endcomment -?%\}/gs, '')
    .replaceAll(/\{% if (\w+) %\}(.*?)\{% endif %\}/gs, (_, name: string, then: string) => (name in values ? then : ''))
    .replaceAll(/\{\{ ([\w.]+) \| json \}\}/g, (_, name: string) =>
      JSON.stringify(name.split('.').reduce((value: unknown, key) => Reflect.get(Object(value), key), values)),
    );
}
