import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openExampleSite, textOf, type ExampleSite } from '../../support/example-site.ts';

let site: ExampleSite;
beforeAll(async () => (site = await openExampleSite()));
afterEach(async () => site.clear());
afterAll(async () => site.close());

it('sends a WooCommerce order once, even if its page is loaded again', async () => {
  const [head, thanks] = await printedBy('examples/wordpress/functions.php', {
    'array_filter( $traits )': { email: 'john.doe@example.com', firstName: 'John </script>' },
    $order_properties: { order_id: '1042', total: 149.99, currency: 'EUR' },
    '"order-$order_id"': 'order-1042',
  });
  const page = await site.open('https://www.example.com/thanks', {
    '/thanks': `<!doctype html><head>${head}</head><body>${thanks}</body>`,
  });

  // Gives consent through the WP Consent API.
  const agree = () =>
    document.dispatchEvent(new CustomEvent('wp_listen_for_consent_change', { detail: { marketing: 'allow' } }));
  await page.evaluate(agree);
  await expect.poll(() => site.events().length).toBe(3);
  await page.reload();
  await page.evaluate(agree);

  await expect.poll(() => site.events().length).toBe(6);
  const orders = site.events().filter(({ event }) => event === 'Order Completed');
  expect(orders.map(({ messageId }) => messageId)).toEqual(['order-1042', 'order-1042']);
  expect(orders[0]).toMatchObject({
    properties: { order_id: '1042', total: 149.99, currency: 'EUR' },
    context: { traits: { email: 'john.doe@example.com', firstName: 'John </script>' } },
  });
  expect(site.complaints).toEqual([]);
});

/**
 * Returns what each of the file's functions prints. Every `wp_json_encode` is replaced by a value, escaped as the call
 * asks.
 */
async function printedBy(path: string, values: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const php = await textOf(path);
  return [...php.matchAll(/\n\t\?>\n(.*?)\n\t<\?php\n/gs)].map(([, html = '']) =>
    html.replaceAll(/<\?php echo wp_json_encode\( (.*?), \$safe \); \?>/g, (_, name: string) => {
      if (!(name in values)) throw new Error(`Cannot print ${path}: there is no value for ${name}`);
      return JSON.stringify(values[name]).replaceAll(
        /[<>&']/g,
        (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
      );
    }),
  );
}
