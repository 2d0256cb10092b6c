import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { problemBody } from '../../../worker/schema/problem.ts';
import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection } from '../management/a-connection.ts';
import { openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

type Mode = 'as it is' | 'fault' | 'forbidden' | 'slow';

let browser: Browser;
let product: LocalProduct;
let page: Page;
let complaints: string[];
let source: string;
let mode: Mode = 'as it is';

beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  const connection = await aConnection(product, { config: { conversion_rule_id: {} } });
  source = `#/sources/${connection.sourceId}`;
  ({ page, complaints } = await openConsole(browser, product));
  await signIn(page, product);
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.route('**/v1/admin/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    // The session and the list of sources belong to the frame around every page.
    if (mode === 'as it is' || /\/(session|sources)$/.test(pathname)) return route.continue();
    if (mode === 'slow') return undefined;
    const body =
      mode === 'fault'
        ? problemBody('internal_error', 'A fault for the test')
        : problemBody('forbidden', 'This needs another role');
    return route.fulfill({
      status: body.status,
      contentType: 'application/problem+json',
      body: JSON.stringify(body),
    });
  });
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** Each page, and its text when it is empty. */
const PAGES = [
  ['#/', 'No event yet'],
  ['/overview', 'No event yet'],
  ['', 'no event yet'],
  ['/live', 'No events yet'],
  ['/mappings', 'No event is a conversion yet'],
  ['/mappings/new', 'The event matches. Choose a conversion rule to send it.'],
  ['/deliveries', 'No deliveries yet'],
  ['/ledger', 'Nothing was received on these days'],
  ['/linkedin', 'Nothing is waiting or held.'],
  ['/doctor', 'No event has arrived from this site yet'],
  ['/settings', 'No server keys yet.'],
  ['#/alerts', 'No channels yet'],
  ['#/privacy', 'Nothing to report yet'],
  ['#/access', 'No tokens yet, other than the admin token.'],
] as const;

async function open(path: string, as: Mode): Promise<void> {
  mode = as;
  await page.goto(`${product.url}/console#/new-source`);
  await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor();
  await page.goto(`${product.url}/console${path.startsWith('#') ? path : `${source}${path}`}`);
}

describe.each(PAGES)('the page %s', (path, empty) => {
  it('has texts for empty, loading, failed and not allowed', async () => {
    await open(path, 'slow');
    await page
      .getByText(/^(Loading…|Connecting…|Asking LinkedIn…)$/)
      .first()
      .waitFor();

    await open(path, 'fault');
    const problem = page.getByRole('main').getByRole('alert').first();
    await problem.getByText('A fault for the test').waitFor();

    await open(path, 'forbidden');
    await problem.getByText('You don’t have access to this').waitFor();
    await problem.getByText('This needs another role').waitFor();

    await open(path, 'as it is');
    await page.getByRole('main').getByText(empty, { exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
  });
});
