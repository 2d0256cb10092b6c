/** Times, names and amounts are shown in one way on every page: in the zone that the person chose, told apart, with the currency first. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, dataOf } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

const WITHIN = { timeout: 30_000 };

let browser: Browser;
let product: LocalProduct;
let page: Page;
let complaints: string[];
let connection: Awaited<ReturnType<typeof aConnection>>;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  connection = await aConnection(product, { source: { id: 'src_a', name: 'Alpha' } });
  await product.collect({ batch: [aLead({ messageId: 'lead-1' })] }, { writeKey: connection.writeKey });
  await product.sandbox.waitForEvents(1, 30_000);
  // Kabul is four and a half hours ahead, all year.
  ({ page, complaints } = await openConsole(browser, product, { timezoneId: 'Asia/Kabul' }));
  await signIn(page, product);
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

const open = async (hash: string): Promise<void> => {
  await page.goto(`${product.url}/console#/privacy`);
  await page.goto(`${product.url}/console#${hash}`);
};
const clockIn = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone }).format(
    new Date(iso),
  );

describe('times', () => {
  it('are in UTC until the person chooses the zone of their browser, which is kept, and which every page follows', async () => {
    const [event] = dataOf(await product.admin('/sources/src_a/events'));
    const at = String(event?.['received_at']);
    await expect
      .poll(async () => dataOf(await product.admin('/sources/src_a/events'))[0]?.['state'], WITHIN)
      .toBe('delivered');
    await open('/sources/src_a/live');
    await page.getByText('Times and days are in UTC.').waitFor();
    await page.getByText(clockIn(at, 'UTC')).first().waitFor(WITHIN);

    await page.getByLabel('Time zone').selectOption('browser');
    await page.getByText('Times are in Asia/Kabul. Events are counted by days in UTC.').waitFor();
    await page.getByText(clockIn(at, 'Asia/Kabul')).first().waitFor(WITHIN);
    await page.reload();
    for (const path of ['live', 'deliveries', 'live?event=lead-1']) {
      await open(`/sources/src_a/${path}`);
      await page.getByText(clockIn(at, 'Asia/Kabul')).first().waitFor(WITHIN);
      expect(await page.getByText(clockIn(at, 'UTC')).count()).toBe(0);
    }

    await open('/sources/src_a/overview?period=24h');
    await page
      .getByRole('img', { name: /^\d+ [A-Z][a-z]+, \d\d:30 Asia\/Kabul: 1 received, 1 delivered/ })
      .waitFor(WITHIN);
    await open('/sources/src_a/overview');
    await page.getByText('Each bar is a day in UTC.').waitFor(WITHIN);

    await page.getByLabel('Time zone').selectOption('utc');
    await page.getByText('Times and days are in UTC.').waitFor();
    await open('/sources/src_a/live');
    await page.getByText(clockIn(at, 'UTC')).first().waitFor(WITHIN);
    expect(complaints).toEqual([]);
  });

  it('that a person enters are in this zone too: a token expires at the end of their day', async () => {
    await open('/access');
    await page.getByLabel('Time zone').selectOption('browser');
    await page.getByText('New token', { exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('Until May');
    await page.getByLabel('Role', { exact: true }).selectOption('owner');
    await page.getByLabel('Expires', { exact: true }).fill('2031-05-31');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page
      .getByRole('row', { name: /Until May/ })
      .getByText('31 May 2031, 23:59:59')
      .first()
      .waitFor();

    const tokens = dataOf(await product.admin('/tokens'));
    expect(tokens.find(({ name }) => name === 'Until May')?.['expires_at']).toBe('2031-05-31T19:29:59.000Z');
    await page.getByLabel('Time zone').selectOption('utc');
    await page
      .getByRole('row', { name: /Until May/ })
      .getByText('31 May 2031, 19:29:59')
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('two sources with the same name', () => {
  it('are allowed with a warning, and told apart in every list', async () => {
    await open('/new-source');
    await page.getByLabel('Name', { exact: true }).fill('alpha ');
    await page.getByText('You already have a site called “Alpha”.').waitFor();
    await page.getByLabel('Addresses of the website').fill('https://alpha.example');
    await page.getByRole('button', { name: 'Create site' }).click();
    await page.getByText('Waiting for the first event…').waitFor();
    const id = /src_\w+/.exec(page.url())?.[0] ?? '';

    await open('/');
    await page.getByRole('row', { name: /^Select alpha \(alpha\.example\)/ }).waitFor(WITHIN);
    await page.getByRole('row', { name: /^Select Alpha \(src_a\)/ }).waitFor();
    expect(await page.getByLabel('Site', { exact: true }).locator('option').allTextContents()).toEqual([
      'alpha (alpha.example)',
      'Alpha (src_a)',
    ]);
    await page.getByRole('combobox', { name: 'Search' }).fill('alpha');
    const found = page.getByRole('listbox', { name: 'Search results' });
    await found.getByRole('option', { name: 'Alpha (src_a)' }).waitFor();
    await found.getByRole('option', { name: 'alpha (alpha.example)' }).waitFor();
    await page.keyboard.press('Escape');

    await open(`/sources/${id}/settings`);
    await page.getByLabel('Name', { exact: true }).fill('Beta');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Alpha');
    await page.getByText('You already have a site called “Alpha”.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Beta');
    expect(await page.getByText('You already have a site called').count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(await page.getByLabel('Site', { exact: true }).locator('option').allTextContents()).toEqual([
      'Alpha',
      'Beta',
    ]);
    expect(complaints).toEqual([]);
  });
});

describe('two connections of a site with the same name', () => {
  it('are told apart by their ad accounts, in every list and in the heading', async () => {
    const { sourceId, id } = await aConnection(product, { source: { id: 'src_two', name: 'Two' } });
    const config = { account_id: '100', access_token: 'tok-ok', conversion_rule_id: { 'Lead Generated': '1001' } };
    await product.admin('/integrations', { body: { source_id: sourceId, config } });
    const [first, other] = ['LinkedIn Conversions (123456789)', 'LinkedIn Conversions (100)'];

    for (const tab of ['mappings', 'rules', 'doctor', 'linkedin']) {
      await open(`/sources/src_two/${tab}`);
      for (const name of [first, other]) await page.getByRole('link', { name, exact: true }).waitFor(WITHIN);
    }
    await open(`/sources/src_two/linkedin/${id}`);
    await page.getByRole('heading', { level: 1, name: first }).waitFor(WITHIN);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('LinkedIn Conversions');
    await open('/sources/src_two/overview');
    for (const name of [first, other]) await page.getByRole('link', { name, exact: true }).waitFor(WITHIN);
    await open('/sources/src_two/deliveries');
    const choices = page.getByRole('main').getByRole('option', { name: /^LinkedIn Conversions/ });
    await expect.poll(async () => (await choices.allTextContents()).toSorted(), WITHIN).toEqual([other, first]);
    expect(complaints).toEqual([]);
  });
});

describe('a page view', () => {
  it('has one name, on every page', async () => {
    const { sourceId, writeKey } = await aConnection(product, {
      source: { id: 'src_pages', name: 'Pages' },
      config: { conversion_rule_id: { page: '987657' } },
    });
    const view = { type: 'page', event: undefined, messageId: 'view-1' };
    await product.collect({ batch: [aLead(view)] }, { writeKey });
    await expect
      .poll(async () => dataOf(await product.admin(`/sources/${sourceId}/events`))[0]?.['deliveries'], WITHIN)
      .toMatchObject([{ conversion_rule_id: '987657' }]);
    const main = page.getByRole('main');

    await open('/sources/src_pages/live');
    await main.getByRole('button', { name: 'Page view', exact: true }).click(WITHIN);
    const story = page.getByRole('dialog', { name: 'Page view' });
    await story.getByText('Page view: matched').waitFor();
    await open('/sources/src_pages/deliveries');
    await main.getByRole('button', { name: 'Page view', exact: true }).waitFor(WITHIN);
    await open('/sources/src_pages/ledger');
    await main.getByRole('rowheader', { name: 'Page view', exact: true }).waitFor(WITHIN);
    await open('/sources/src_pages/mappings');
    await main.getByRole('rowheader', { name: 'Page view by name', exact: true }).waitFor(WITHIN);
    await main.getByRole('rowheader', { name: 'Page view', exact: true }).waitFor();
    await open('/sources/src_pages/mappings/new');
    await main.getByRole('option', { name: 'Page view (1 recent)' }).waitFor({ state: 'attached', ...WITHIN });
    await page.getByRole('combobox', { name: 'Search' }).fill('view-1');
    await page
      .getByRole('option', { name: /^Page view/ })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });
});

describe('amounts of money', () => {
  it('have the currency first and its own decimals, in rows, facts and questions alike', async () => {
    const { sourceId, writeKey } = await aConnection(product, { source: { id: 'src_yen', name: 'Yen' } });
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead({ properties: { value: 1234, currency: 'JPY' } })] }, { writeKey });
    await expect
      .poll(async () => dataOf(await product.admin(`/sources/${sourceId}/events`))[0]?.['state'], WITHIN)
      .toBe('dead');
    const shown = 'JPY 1,234';

    await open('/sources/src_yen/live');
    await page
      .getByRole('row', { name: /Lead Generated/ })
      .getByText(shown, { exact: true })
      .waitFor(WITHIN);
    await open('/');
    await page.getByRole('row', { name: /Yen/ }).getByText(shown, { exact: true }).waitFor(WITHIN);
    await open('/sources/src_yen/overview');
    await page.getByRole('definition').filter({ hasText: shown }).waitFor(WITHIN);
    await open('/sources/src_yen/deliveries?state=dead');
    await page.getByRole('button', { name: /^Replay (all )?\d+ (failed|held)/ }).click();
    await page.getByRole('dialog').getByText(shown).waitFor(WITHIN);
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });
});
