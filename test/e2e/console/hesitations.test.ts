/** What made people hesitate who tried the console as new users. */
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

describe('a connection that somebody has disabled', () => {
  it('is enabled where its held conversions are shown, which says how many are sent then', async () => {
    const { sourceId, writeKey, id } = await aConnection(product, { source: { name: 'Paused' } });
    const heldFor = async (): Promise<unknown> =>
      Object(Object((await product.admin(`/integrations/${id}/status`)).body).backlog.hold).reason;
    product.sandbox.fault({ status: 503, path: '/rest/conversionEvents', times: 2 });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await product.admin(`/integrations/${id}`, { method: 'PATCH', body: { enabled: false } });
    await expect.poll(heldFor, WITHIN).toBe('integration_disabled');
    await open(`/sources/${sourceId}/linkedin`);
    await page.getByRole('link', { name: 'See who disabled it' }).waitFor();
    await page.getByRole('button', { name: 'Enable the connection' }).click();

    await page.getByText('1 conversion that was held is sent now.').waitFor();
    expect(await page.getByRole('button', { name: 'Enable the connection' }).count()).toBe(0);
    await expect.poll(heldFor, WITHIN).toBeUndefined();
    expect(complaints).toEqual([]);
  });
});

describe('the keyboard’s focus', () => {
  it('stays at the event whose rule is saved on the page Mappings', async () => {
    const { sourceId, writeKey } = await aConnection(product, {
      source: { name: 'Keys' },
      config: { conversion_rule_id: {} },
    });
    await product.collect({ batch: [aLead(), aLead({ event: 'Signed up' }), { type: 'page' }] }, { writeKey });
    await open(`/sources/${sourceId}/mappings`);
    // Why one event has no rule although a rule has its name.
    await page
      .getByRole('row', { name: /^Page view/ })
      .getByText('The rule “Page View” has a similar name, but isn’t preselected')
      .waitFor();
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

describe('the set-up’s list of events', () => {
  it('has one main button, and an event that was only typed is not lost', async () => {
    const { sourceId } = await aConnection(product, { source: { name: 'Typed' }, config: { conversion_rule_id: {} } });
    await open(`/sources/${sourceId}`);
    const name = page.getByLabel('Event name');
    await name.waitFor();
    const next = page.getByRole('button', { name: 'Continue', exact: true });
    expect(await next.count()).toBe(0);
    await name.fill('Lead Generated');
    await page.getByRole('button', { name: 'Add to the list' }).click();
    await page.getByLabel('Conversion rule for Lead Generated').waitFor();
    await next.waitFor();

    await name.fill('Order Completed');
    await next.click();

    await page.getByText('“Order Completed” is in the list now. Check its rule, then continue.').waitFor();
    await page.getByLabel('Conversion rule for Order Completed').waitFor();
    await next.click();
    await page.getByRole('button', { name: 'Save and continue' }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('the numbers of the bell and of Home', () => {
  it('differ, and Home says how they belong together', async () => {
    const config = { access_token: 'tok-revoked', refresh_token: null };
    const broken = await aConnection(product, { source: { name: 'With an incident' }, config });
    const near = await aConnection(product, { source: { name: 'Without an incident' } });
    await product.collect({ batch: [aLead()] }, { writeKey: broken.writeKey });
    await product.collect({ batch: [aLead({ event: 'lead generated' })] }, { writeKey: near.writeKey });
    const incidents = async () => {
      await product.runCron();
      return dataOf(await product.admin('/incidents?state=open')).length;
    };
    await expect.poll(incidents, WITHIN).toBe(1);

    await open('/');
    await page.getByRole('heading', { name: '1 open incident', exact: true }).waitFor(WITHIN);
    const bell = page.getByRole('link', { name: 'Alerts: 1 open incident' });
    await bell.waitFor();
    expect(await bell.getAttribute('title')).toBe('1 open incident. A site on Home can need attention without one.');
    await page.getByText('1 of them has an open incident. Nobody is alerted about any site').waitFor();
    await bell.click();
    await page
      .getByRole('region', { name: 'On Home, but no incident' })
      .getByRole('link', { name: 'Without an incident', exact: true })
      .waitFor(WITHIN);
    expect(complaints).toEqual([]);
  });
});

describe('a site that has never received an event', () => {
  it('is called so on Home, with the way to the snippet', async () => {
    const { sourceId } = await aConnection(product, { source: { name: 'Brand new' } });
    await product.admin('/sources', { body: { name: 'Not connected' } });
    await open('/');
    const row = (name: string) => page.getByRole('region', { name: 'Sites' }).getByRole('row', { name });
    await row('Not connected').getByText('The page Set-up has the snippet for your site, and connects').waitFor(WITHIN);
    await row('Brand new').getByText('No event yet', { exact: true }).waitFor();
    await row('Brand new').getByText('The page Set-up has the snippet for your site.').waitFor();
    await row('Brand new').getByRole('link', { name: 'Open Set-up: Brand new' }).click();
    await page.getByRole('region', { name: 'Snippet' }).waitFor();
    await page.goto(`${product.url}/console#/sources/${sourceId}/overview`);
    await page.getByText('No event yet', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  // The last test: it moves the Worker's clock.
  it('is quiet once it had some, even if they are so long ago that only their counts are left', async () => {
    const before = await aConnection(product, { source: { name: 'Had some' } });
    const never = await aConnection(product, { source: { name: 'Had none' } });
    await product.collect({ batch: [aLead()] }, { writeKey: before.writeKey });
    await product.kill();
    await product.restart({ clockAheadMs: 100 * 24 * 60 * 60 * 1000 });

    const causes = async () => {
      const rows = dataOf(await product.admin('/overview'));
      return [before, never].map(({ sourceId }) => rows.find(({ source_id: id }) => id === sourceId)?.['cause']);
    };
    await expect.poll(causes, WITHIN).toEqual(['no_events', 'no_event_yet']);
    await page.reload();
    await signIn(page, product);
    await open('/?q=had');
    const row = page.getByRole('region', { name: 'Sites' }).getByRole('row', { name: 'Had some' });
    await row.getByText('Quiet', { exact: true }).waitFor(WITHIN);
    await row.getByText('No events in this period, but earlier.').waitFor();
    expect(complaints).toEqual([]);
  });
});
