/**
 * Actions that a role doesn't allow are disabled on every page: a person who presses every enabled button is never
 * refused.
 */
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from '../management/a-connection.ts';
import { aLead, openConsole, startEmptyProduct } from './an-empty-console.ts';

let browser: Browser;
let product: LocalProduct;
let sourceId: string;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  const connection = await aConnection(product);
  ({ sourceId } = connection);
  product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
  await product.collect({ batch: [aLead(), aLead({ event: 'Other' })] }, { writeKey: connection.writeKey });
  await connection.ask('/mappings', { body: { name: 'Orders', conversion_rule_id: '987654' } });
  await product.admin(`/sources/${sourceId}/server-keys`, { method: 'POST' });
  await product.admin(`/sources/${sourceId}/write-keys`, { method: 'POST' });
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

const PAGES = [
  '',
  'live',
  'mappings',
  'mappings/new',
  'deliveries',
  'deliveries?state=dead',
  'rules',
  'import',
  'ledger',
  'linkedin',
  'doctor',
  'settings',
  '#alerts',
  '#privacy',
  '#access',
  '#new-source',
];

type Visit = { page: Page; refused: string[]; open: (tab: string) => Promise<void>; settled: () => Promise<void> };

/** Signs in with a role's token, and records each answer that refuses the role. */
async function visitAs(role: string): Promise<Visit> {
  const { body } = await product.admin('/tokens', { body: { name: role, role, source_ids: [sourceId] } });
  const { page } = await openConsole(browser, product);
  await page.getByLabel('Token', { exact: true }).fill(String(bodyOf({ status: 200, body })['token']));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  const refused: string[] = [];
  const underWay = new Set<Request>();
  page.on('request', (request) => {
    // The live stream never ends.
    if (!request.url().endsWith('/live')) underWay.add(request);
  });
  page.on('requestfinished', (request) => underWay.delete(request));
  page.on('requestfailed', (request) => underWay.delete(request));
  page.on('response', (response) => {
    if (response.status() === 403) refused.push(`${response.request().method()} ${new URL(response.url()).pathname}`);
  });
  const settled = async (): Promise<void> => {
    // Lists them by address, so that a failure names the unfinished one.
    const addresses = (): string[] => [...underWay].map((request) => `${request.method()} ${request.url()}`);
    await expect.poll(addresses, { timeout: 10_000, interval: 20 }).toEqual([]);
  };
  const open = async (tab: string): Promise<void> => {
    await page.goto(`${product.url}/console#/new-source`);
    await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor();
    if (tab !== '#new-source')
      await page.goto(`${product.url}/console#/${tab.startsWith('#') ? tab.slice(1) : `sources/${sourceId}/${tab}`}`);
    await page.locator('main:not([aria-busy]):not([inert]) h1:not(.unseen)').waitFor();
    await settled();
  };
  return { page, refused, open, settled };
}

/** Presses the enabled button or switch at an index, and confirms when asked. Returns false when there is none. */
async function press({ page, settled }: Visit, index: number): Promise<boolean> {
  const isThere = await page.evaluate<boolean>(`(() => {
    const can = [...document.querySelectorAll('main :is(button, input[type=checkbox]):enabled')].filter((button) => button.checkVisibility());
    can[${index}]?.click();
    return ${index} < can.length;
  })()`);
  await page.evaluate(`document.querySelector('dialog .danger:enabled, dialog .primary:enabled')?.click()`);
  await settled();
  return isThere;
}

describe('a viewer', () => {
  it('can press everything that is enabled, and sees who they are', async () => {
    const visit = await visitAs('viewer');
    await visit.page.getByRole('banner').getByText('viewer', { exact: true }).waitFor();
    let pressed = 0;

    for (const tab of PAGES) {
      await visit.open(tab);
      for (let index = 0; await press(visit, index); index += 1) {
        pressed += 1;
        await visit.open(tab);
      }
    }

    expect(visit.refused).toEqual([]);
    expect(pressed).toBeGreaterThan(PAGES.length);
  }, 240_000);

  it('sees which role each disabled action needs', async () => {
    const { page, open } = await visitAs('viewer');
    await open('mappings');
    const off = page.getByRole('switch', { name: 'Enabled: Orders' });
    expect(await off.isDisabled()).toBe(true);
    expect(await off.getAttribute('title')).toContain('needs the role editor');
    await open('settings');
    await page.getByText('needs the role editor').first().waitFor();
    expect(await page.getByRole('button', { name: 'Delete site' }).isDisabled()).toBe(true);
  });
});

describe('an editor', () => {
  it("changes mappings, and can't create or delete a source", async () => {
    const { page, open, refused } = await visitAs('editor');
    await open('mappings');
    await page.getByRole('switch', { name: 'Enabled: Orders' }).uncheck();
    await page.getByRole('switch', { name: 'Enabled: Orders', checked: false }).waitFor();
    await open('settings');
    expect(await page.getByRole('button', { name: 'Delete site' }).isDisabled()).toBe(true);
    await open('#new-source');
    await page.getByText('needs the role owner').waitFor();

    expect(refused).toEqual([]);
  });
});
