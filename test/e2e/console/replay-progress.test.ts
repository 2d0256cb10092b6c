/** C4 of the console's cases: a replay counts its own deliveries, and says that it is finished only when it is. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

const WITHIN = { timeout: 30_000 };

let browser: Browser;
let product: LocalProduct;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

it("shows the progress of the replay itself, while another rule's delivery is held", async () => {
  const { sourceId, writeKey, ask } = await aConnection(product, {
    // Rule 1002 is disabled at LinkedIn, so its deliveries are held.
    config: { account_id: '100', conversion_rule_id: { 'Lead Generated': '1001', 'Order Completed': '1002' } },
  });
  for (const _ of [1, 2]) {
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await expect
      .poll(async () => JSON.stringify(bodyOf(await ask('/status'))['backlog']), WITHIN)
      .toContain(`"dead":${_}`);
  }
  await product.collect({ batch: [aLead({ event: 'Order Completed' })] }, { writeKey });
  await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ held: 1, dead: 2 });
  const { page, complaints } = await openConsole(browser, product);
  await signIn(page, product);
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();

  await page.goto(`${product.url}/console#/sources/${sourceId}/deliveries`);
  const list = page.getByRole('region', { name: 'Deliveries' });
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  await page.getByLabel('Conversion rule', { exact: true }).fill('1002');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect.poll(() => list.getByRole('row').count(), WITHIN).toBe(2);
  await list.getByText('Order Completed').waitFor();
  // The whole list is here, so its deliveries are counted.
  await page.getByRole('button', { name: 'Replay 1 held…' }).waitFor();
  expect(page.url()).toContain('conversion_rule_id=1002');
  await page.reload();
  await list.getByRole('button', { name: 'Order Completed' }).click();
  await page.getByText('For developers').click();
  await page.getByText(/conversionHappenedAt is \d+ \w+|conversionHappenedAt is \d+:\d+/).waitFor();
  await page.keyboard.press('Escape');
  expect(await list.getByText('Lead Generated').count()).toBe(0);

  // An address with another filter, such as a bookmark, is followed on the same page too.
  await page.goto(`${product.url}/console#/sources/${sourceId}/deliveries?state=dead`);
  // A person tells deliveries apart by their values.
  const values = list.getByRole('cell', { name: 'USD\u00a0500.00', exact: true });
  await expect.poll(() => values.count(), WITHIN).toBe(2);
  await page.getByRole('button', { name: 'Replay all 2 failed…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay 2' }).click();

  await page.getByText('Replay finished').waitFor(WITHIN);
  await page.getByText('2 of 2 delivered.', { exact: true }).waitFor();
  // They have left the list of failed ones, so they are shown beside it.
  const replayed = page.getByRole('region', { name: 'Replayed now' });
  await expect.poll(() => replayed.getByRole('row', { name: /^Lead Generated Delivered/ }).count(), WITHIN).toBe(2);
  await page.getByText('No failed deliveries are left in this list').waitFor(WITHIN);
  await page.getByText('Those that you replayed are above').waitFor();
  // What is counted is what was sent since the replay.
  await replayed.getByRole('button', { name: 'Lead Generated' }).first().click();
  const story = page.getByRole('dialog', { name: 'Lead Generated' });
  await story.getByText(/Failed: Unprocessable Entity$/).waitFor();
  await story.getByText('For developers').click();
  await story.getByText('Requests since the replay', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Show all deliveries' }).click();
  await expect.poll(() => list.getByRole('row').count(), WITHIN).toBe(4);
  // Nothing in this list can be replayed.
  await page.goto(`${product.url}/console#/sources/${sourceId}/deliveries?conversion_rule_id=1001`);
  await expect.poll(() => list.getByRole('row').count(), WITHIN).toBe(3);
  expect(await page.getByRole('button', { name: /^Replay/ }).count()).toBe(0);
  expect(complaints).toEqual([]);
});
