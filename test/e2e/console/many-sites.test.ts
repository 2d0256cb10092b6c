/**
 * C11 and C15 of the console's cases: forty sites on Home, the worst first, and a chart that shows the outcomes of
 * events.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

const WITHIN = { timeout: 60_000 };
const SITES = 40;
const BROKEN = [11, 23, 37];

/** Runs in the page: keeps the texts that a canvas shows, because they are no elements. */
const DRAWN_TEXTS = `
  globalThis.drawnTexts = [];
  const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    globalThis.drawnTexts.push(text);
    return fillText.call(this, text, ...at);
  };
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    globalThis.drawnTexts = [];
    return clearRect.call(this, ...area);
  };
`;

let browser: Browser;
let product: LocalProduct;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  for (let index = 0; index < SITES; index += 1) {
    const isBroken = BROKEN.includes(index);
    const { writeKey } = await aConnection(product, {
      source: { id: `src_${index}`, name: `Site ${String(index).padStart(2, '0')}` },
      ...(isBroken && { config: { access_token: 'tok-revoked', refresh_token: null } }),
    });
    await product.collect({ batch: Array.from({ length: isBroken ? 3 : 1 }, () => aLead()) }, { writeKey });
  }
  ({ page, complaints } = await openConsole(browser, product, { viewport: { width: 1440, height: 900 } }));
  await signIn(page, product);
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
}, 180_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
});

const rows = () => page.getByRole('region', { name: 'Sites' }).getByRole('row');
const names = () => rows().getByRole('rowheader').allTextContents();

/**
 * Deliveries that are resumed or replayed are sent at once, and held again when LinkedIn has answered. Home shows that
 * they are held only if it is loaded after that. Choosing another period loads it.
 */
const allHeldAgain = async () => {
  await expect
    .poll(async () => {
      const { data } = JSON.parse(JSON.stringify((await product.admin('/overview')).body));
      return data.filter(({ held }: { held: number }) => held === 3).length;
    }, WITHIN)
    .toBe(3);
};

