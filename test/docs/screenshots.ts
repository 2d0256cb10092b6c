/**
 * `npm run screenshots`: takes the README's pictures from the product itself, as seen by a visitor who came from an ad
 * and filled in the form. Look at them before you commit them.
 */
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { buildClient } from '../../scripts/build.ts';
import { helpIfAsked } from '../../scripts/help.ts';
import { launchChromium } from '../support/browser.ts';
import { startLocalProduct } from '../support/local-product.ts';

helpIfAsked(`Makes docs/images/*.png from the running product. Look at the pictures before you commit them.

  npm run screenshots`);

const VIEW = {
  viewport: { width: 1280, height: 780 },
  colorScheme: 'light',
  locale: 'en-GB',
  timezoneId: 'UTC',
} as const;

const images = join(import.meta.dirname, '../../docs/images');

await buildClient({ demo: true });
const [product, browser] = await Promise.all([startLocalProduct(), launchChromium()]);
try {
  const page = await browser.newPage(VIEW);
  await bookATasting(page);
  await page.screenshot({ path: join(images, 'demo.png') });

  await page.goto(product.sandbox.url);
  await page.getByText('Lead Generated').or(page.getByText('987655')).first().waitFor();
  await page.screenshot({ path: join(images, 'sandbox.png') });
} finally {
  await Promise.all([browser.close(), product.stop()]);
}

async function bookATasting(page: Page): Promise<void> {
  await page.goto(`${product.url}/demo?li_fat_id=abc123-def456-ghi789`);
  await page.getByRole('navigation').getByRole('link', { name: 'Book a tasting' }).click();
  await page.getByLabel('First name').fill('John');
  await page.getByLabel('Last name').fill('Doe');
  await page.getByLabel('Work e-mail').fill('john.doe@example.com');
  await page.getByLabel('Company').fill('Acme Inc');
  await page.getByRole('button', { name: 'Book my tasting' }).click();
  await page.getByText('LinkedIn has accepted it.').waitFor();
}
