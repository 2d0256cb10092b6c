/**
 * Every page on a phone, at 200 % zoom, on a tablet, a laptop and a wide screen: nothing is cut off without a sign, no
 * amount breaks or is covered, and no field stands apart. The site has names and amounts that are as long as they may be.
 */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection } from '../management/a-connection.ts';
import { aLead, goTo, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';
import { layoutFlaws } from './layout-flaws.ts';

const WITHIN = { timeout: 60_000 };
const SITE = 'The customer portal of the Northern European subsidiary for replacement parts and its accessories';
const LONG_EVENT = `${'Requested a personal consultation about '.repeat(2)}heat pumps`;
/** A phone, a page of 1,280 pixels at 200 %, a tablet, a laptop and a wide screen. */
const WIDTHS = [390, 640, 834, 1280, 1920];

let browser: Browser;
let product: LocalProduct;
let page: Page;
let complaints: string[];
let writeKey: string;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  const { writeKey: key, ask } = await aConnection(product, {
    source: { id: 'src_long', name: SITE, allowed_origins: [`https://${'a-long-label.'.repeat(8)}example.com`] },
  });
  writeKey = key;
  await aConnection(product, { source: { id: 'src_other', name: 'Other' } });
  await ask('/mappings', {
    body: { name: LONG_EVENT, trigger: `event = "${LONG_EVENT}"`, conversion_rule_id: '987654' },
  });
  for (const name of ['Agency', 'A program that reads the ledger every night'])
    await product.admin('/tokens', { body: { name, role: 'viewer', source_ids: ['src_long'] } });
  await product.admin('/alert-channels', {
    body: { type: 'webhook', name: 'Hooks', url: 'https://hooks.example.com/services/conversions' },
  });
  ({ page, complaints } = await openConsole(browser, product, {
    viewport: { width: 1280, height: 820 },
    timezoneId: 'America/Argentina/Buenos_Aires',
  }));
  await signIn(page, product);
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor(WITHIN);
}, 180_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** Sends a conversion that LinkedIn refuses, and others that it takes. */
async function sendEvents(): Promise<void> {
  product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
  const properties = { value: 12_345_678.9, currency: 'EUR' };
  await product.collect({ batch: [aLead({ properties })] }, { writeKey });
  await expect
    .poll(async () => (await product.admin('/sources/src_long/events')).body, WITHIN)
    .toMatchObject({
      data: [{ state: 'dead' }],
    });
  await product.collect(
    {
      batch: [
        aLead({ traits: {} }),
        ...['EUR', 'JPY', 'USD'].flatMap((currency) =>
          ['Lead Generated', LONG_EVENT].map((event) =>
            aLead({ event, properties: { value: 12_345_678.9, currency } }),
          ),
        ),
      ],
    },
    { writeKey },
  );
  await product.sandbox.waitForEvents(6, 60_000);
}

async function expectGood(name: string, shown = page): Promise<void> {
  for (const width of WIDTHS) {
    await shown.setViewportSize({ width, height: 820 });
    await expect.poll(() => shown.evaluate(layoutFlaws), { message: `${name} at ${width} pixels` }).toEqual([]);
  }
  await shown.setViewportSize({ width: 1280, height: 820 });
}

beforeEach(() => page.setViewportSize({ width: 1280, height: 820 }));