describe('forty sites, of which three are broken', () => {
  it('are one table with the broken ones first, in at most five requests', async () => {
    await expect
      .poll(async () => {
        const { data } = JSON.parse(JSON.stringify((await product.admin('/overview')).body));
        return data.filter(({ verdict }: { verdict: string }) => verdict === 'broken').length;
      }, WITHIN)
      .toBe(3);
    const requests: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/admin/')) requests.push(request.url());
    });
    await page.reload();
    await rows().nth(SITES).waitFor();

    expect((await names()).slice(0, 3)).toEqual(['Site 11', 'Site 23', 'Site 37']);
    expect(await names()).toHaveLength(SITES);
    expect(requests.length).toBeLessThanOrEqual(5);
    await rows().nth(1).getByText('3 conversions are held. LinkedIn refuses the access token').waitFor();
    await rows().nth(1).getByText('USD 1,500.00').waitFor();
    await rows()
      .nth(1)
      .getByRole('img', { name: /received \(grey\), 0 delivered \(green\), 0 failed \(red\)/ })
      .waitFor();
    await page.getByText('Trend: received events in grey, delivered in green, failed in red.').waitFor();
    // LinkedIn is asked about so many sites slowly, so the page says above the list what “working” means until then.
    const known = page.getByText(/Campaigns were checked for \d+ of 37 connections so far/);
    expect((await known.boundingBox())?.y ?? Infinity).toBeLessThan((await rows().first().boundingBox())?.y ?? 0);
    await known.filter({ hasText: 'checked for 1 of' }).waitFor();
    await page.getByText('At risk now: the value of all held and failed conversions').waitFor();
    await page.getByText('Broken: conversions are held, the connection has ended').waitFor();
    const third = await rows().nth(3).boundingBox();
    expect((third?.y ?? Infinity) + (third?.height ?? 0)).toBeLessThan(900);
    expect(complaints).toEqual([]);
  });

  it('can be searched, filtered by cause and sorted by money, and the address holds it', async () => {
    await page.goto(`${product.url}/console#/`);
    await page.getByLabel('Find a site').fill('site 2');
    await expect.poll(names).toHaveLength(10);
    await page.getByLabel('Cause', { exact: true }).selectOption({ label: 'Access token refused (3)' });
    await expect.poll(names).toEqual(['Site 23']);
    await page.getByLabel('Find a site').fill('');
    await page.getByLabel('Sort by').selectOption('risk');

    await page.reload();

    await expect.poll(names).toEqual(['Site 11', 'Site 23', 'Site 37']);
    expect(page.url()).toContain('cause=token_refused');
  });

  it('lead to the remedy, and all of them can be paused, resumed and replayed at once', async () => {
    await page.goto(`${product.url}/console#/?cause=token_refused`);
    await page.reload();
    for (const name of ['Site 11', 'Site 37']) await page.getByLabel(`Select ${name}`).check();
    const bulk = page.getByRole('group', { name: 'Selected sites' });
    await bulk.getByText('2 sites selected').waitFor();
    await bulk.getByRole('button', { name: 'Pause' }).click();
    const question = page.getByRole('dialog', { name: 'Pause 2 sites?' });
    await question.getByText('Site 37').waitFor();
    await question.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('2 sites are paused.').waitFor();
    const { body } = await product.admin('/integrations?source_id=src_11');
    expect(JSON.stringify(body)).toContain('"enabled":false');

    await bulk.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByText('2 sites are running.').waitFor();
    await allHeldAgain();
    await page.getByText('24 hours', { exact: true }).click();
    for (const name of ['Site 11', 'Site 37'])
      await page.getByRole('row', { name }).getByText('3 conversions are held').waitFor();
    await bulk.getByRole('button', { name: 'Replay' }).click();
    const replay = page.getByRole('dialog', { name: 'Replay failed and held deliveries of 2 sites?' });
    await replay.getByText(/Site 11: 3 held, 0 failed, worth USD\s1,500.00/).waitFor();
    await replay.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Sending 6 deliveries of 2 sites again.').waitFor();

    await allHeldAgain();
    await page.getByText('7 days', { exact: true }).click();
    await page.getByRole('link', { name: 'Fix: Site 11' }).click();
    await page.getByRole('heading', { level: 1, name: 'Site 11' }).waitFor();
    await page.getByText('LinkedIn refuses it').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('labels', () => {
  it('group sites, for a filter that the address holds and for actions on all of them', async () => {
    await page.goto(`${product.url}/console#/sources/src_5/settings`);
    await page.getByLabel('Labels').fill('Customer A, Sweden');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved.').waitFor();
    await product.admin('/sources/src_6', { method: 'PATCH', body: { labels: ['Customer A'] } });
    await page.goto(`${product.url}/console#/`);
    await page.getByLabel('Label', { exact: true }).selectOption('Customer A');
    await expect
      .poll(async () => (await names()).toSorted())
      .toEqual(['Site 05 Customer A Sweden', 'Site 06 Customer A']);
    await page.reload();
    await expect.poll(names).toHaveLength(2);

    await page.getByLabel('Select all sites shown').check();
    const bulk = page.getByRole('group', { name: 'Selected sites' });
    await bulk.getByText('2 sites selected').waitFor();
    await bulk.getByRole('button', { name: 'New write keys' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'New write keys' }).click();
    await page.getByText('2 sites have a new write key.').waitFor();

    for (const id of ['src_5', 'src_6'])
      expect(bodyOf(await product.admin(`/sources/${id}`))['write_keys']).toHaveLength(2);
    expect(complaints).toEqual([]);
  });
});

describe('the overview of a site', () => {
  it('names held and failed conversions, the money, and draws each outcome once per day with a tooltip', async () => {
    const { id, writeKey, ask } = await aConnection(product, {
      source: { id: 'src_mixed', name: 'Mixed' },
      config: { account_id: '100', conversion_rule_id: { 'Lead Generated': '1001', 'Order Completed': '1002' } },
    });
    // Other sites' attempts get some of the faults.
    product.sandbox.fault({ status: 422, times: 50, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ dead: 1 });
    product.sandbox.reset();
    await product.collect({ batch: [aLead(), aLead({ event: 'Order Completed' })] }, { writeKey });
    await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ held: 1 });
    expect(id).toMatch(/^int_/);

    await page.addInitScript({ content: DRAWN_TEXTS });
    await page.setViewportSize({ width: 1920, height: 1000 });
    await page.goto(`${product.url}/console#/sources/src_mixed/overview`);
    await page.reload();

    const card = page.getByRole('region', { name: 'Mixed' });
    await card.getByText(/^1 conversion is held\. Rule 1002: .*\. Separately, 1 conversion has failed\.$/).waitFor();
    await card.getByText('Value delivered').waitFor();
    await card.getByText('USD 1,000.00').waitFor();
    await page.getByText('Times and days are in UTC.').waitFor();
    const chart = card.getByRole('img', { name: /3 received, 1 delivered, 1 held, 1 failed/ });
    await chart.waitFor();
    const days = async (): Promise<string[]> => {
      const drawn = await page.evaluate<string[]>('drawnTexts');
      return drawn.filter((text) => /^\d+ [A-Z]/.test(text));
    };
    await expect.poll(async () => (await days()).length, WITHIN).toBe(7);
    expect(new Set(await days()).size).toBe(7);
    await card.getByText('failed', { exact: true }).first().waitFor();
    const matched = card.getByRole('row', { name: /CAPI Purchase/ });
    await expect.poll(async () => matched.getByRole('cell').allTextContents()).toEqual(['2', ' 0 %', ' 100 %', ' 0 %']);
    await card.getByText('CAPI Purchase: to improve matching').waitFor();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('The chart has no place');
    await page.mouse.move(box.x + box.width - 80, box.y + box.height / 2);
    await card.getByText('1 held').waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(complaints).toEqual([]);
  });
});

