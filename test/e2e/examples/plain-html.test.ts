import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { openExampleSite, textOf, type ExampleSite } from '../../support/example-site.ts';

let site: ExampleSite;
beforeAll(async () => (site = await openExampleSite()));
afterEach(async () => site.clear());
afterAll(async () => site.close());

const files = async () => ({
  '/book': await textOf('examples/plain-html/index.html'),
  '/thanks.html': '<title>Thanks</title>',
});

it("sends a form's lead although submitting the form leaves the page", async () => {
  const page = await site.open('https://www.example.com/book?li_fat_id=abc-1', await files());
  await page.click('#yes');

  await page.fill('[name=email]', 'john.doe@example.com');
  await page.fill('[name=company]', 'Acme Inc');
  await page.click('form button');
  await page.waitForURL('**/thanks.html?*');

  await expect
    .poll(() => site.events().map(({ type, event }) => event ?? type))
    .toEqual(['page', 'identify', 'Lead Generated']);
  expect(site.events().at(-1)).toMatchObject({
    properties: { lead_source: 'contact_form', value: 500, currency: 'USD' },
    context: { li_fat_id: 'abc-1', traits: { email: 'john.doe@example.com', companyName: 'Acme Inc' } },
  });
  expect(site.complaints).toEqual([]);
});

it('sends nothing for a visitor who said no', async () => {
  const page = await site.open('https://www.example.com/book', await files());
  await page.click('#no');

  await page.fill('[name=email]', 'john.doe@example.com');
  await page.click('form button');
  await page.waitForURL('**/thanks.html?*');

  expect(site.events()).toEqual([]);
});
