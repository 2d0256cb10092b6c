import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aLead, connectLinkedIn, createSource, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

let axe: string;
let browser: Browser;
let product: LocalProduct;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

describe('every view of the console', () => {
  it('has nothing that axe finds, in light and in dark, and is no wider than a phone', async () => {
    const { page } = await openConsole(browser, product);
    await expectClean(page, 'sign in');
    await signIn(page, product);
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
    await expectClean(page, 'empty home');
    const { writeKey } = await createSource(page);
    await expectClean(page, 'source');
    await page.getByRole('link', { name: 'LinkedIn', exact: true }).click();
    await page.getByLabel('Ad account id').waitFor();
    await expectClean(page, 'new integration');
    await connectLinkedIn(page);
    await expectClean(page, 'integration');
    await product.collect({ batch: [aLead(), aLead({ traits: {} })] }, { writeKey });
    await page.getByRole('link', { name: 'Live events' }).click();
    await page.getByText('Delivered', { exact: true }).last().waitFor();
    await page
      .getByRole('row', { name: /Lead Generated/ })
      .nth(1)
      .waitFor();
    await expectClean(page, 'live events');
    await page.getByRole('button', { name: 'Lead Generated' }).first().click();
    await expectClean(page, 'the story of an event');
    await page.keyboard.press('Escape');
    for (const tab of ['Deliveries', 'Ledger']) {
      await page.getByRole('link', { name: tab }).click();
      await page.getByRole('heading', { level: 1, name: tab }).waitFor();
      await expectClean(page, tab);
    }
    await page.getByRole('link', { name: 'Directflight' }).click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await expectClean(page, 'home');
    await page.close();
  }, 180_000);
});

async function expectClean(page: Page, view: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // As the devtools would: the page's own CSP lets no script of ours in.
    await page.evaluate(axe);
    const violations = await page.evaluate<{ id: string; nodes: string[] }[]>(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, any }) => html + ' ' + any.map(({ message }) => message)) })))`,
    );
    expect(violations, `${view}, ${colorScheme}`).toEqual([]);
  }
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate('document.documentElement.scrollWidth'), `${view}, on a phone`).toBeLessThanOrEqual(390);
  if (size !== null) await page.setViewportSize(size);
}