describe('every page', () => {
  it('has the card to sign in in the middle of a wide screen', async () => {
    const { page: other } = await openConsole(browser, product, { viewport: { width: 1920, height: 1080 } });
    await other.getByLabel('Token', { exact: true }).waitFor(WITHIN);
    const card = await other.locator('.sign-in').boundingBox();
    expect((card?.x ?? 0) + (card?.width ?? 0) / 2).toBe(960);
    await expectGood('Sign in', other);
    await other.close();
  });

  it('cuts nothing off without a sign, breaks or covers no amount, and has no field that stands apart', async () => {
    await sendEvents();
    const delivered = async (): Promise<number> => {
      await goTo(page, 'Privacy');
      await goTo(page, 'Home');
      const row = page.getByRole('row', { name: SITE });
      await row.waitFor(WITHIN);
      return row.getByText('JPY 24,691,358').count();
    };
    await expect.poll(delivered, WITHIN).toBe(1);
    await expectGood('Home');
    await page.goto(`${product.url}/console#/sources/src_long/overview`);
    await page.getByText('EUR 24,691,357.80').first().waitFor(WITHIN);
    await expectGood('Overview');
    const pages: [string, Locator][] = [
      ['Set-up', page.getByText('Put the snippet on your site')],
      ['Live events', page.getByRole('button', { name: LONG_EVENT }).first()],
      ['Mappings', page.getByRole('heading', { name: 'Events seen on the site' })],
      ['Conversion rules', page.getByRole('region', { name: 'Readiness' }).getByRole('row').nth(1)],
      ['Deliveries', page.getByRole('row', { name: /Lead Generated/ }).first()],
      ['Ledger', page.getByRole('rowheader', { name: LONG_EVENT }).first()],
      ['LinkedIn', page.getByRole('heading', { name: 'Status' })],
      ['Doctor', page.getByText('The last day')],
      ['Settings', page.getByRole('heading', { name: 'Server keys' })],
      ['Alerts', page.getByRole('rowheader', { name: /Hooks/ })],
      ['Privacy', page.getByRole('rowheader', { name: 'Agreed to advertising' })],
      ['Access', page.getByRole('rowheader', { name: /Agency/ })],
      ['Audit log', page.getByRole('row', { name: /created a token “Agency”/ })],
    ];
    for (const [name, there] of pages) {
      await goTo(page, name);
      await there.waitFor(WITHIN);
      await expectGood(name);
    }
    await goTo(page, 'Deliveries');
    await page.getByLabel('State').selectOption('dead');
    await page.getByRole('heading', { name: 'By cause' }).waitFor(WITHIN);
    await expectGood('Failed deliveries');
    await goTo(page, 'Live events');
    await page.getByRole('button', { name: LONG_EVENT }).first().click();
    await page.getByText(': matched').first().waitFor(WITHIN);
    await expectGood('The story of an event');
    await page.keyboard.press('Escape');
    await goTo(page, 'Mappings');
    await page.getByRole('link', { name: LONG_EVENT }).click();
    await page.getByText('What LinkedIn would get').waitFor(WITHIN);
    await expectGood('A mapping');
    expect(complaints).toEqual([]);
  }, 180_000);

  it('has its whole menu in view on a laptop, with the choice of the time zone', async () => {
    await page.setViewportSize({ width: 1280, height: 820 });
    await goTo(page, 'Ledger');
    const zone = page.getByRole('combobox', { name: 'Time zone' });
    expect(await zone.locator('option').allTextContents()).toEqual(['UTC', 'Buenos Aires (local)']);
    const box = await page.getByText('Times and days are in UTC.').boundingBox();
    expect((box?.y ?? 820) + (box?.height ?? 0)).toBeLessThan(820);
  });

  it('says in which column each value of a card is, and shows the value of a live event on a phone', async () => {
    await goTo(page, 'Live events');
    await page.setViewportSize({ width: 390, height: 820 });
    await page.getByText('JPY 12,345,679').first().waitFor(WITHIN);
    await page.setViewportSize({ width: 1280, height: 820 });
    await goTo(page, 'Ledger');
    await page.setViewportSize({ width: 390, height: 820 });
    const row = page.getByRole('row', { name: /Lead Generated/ }).first();
    await row.waitFor(WITHIN);
    const titles = await row.evaluate((one) =>
      [...one.querySelectorAll('td')]
        .filter((cell) => cell.checkVisibility())
        .map((cell) => getComputedStyle(cell, '::before').content.replaceAll('"', '').trim()),
    );
    expect(titles).toEqual(['Day:', 'Received', 'Delivered', 'Failed', 'Skipped', 'Skipped because:']);
  });
});

describe('a confirmation', () => {
  it.each([390, 1280])('covers no button to copy, at %i pixels', async (width) => {
    await goTo(page, 'Settings');
    await page.getByRole('heading', { name: 'Server keys' }).waitFor(WITHIN);
    await page.setViewportSize({ width, height: 820 });
    await page.getByLabel('Name', { exact: true }).fill(`${SITE}${width}`.slice(-90));
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.locator('.toast').getByText('Saved.').waitFor(WITHIN);
    const covered = await page.evaluate(() => {
      const buttons = [...document.querySelectorAll('.copyable button')];
      const bar = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
      const inTheWay = buttons.flatMap((button) =>
        Array.from({ length: Math.floor((innerHeight - bar - 40) / 10) }, (_, step) => {
          scrollBy(0, button.getBoundingClientRect().top - bar - step * 10);
          const { left, right, top, bottom } = button.getBoundingClientRect();
          if (top < bar || bottom > innerHeight) return '';
          const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return there === button ? '' : (there?.className ?? 'nothing');
        }),
      );
      return { buttons: buttons.length, inTheWay: inTheWay.filter((one) => one !== '') };
    });
    expect(covered).toEqual({ buttons: 2, inTheWay: [] });
    await page.locator('.toast:not(:empty)').waitFor({ state: 'hidden' });
  });
});

describe('the page Import, with long names and amounts', () => {
  it('cuts nothing off of a preview and of an earlier import', async () => {
    await goTo(page, 'Import');
    await page.getByLabel('Event', { exact: true }).fill('Lead Generated');
    await page.keyboard.press('Tab');
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await page.locator('input[type=file]').setInputFiles({
      name: `${'leads-of-the-spring-campaign-'.repeat(3)}.csv`,
      mimeType: 'text/csv',
      buffer: Buffer.from(`email,conversion_time,value,currency\nann@firm.de,${day},12345678.90,EUR`),
    });
    await page.getByText('The import sends one conversion to LinkedIn').waitFor(WITHIN);
    await page.getByRole('group', { name: 'Lawful basis' }).getByRole('radio', { name: 'Consent' }).check();
    await expectGood('A preview');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Done.').first().waitFor(WITHIN);
    await goTo(page, 'Ledger');
    await goTo(page, 'Import');
    await page.getByRole('region', { name: 'Earlier imports' }).waitFor(WITHIN);
    await expectGood('Earlier imports');
    expect(complaints).toEqual([]);
  });
});
