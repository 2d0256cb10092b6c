import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import {
  aLead,
  connectLinkedIn,
  createSource,
  goTo,
  openConsole,
  signIn,
  startEmptyProduct,
} from './an-empty-console.ts';

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
  it('has no problem that axe finds, in light and in dark mode, and is no wider than a phone', async () => {
    const { page } = await openConsole(browser, product);
    await page.getByLabel('Token', { exact: true }).waitFor();
    await expectClean(page, 'sign in');
    await signIn(page, product);
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
    await expectClean(page, 'empty home');
    const { id, writeKey } = await createSource(page);
    await expectClean(page, 'set-up');
    for (const name of ['Mappings', 'Deliveries', 'Doctor']) {
      await goTo(page, name);
      await page.getByText('Not connected yet').waitFor();
      await expectClean(page, `${name}, not connected`);
    }
    await connectLinkedIn(page);
    await expectClean(page, 'set-up, connected');
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await goTo(page, 'Live events');
    await page.getByText('Failed', { exact: true }).last().waitFor();
    await product.collect({ batch: [aLead(), aLead({ traits: {} })] }, { writeKey });
    await page.getByText('Delivered', { exact: true }).last().waitFor();
    const delivered = page.getByRole('row', { name: /Delivered/ }).first();
    await delivered.getByRole('img', { name: 'E-mail, hashed' }).waitFor();
    await delivered.getByText('USD 500.00').waitFor();
    await expectClean(page, 'live events');
    await page.getByRole('button', { name: 'Lead Generated' }).first().click();
    await page.getByText('Lead Generated: matched').waitFor();
    await expectClean(page, 'the story of an event');
    await page.keyboard.press('Escape');
    await goTo(page, 'Mappings');
    await page.getByRole('heading', { name: 'Events seen on the site' }).waitFor();
    await expectClean(page, 'mappings');
    await page.getByRole('link', { name: 'Lead Generated' }).click();
    await page.getByText('What LinkedIn would get').waitFor();
    await expectClean(page, 'a mapping');
    await page.getByLabel('Conversion rule', { exact: true }).selectOption('create');
    await page.getByRole('dialog', { name: 'New conversion rule' }).waitFor();
    await expectClean(page, 'a new rule');
    await page.keyboard.press('Escape');
    await goTo(page, 'Deliveries');
    await page.getByLabel('State', { exact: true }).selectOption('dead');
    await page.getByRole('heading', { name: 'By cause' }).waitFor();
    await expectClean(page, 'failed deliveries');
    await page.getByRole('button', { name: /^Replay (all )?\d+ (failed|held)/ }).click();
    await page.getByRole('dialog', { name: 'Replay these deliveries?' }).waitFor();
    await expectClean(page, 'replay');
    await page.keyboard.press('Escape');
    const pages = [
      ['Conversion rules', page.getByRole('rowheader').first()],
      ['Import', page.getByLabel('Event', { exact: true })],
      ['Ledger', page.getByRole('rowheader').first()],
      ['LinkedIn', page.getByRole('heading', { name: 'Status' })],
      ['Doctor', page.getByText('The last day')],
      ['Settings', page.getByRole('heading', { name: 'Server keys' })],
      ['Alerts', page.getByRole('heading', { name: 'Channels' })],
      ['Privacy', page.getByRole('heading', { name: 'Erase a person' })],
      ['Access', page.getByRole('heading', { name: 'Tokens' })],
      ['Audit log', page.getByRole('region', { name: 'Audit log' })],
      ['Home', page.getByRole('img', { name: /received/ })],
    ] as const;
    for (const [name, there] of pages) {
      await goTo(page, name);
      await there.waitFor();
      await expectClean(page, name);
    }
    await goTo(page, 'Import');
    const rows = ['Kontakt,Signed on,Consent,Note', 'ann@firm.de,2026-11-01,no,-'].join('\n');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'deals.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
    await page.getByText('It has no column for the person').waitFor();
    await expectClean(page, 'the columns of a file');
    const search = page.getByRole('combobox', { name: 'Search' });
    await search.fill('lead');
    await page.getByRole('listbox', { name: 'Search results' }).getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await expectClean(page, 'search');
    await search.fill('no such thing');
    await page.getByText('Nothing found').first().waitFor();
    await expectClean(page, 'a search without results');
    await goTo(page, 'Settings');
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await product.admin(`/sources/${id}`, { method: 'PATCH', body: { name: 'Theirs', bot_filter: 'off' } });
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('dialog', { name: 'Somebody else has changed this' }).waitFor();
    await expectClean(page, 'a conflict');
    await page.getByRole('button', { name: 'Take all of theirs' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('button', { name: 'Delete site' }).click();
    await page.getByRole('dialog').waitFor();
    await expectClean(page, 'a question');
    await page.close();
  }, 180_000);
});

async function expectClean(page: Page, view: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Runs it as the devtools would, because the page's CSP blocks our script.
    await page.evaluate(axe);
    // Light and dark mode differ only in colors.
    const rules = colorScheme === 'light' ? '' : `{ runOnly: ['color-contrast'] }`;
    const violations = await page.evaluate<{ id: string; nodes: string[] }[]>(
      `axe.run(${rules}).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, any }) => html + ' ' + any.map(({ message }) => message)) })))`,
    );
    expect(violations, `${view}, ${colorScheme}`).toEqual([]);
  }
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate('document.documentElement.scrollWidth'), `${view}, on a phone`).toBeLessThanOrEqual(390);
  if (size !== null) await page.setViewportSize(size);
}
