/**
 * The console shows an incident on Home, in the bell and on the page Alerts. On that page, an owner sets up where
 * alerts are sent.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { type AlertReceiver, startAlertReceiver } from '../../support/alert-receiver.ts';
import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aLead, goTo, openConsole, signIn, startEmptyProduct } from '../console/an-empty-console.ts';
import { aConnection, dataOf } from '../management/a-connection.ts';

const TITLE = 'LinkedIn does not accept a conversion rule';

let browser: Browser;
let product: LocalProduct;
let receiver: AlertReceiver;
beforeAll(async () => {
  [browser, product, receiver] = await Promise.all([launchChromium(), startEmptyProduct(), startAlertReceiver()]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([product.stop(), receiver.close()]);
});

/** Checks an open page with axe, which the page's CSP lets only the devtools run. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate<string[]>('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
}

/** Waits until an incident is open, or none is. */
async function untilOpen(count: number): Promise<void> {
  const open = async (): Promise<number> => {
    await product.runCron();
    return dataOf(await product.admin('/incidents?state=open')).length;
  };
  await expect.poll(open, { timeout: 30_000, interval: 200 }).toBe(count);
}

it('sets up a channel, and shows an incident until its cause is repaired', { timeout: 120_000 }, async () => {
  const shop = await aConnection(product, { source: { name: 'Shop' } });
  await aConnection(product, { source: { name: 'Blog' } });
  const { page, complaints } = await openConsole(browser, product);
  const bell = (name: string) => page.getByRole('banner').getByRole('link', { name, exact: true });
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Channels' }) });
  const typesSent = (): unknown[] => receiver.received.map(({ text }) => Object(JSON.parse(text))['type']);
  await signIn(page, product);
  await bell('Alerts: no open incidents').click();
  await page.getByText('No open incidents').waitFor();
  await page.getByText('No closed incidents').waitFor();

  // Setting up a channel: a missing value is reported at its field, the secret is shown once, and a test says whether
  // it arrived.
  await page.getByRole('button', { name: 'Add a channel' }).click();
  const dialog = page.getByRole('dialog', { name: 'New channel' });
  // The form is longer than a low screen, so its button stays in view.
  await page.setViewportSize({ width: 1280, height: 500 });
  const button = await dialog.getByRole('button', { name: 'Create channel' }).boundingBox();
  expect((button?.y ?? 500) + (button?.height ?? 500)).toBeLessThan(500);
  await dialog.getByLabel('Type').selectOption('webhook');
  await dialog.getByLabel('Name').fill('On call');
  await dialog.getByRole('button', { name: 'Create channel' }).click();
  await dialog.getByText('Enter the address').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel('Address').fill(`${receiver.url}/in?key=s3cret`);
  await dialog.getByLabel('Delay alerts in quiet hours').check();
  await dialog.getByLabel('Time zone').fill('Europe/Berlin');
  await dialog.getByRole('button', { name: 'Create channel' }).click();
  const secret = await page.getByRole('region', { name: 'Signing secret' }).textContent();
  expect(secret).toMatch(/^whsec_/);
  await card.getByText('22:00 to 07:00, Europe/Berlin').waitFor();
  await card.getByRole('button', { name: 'Send a test: On call' }).click();
  await card.getByText('The test has arrived: “On call” confirmed it.').waitFor();
  expect(typesSent()).toEqual(['test']);
  receiver.answerWith(500);
  expect(await page.getByRole('region', { name: 'Signing secret' }).textContent()).toBe(secret);
  await card.getByRole('button', { name: 'Send a test: On call' }).click();
  await card.getByText('The test to “On call” was not sent').waitFor();
  await card.getByText('The receiver answered 500.').first().waitFor();
  receiver.answerWith(200);
  await card.getByRole('button', { name: 'Change: On call' }).click();
  const change = page.getByRole('dialog', { name: 'Change “On call”' });
  await change.getByLabel('Delay alerts in quiet hours').uncheck();
  await change.getByLabel('Digest').selectOption('daily');
  await change.getByRole('button', { name: 'Save changes' }).click();
  await card.getByText('every day').waitFor();
  await page.reload();
  await card.getByText('every day').waitFor();
  expect(await page.content()).not.toMatch(/s3cret|whsec_/);

  product.sandbox.setState({ rules: { '987655': { enabled: false } } });
  await product.collect({ batch: [aLead()] }, { writeKey: shop.writeKey });
  await untilOpen(1);
  await goTo(page, 'Home');
  const summary = page.getByRole('region', { name: 'Open incidents' });
  await summary.getByText(TITLE).waitFor();
  await summary.getByText('1 conversion, worth USD 500.00').waitFor();
  await bell('Alerts: 1 open incident').waitFor();
  const repair = `#/sources/${shop.sourceId}/rules?integration=${shop.id}&rule=987655`;
  expect(await page.getByRole('link', { name: 'Fix: Shop' }).getAttribute('href')).toBe(repair);
  await summary.getByRole('link', { name: 'Shop' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview Shop' }).waitFor();
  await summary.getByText(TITLE).waitFor();
  await bell('Alerts: 1 open incident').click();
  await page.getByRole('heading', { level: 3, name: TITLE }).waitFor();
  await page.getByText('LinkedIn accepts no conversion that is older than 90 days.').waitFor();
  await page.getByText('Who was told (1)').click();
  await page.getByText(/^On call: opened, (not sent yet|sent )/).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.getByRole('link', { name: `Fix: ${TITLE}` }).getAttribute('href')).toBe(repair);

  // After an action the bell is updated several times at once: without one, only every ten seconds.
  let looks = 0;
  page.on('request', (request) => (looks += request.url().includes('state=open&limit=100') ? 1 : 0));
  await card.getByRole('button', { name: 'Change: On call' }).click();
  await change.getByLabel('Digest').selectOption('weekly');
  await change.getByRole('button', { name: 'Save changes' }).click();
  await card.getByText('on Mondays').waitFor();
  await expect.poll(() => looks, { timeout: 5_000 }).toBeGreaterThan(1);

  product.sandbox.setState({ rules: { '987655': { enabled: true } } });
  await shop.ask('/replay', { body: { filter: {} } });
  await untilOpen(0);
  // Neither the list nor the bell needs a reload.
  await page.getByText('No open incidents').waitFor();
  await bell('Alerts: no open incidents').waitFor();
  await page.getByRole('row', { name: new RegExp(`^${TITLE}.* Shop`) }).waitFor();
  await page.getByRole('main').getByLabel('Site', { exact: true }).selectOption('Blog');
  await page.getByText('No closed incidents').waitFor();
  await card.getByRole('button', { name: 'Delete: On call' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No channels yet').waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

it('asks for the bell every five minutes, and not at all in a tab in the background', async () => {
  const { page } = await openConsole(browser, product);
  await signIn(page, product);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await page.clock.install();
  await page.goto(`${product.url}/console#/new-source`);
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor();
  let asked = 0;
  const bell = page.getByRole('banner').getByRole('link', { name: 'Alerts: no open incidents' });
  await bell.waitFor();
  page.on('request', (request) => (asked += request.url().includes('/incidents') ? 1 : 0));

  await page.clock.runFor(4 * 60_000);
  expect(asked).toBe(0);
  // It checks the time each minute, so the first request comes after five or six minutes.
  await page.clock.runFor(8 * 60_000);
  await expect.poll(() => asked).toBe(2);

  await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.isAway, configurable: true })");
  await page.evaluate('window.isAway = true');
  await page.clock.runFor(10 * 60_000);
  expect(asked).toBe(2);
  await page.evaluate("window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))");
  await expect.poll(() => asked).toBe(3);
  await page.close();
});