describe('the top bar', () => {
  it.each([1280, 390])('stays in view at %i pixels, and covers nothing that has the focus', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${product.url}/console#/`);
    await page.reload();
    await rows().nth(SITES).waitFor();
    await rows().nth(SITES).getByRole('link').last().focus();
    const bar = (await page.getByRole('banner').boundingBox()) ?? { y: -1, height: 0 };
    expect(await page.evaluate<number>('scrollY')).toBeGreaterThan(1_000);
    expect(bar.y).toBe(0);
    expect(bar.height).toBeLessThan(width === 390 ? 110 : 65);
    await page.getByRole('banner').getByRole('combobox', { name: 'Search' }).click({ trial: true });
    const tops: number[] = [];
    for (let stops = 0; stops < 40; stops += 1) {
      await page.keyboard.press('Shift+Tab');
      tops.push(await page.evaluate<number>('document.activeElement.getBoundingClientRect().top'));
    }
    expect(Math.min(...tops)).toBeGreaterThanOrEqual(bar.height);

    await page.goto(`${product.url}/console#/sources/src_0/rules`);
    await page.getByRole('region', { name: 'Conversion rules' }).waitFor();
    const name = `getComputedStyle(document.querySelector('.top-site'), '::before').content`;
    expect(await page.evaluate(name)).toBe('"Site 00"');
    expect(await page.locator('.top-site').isVisible()).toBe(width === 390);
    expect(complaints).toEqual([]);
  });
});

describe('at a width of 1280 pixels, with a site whose name is one long word', () => {
  it('all columns of Home and of the conversion rules are seen, and sources are in the order of their names', async () => {
    await product.admin('/sources/src_7', { method: 'PATCH', body: { name: `A${'l'.repeat(69)}` } });
    const { write_keys: keys } = JSON.parse(JSON.stringify((await product.admin('/sources/src_7')).body));
    const inEuros = aLead({ properties: { value: 12_345, currency: 'EUR' } });
    await product.collect({ batch: [inEuros] }, { writeKey: keys[0].key });
    await expect
      .poll(async () => JSON.stringify((await product.admin('/overview')).body), WITHIN)
      .toContain('"EUR":"12345');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${product.url}/console#/`);
    await page.reload();
    await rows().nth(SITES).waitFor();
    const isCut = (name: string): Promise<boolean> =>
      page.getByRole('region', { name }).evaluate((holder) => holder.scrollWidth > holder.clientWidth);

    expect(await isCut('Sites')).toBe(false);
    await page.getByRole('link', { name: 'New site' }).waitFor();
    const options = await page.getByLabel('Site', { exact: true }).locator('option').allTextContents();
    expect(options.slice(0, 3)).toEqual([`A${'l'.repeat(69)}`, 'Mixed', 'Site 00']);

    await page.goto(`${product.url}/console#/sources/src_mixed/rules`);
    await page.getByText('belongs to the Insight Tag').first().waitFor();
    expect(await isCut('Conversion rules')).toBe(false);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await isCut('Conversion rules')).toBe(false);
    expect(complaints).toEqual([]);
  });
});
