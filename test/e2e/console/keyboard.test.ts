/** Set-up, a mapping and a replay without a mouse: every step is reached with Tab, and done with keys. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aLead, openConsole, startEmptyProduct } from './an-empty-console.ts';

/** More than any page has elements that Tab stops at. */
const MOST_STOPS = 120;

let browser: Browser;
let product: LocalProduct;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  ({ page, complaints } = await openConsole(browser, product));
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** Presses Tab until an element has the focus, which must be visible then. */
async function tabTo(element: Locator): Promise<void> {
  await element.waitFor();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await element.evaluate((one) => one === one.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${element.toString()}`);
}

async function press(element: Locator, key = 'Enter'): Promise<void> {
  await tabTo(element);
  await page.keyboard.press(key);
}

/**
 * Moves to a group of radio buttons with Tab, which stops at one of them, and then to the wanted one with the arrow
 * keys.
 */
async function choose(radio: Locator): Promise<void> {
  await radio.waitFor();
  const isInGroup = (): Promise<boolean> =>
    radio.evaluate((one) => {
      const { activeElement } = one.ownerDocument;
      return activeElement !== null && activeElement.getAttribute('name') === one.getAttribute('name');
    });
  for (let stops = 0; stops < MOST_STOPS && !(await isInGroup()); stops += 1) await page.keyboard.press('Tab');
  for (let steps = 0; steps < 10 && !(await radio.isChecked()); steps += 1) await page.keyboard.press('ArrowDown');
  expect(await radio.isChecked()).toBe(true);
}

async function type(element: Locator, text: string): Promise<void> {
  await tabTo(element);
  await page.keyboard.type(text);
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const link = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });
const field = (name: string) => page.getByLabel(name, { exact: true });

it('signs in, sets a site up, maps an event and replays a delivery with the keyboard alone', async () => {
  await type(field('Token'), product.adminToken);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
  await type(field('Name'), 'Keys only');
  await press(button('Create site'));
  await page.getByRole('heading', { level: 1, name: 'Keys only' }).waitFor();
  const snippet = await page.getByRole('region', { name: 'Snippet' }).textContent();
  const writeKey = /wk_[\w-]+/.exec(snippet ?? '')?.[0] ?? '';

  await choose(page.getByRole('radio', { name: 'With an access token' }));
  await press(button('Use the sandbox’s token'));
  await press(button('Connect'));
  await choose(page.getByRole('radio', { name: /123456789/ }));
  await press(button('Use this account'));
  await type(field('Event name'), 'Lead Generated');
  await press(button('Add to the list'));
  await field('Conversion rule for Lead Generated').waitFor();
  await press(button('Continue'));
  await button('Save and continue').waitFor();

  await press(link('Mappings'));
  await press(page.getByRole('link', { name: 'Add a mapping' }));
  await type(field('Name'), 'Big orders');
  await type(field('Conversion rule'), 'Order');
  await press(button('Create mapping'));
  await page.getByText('The mapping is saved.').waitFor();
  await page.getByRole('link', { name: 'Big orders' }).waitFor();

  product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
  await product.collect({ batch: [aLead()] }, { writeKey });
  await press(link('Deliveries'));
  await expect
    .poll(
      async () => {
        await press(button('Filter'));
        return page.getByText('Failed', { exact: true }).and(page.locator('.badge')).count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  await type(field('State'), 'Failed');
  await page.getByRole('heading', { name: 'By cause' }).waitFor();
  await press(button('Replay 1 failed…'));
  await page.getByRole('dialog', { name: 'Replay these deliveries?' }).waitFor();
  await press(button('Replay 1'));

  await page.getByText('1 of 1 delivered.').waitFor();
  expect(complaints).toEqual([]);
}, 120_000);
