/** The few deliveries that a person looks for may be thousands of events old. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

/** The API looks at 5,000 events for one page of a list. */
const SKIPPED = 5_500;
const MAX_EVENTS = 500;

let browser: Browser;
let product: LocalProduct;

beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

it('shows a held delivery, its cause and its replay behind 5,500 events that nothing identifies', async () => {
  // The sandbox has disabled this rule.
  const { sourceId, writeKey, ask } = await aConnection(product, {
    config: { conversion_rule_id: { 'Lead Generated': '1002' } },
  });
  await product.collect({ batch: [aLead()] }, { writeKey });
  const held = () => ask('/deliveries?state=held');
  await expect.poll(held).toMatchObject({ body: { data: [{ state: 'held' }] } });
  for (let sent = 0; sent < SKIPPED; sent += MAX_EVENTS)
    await product.collect(
      { batch: Array.from({ length: MAX_EVENTS }, () => ({ type: 'track', event: 'Lead Generated' })) },
      { writeKey },
    );
  // So the first page of the list is empty.
  expect(await held()).toMatchObject({ body: { data: [], next_cursor: expect.any(String) } });

  const { page, complaints } = await openConsole(browser, product);
  await signIn(page, product);
  await page.goto(`${product.url}/console#/sources/${sourceId}/deliveries?state=held`);
  await page.getByRole('region', { name: 'Deliveries' }).getByText('Lead Generated').waitFor();
  await page.getByRole('heading', { name: 'By cause' }).waitFor();

  expect(await page.getByText('No deliveries').count()).toBe(0);
  expect(complaints).toEqual([]);
});
