/**
 * `node test/docs/console-screenshots.ts`: the console's pictures for the docs, from a product that is set up by hand.
 * With `--all` also each view in dark and on a phone, into `.cache/console/`. Look at them before they are committed.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { buildClient } from '../../scripts/build.ts';
import {
  aLead,
  connectLinkedIn,
  createSource,
  openConsole,
  signIn,
  startEmptyProduct,
} from '../e2e/console/an-empty-console.ts';
import { launchChromium } from '../support/browser.ts';

const images = join(import.meta.dirname, '../../docs/images');
const looks = join(import.meta.dirname, '../../.cache/console');

const withAll = process.argv.includes('--all');

await mkdir(looks, { recursive: true });
await buildClient({ demo: true });
const [product, browser] = await Promise.all([startEmptyProduct(), launchChromium()]);
try {
  const { page } = await openConsole(browser, product, { viewport: { width: 1280, height: 820 }, timezoneId: 'UTC' });
  await take(page, 'sign-in');
  await signIn(page, product);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await take(page, 'empty');
  const { writeKey } = await createSource(page);
  await take(page, 'source');
  await page.getByRole('link', { name: 'LinkedIn', exact: true }).click();
  await page.getByLabel('Ad account id').waitFor();
  await take(page, 'new-integration');
  await connectLinkedIn(page);
  product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
  await product.collect({ batch: [aLead()] }, { writeKey });
  await page.getByRole('link', { name: 'Live events' }).click();
  await page.getByText('Dead letter', { exact: true }).last().waitFor();
  await product.collect(
    {
      batch: [
        ...Array.from({ length: 23 }, () => aLead()),
        aLead({ traits: {} }),
        aLead({ context: { consent: { categoryPreferences: { advertising: false } } } }),
        aLead({ event: 'Video Played' }),
        { type: 'page', name: 'Pricing' },
      ],
    },
    { writeKey },
  );
  await product.sandbox.waitForEvents(23, 30_000);
  await page.getByRole('row', { name: /Pricing/ }).waitFor();
  await page.getByText('On its way').last().waitFor({ state: 'hidden' });
  await page.getByText('Saved.').waitFor({ state: 'hidden' });
  await take(page, 'live', true);
  await page.getByRole('button', { name: 'Lead Generated' }).first().click();
  await page
    .getByRole('button', { name: 'See its requests' })
    .first()
    .or(page.getByText('It led to no'))
    .first()
    .waitFor();
  await take(page, 'story');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'LinkedIn', exact: true }).click();
  await page.getByRole('button', { name: 'Check the set-up' }).click();
  await page.getByText('Asking LinkedIn…').waitFor({ state: 'detached' });
  await take(page, 'integration');
  await page.getByRole('link', { name: 'Deliveries' }).click();
  await page.getByRole('row').nth(2).waitFor();
  await take(page, 'deliveries');
  await page.getByLabel('State').selectOption('dead');
  await page.getByRole('button', { name: 'Replay…' }).click();
  await page.getByRole('dialog').waitFor();
  await take(page, 'replay');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Ledger' }).click();
  await page.getByRole('rowheader').first().waitFor();
  await take(page, 'ledger');
  await page.getByRole('link', { name: 'Directflight' }).click();
  await page.getByRole('heading', { level: 2 }).waitFor();
  await take(page, 'home', true);
} finally {
  await Promise.all([browser.close(), product.stop()]);
}

async function take(page: Page, name: string, isForDocs = false): Promise<void> {
  if (isForDocs) await page.screenshot({ path: join(images, `console-${name}.png`) });
  if (!withAll) return;
  await page.screenshot({ path: join(looks, `${name}.png`) });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: join(looks, `${name}-dark.png`) });
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.screenshot({ path: join(looks, `${name}-phone.png`) });
  if (size !== null) await page.setViewportSize(size);
}
