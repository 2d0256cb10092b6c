/** What made people hesitate who tried the console as new users. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

let browser: Browser;
let product: LocalProduct;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  ({ page, complaints } = await openConsole(browser, product));
  await signIn(page, product);
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

const focusedLabel = () =>
  page.evaluate<string>('document.activeElement.ariaLabel ?? document.activeElement.textContent');
/** Opens a page anew, also if only the part after its `?` differs. */
const open = async (hash: string): Promise<void> => {
  await page.goto(`${product.url}/console#/new-source`);
  await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor();
  await page.goto(`${product.url}/console#${hash}`);
};

describe('the ways to connect', () => {
  it('are in one place, to which the status leads', async () => {
    const { sourceId } = await aConnection(product, { source: { name: 'Connected' } });
    await open(`/sources/${sourceId}/linkedin`);
    await page.getByRole('heading', { name: 'Status', exact: true }).waitFor();
    expect(await page.getByText('LinkedIn’s consent page', { exact: false }).filter({ visible: true }).count()).toBe(2);
    expect(await page.getByRole('button', { name: /consent page/ }).count()).toBe(0);

    await page.getByRole('link', { name: 'Connect again' }).click();

    await page.getByRole('button', { name: 'Continue to LinkedIn' }).waitFor();
    expect(await page.getByRole('radio', { name: /With LinkedIn’s consent page/ }).isChecked()).toBe(true);
    expect(complaints).toEqual([]);
  });
});

describe('the keyboard’s focus', () => {
  it('stays at the event whose rule is saved on the page Mappings', async () => {
    const { sourceId, writeKey } = await aConnection(product, {
      source: { name: 'Keys' },
      config: { conversion_rule_id: {} },
    });
    await product.collect({ batch: [aLead(), aLead({ event: 'Signed up' })] }, { writeKey });
    await open(`/sources/${sourceId}/mappings`);
    const use = page.getByRole('button', { name: 'Use this rule: Signed up' });
    await use.focus();
    await page.keyboard.press('Enter');

    await page.getByText('Signed up is a conversion now.').waitFor();
    await use.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Mappings' }).getByRole('link', { name: 'Signed up' }).waitFor();
    await expect.poll(focusedLabel).toBe('Conversion rule for Signed up');
    expect(complaints).toEqual([]);
  });
});
