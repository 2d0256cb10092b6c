import { readFile } from 'node:fs/promises';

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { problemBody } from '../../../worker/schema/problem.ts';
import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aLead, connectLinkedIn, createSource, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

const WITHIN = { timeout: 30_000 };

/** Stored by whoever knows the public write key, and read by the owner. */
const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  "'-alert(1)-'",
  'javascript:alert(1)',
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '<details open ontoggle=alert(1)>',
  '</title><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>',
  '<a href="javascript:alert(1)">x</a>',
  '<body onload=alert(1)>',
  '<input autofocus onfocus=alert(1)>',
  '<video><source onerror=alert(1)></video>',
  '<form action="javascript:alert(1)"><button>x</button></form>',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '=HYPERLINK("https://evil.example/","x")',
];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

let product: LocalProduct;
let page: Page;
let complaints: string[];
beforeEach(async () => {
  product = await startEmptyProduct();
  ({ page, complaints } = await openConsole(browser, product));
});
afterEach(async () => {
  await page.close();
  await product.stop();
});

describe('the console', () => {
  it('lets nobody in with another token, and says what to do', async () => {
    await page.getByLabel('Admin token').fill('something-else');
    await page.getByRole('button', { name: 'Sign in' }).click();

    await page.getByText('This is not the token that ADMIN_TOKEN holds').waitFor();
    await signIn(page, product);
    await page.getByRole('heading', { name: 'Welcome. Start with a source' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByLabel('Admin token').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('says what to do when the Worker has no ADMIN_TOKEN', async () => {
    await page.route('**/v1/admin/**', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify(problemBody('admin_not_configured', 'Set the secret ADMIN_TOKEN')),
      }),
    );

    await signIn(page, product);

    await page.getByText('npx wrangler secret put ADMIN_TOKEN').waitFor();
  });

  it('leads from an empty instance to a delivered conversion', async () => {
    await signIn(page, product);
    const { writeKey } = await createSource(page);
    await page.getByText('Waiting for the first event…').waitFor();
    await connectLinkedIn(page);
    await page.getByRole('link', { name: 'Live events' }).click();
    await page.getByText('No events yet').waitFor(WITHIN);

    await product.collect({ batch: [aLead()] }, { writeKey });

    const row = page.getByRole('row', { name: /Lead Generated/ });
    await row.getByText('Delivered').waitFor(WITHIN);
    await row.getByRole('button', { name: 'Lead Generated' }).click();
    const story = page.getByRole('dialog', { name: 'Lead Generated' });
    await story.getByText('LinkedIn has accepted it.').first().waitFor();
    await story.getByRole('button', { name: 'See its requests' }).click();
    await story.getByRole('listitem').filter({ hasText: '200' }).waitFor();
    expect(await story.textContent()).not.toContain('john.doe');
    expect(product.sandbox.events).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('notices the first event of a source by itself', async () => {
    await signIn(page, product);
    const { writeKey } = await createSource(page);
    await page.getByText('Waiting for the first event…').waitFor();

    await product.collect({ batch: [aLead()] }, { writeKey });

    await page.getByText('The first event was received.').waitFor(WITHIN);
  });

  it('says why an event was skipped', async () => {
    await signIn(page, product);
    const { writeKey } = await createSource(page);
    await connectLinkedIn(page);

    await product.collect({ batch: [aLead({ traits: {} }), aLead({ event: 'Other' })] }, { writeKey });

    await page.getByRole('link', { name: 'Live events' }).click();
    await page.getByText('Nothing identifies the person: no click id, no e-mail').waitFor(WITHIN);
    await page.getByText('No mapping matches this event.').waitFor(WITHIN);
    await page.getByRole('link', { name: 'Directflight' }).click();
    await page.getByText('nobody to be recognised').waitFor(WITHIN);
    await page.getByText('Every event is accounted for').waitFor();
    expect(complaints).toEqual([]);
  });

  it('replays a dead letter, after it has said how much that is and what it is worth', async () => {
    await signIn(page, product);
    const { writeKey } = await createSource(page);
    await connectLinkedIn(page);
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await page.getByRole('link', { name: 'Live events' }).click();
    await page
      .getByRole('row', { name: /Lead Generated/ })
      .getByText('Dead letter')
      .waitFor(WITHIN);

    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page.getByLabel('State').selectOption('dead');
    await page.getByRole('button', { name: 'Replay…' }).click();
    const question = page.getByRole('dialog', { name: 'Replay these deliveries?' });
    await question.getByText('1 dead letter and 0 held deliveries go again.').waitFor();
    await question.getByText('500 USD').waitFor();
    await question.getByRole('button', { name: 'Replay 1' }).click();

    await product.sandbox.waitForEvents(1, 30_000);
    await page.getByRole('link', { name: 'Live events' }).click();
    await page
      .getByRole('row', { name: /Lead Generated/ })
      .getByText('Delivered')
      .waitFor(WITHIN);
    expect(complaints).toEqual([]);
  });

  it('shows a problem at the field that it is about', async () => {
    await signIn(page, product);
    await page.getByLabel('Name', { exact: true }).fill('Shop');
    await page.getByLabel('Allowed origins').fill('https://www.example.com/path');
    await page.getByRole('button', { name: 'Create source' }).click();

    await page.getByText('Expected an origin such as').waitFor();
    expect(await page.getByLabel('Allowed origins').getAttribute('aria-invalid')).toBe('true');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
  });

  it('shows a server key once, and revokes it', async () => {
    await signIn(page, product);
    await createSource(page);
    await page.getByRole('button', { name: 'Create server key' }).click();
    await page.getByText('Copy this key now.').waitFor();
    await page.getByRole('button', { name: /Revoke sk_/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();

    await page.getByText('No server key yet.').waitFor();
  });

  it('shows what somebody stored as markup as the text that it is', async () => {
    await signIn(page, product);
    const { id, writeKey } = await createSource(page);
    await connectLinkedIn(page);
    await product.collect({ batch: PAYLOADS.map((event) => aLead({ event })) }, { writeKey });

    for (const tab of ['Live events', 'Ledger']) {
      await page.getByRole('link', { name: tab }).click();
      for (const payload of PAYLOADS) await page.getByText(payload, { exact: true }).waitFor(WITHIN);
    }
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);

    const csv = await readFile(await download.path(), 'utf8');

    // A spreadsheet would run what begins with "=".
    expect(csv).toContain(`"'=HYPERLINK(""https://evil.example/"",""x"")"`);
    expect(download.suggestedFilename()).toBe(`ledger-${id}.csv`);
    expect(complaints).toEqual([]);
  });
});
