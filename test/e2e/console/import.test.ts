import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

const WITHIN = { timeout: 60_000 };

let browser: Browser;
let product: LocalProduct;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

it('imports a dropped file whose columns a person chooses, from the preview to the report', async () => {
  const { sourceId, writeKey } = await aConnection(product, {
    config: { conversion_rule_id: { 'Deal won': '987654' } },
  });
  const { page, complaints } = await openConsole(browser, product);
  await signIn(page, product);
  await page.goto(`${product.url}/console#/sources/${sourceId}/import`);
  await page.getByRole('heading', { level: 1, name: 'Import' }).waitFor(WITHIN);
  const day = new Date(Date.now() - 86_400_000).toISOString();
  const lines = [
    'Amount,Currency,Lead ID,Email Opt Out,Kontakt,Signed on',
    `100,EUR,00Q5g00000ABCDEFGH,,anna@firm.de,${day}`,
    `50,EUR,00Q5g00000ABCDEFGI,,bo@firm.se,${day}`,
    '1,EUR,,,nobody,soon',
    `7,EUR,,yes,cy@firm.se,${day}`,
    `30,EUR,,,eve@firm.no,${day}`,
  ];
  const columns = page.getByRole('region', { name: 'Columns of the file' });
  const kontakt = columns.getByLabel('Kontakt', { exact: true });

  // The person chooses the rule, and gets the event that leads to it.
  const rule = page.getByLabel('Conversion rule', { exact: true });
  await rule.selectOption({ label: 'Order Completed (987654)' }, WITHIN);
  expect(await page.getByLabel('Event', { exact: true }).inputValue()).toBe('Deal won');
  await page.getByText('It counts for the conversion rule Order Completed.').waitFor(WITHIN);
  await page.evaluate((text) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], 'deals.csv', { type: 'text/csv' }));
    document
      .querySelector('.drop-zone')
      ?.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, cancelable: true }));
  }, lines.join('\n'));

  // The person chooses the columns whose names say nothing, which come first.
  await columns.getByText('It has no column for the person').waitFor(WITHIN);
  expect(await columns.locator('tbody label').allInnerTexts()).toEqual([
    'Lead ID',
    'Kontakt',
    'Signed on',
    'Amount',
    'Currency',
    'Email Opt Out',
  ]);
  await columns.getByText('They may be somebody else’s, such as the owner’s.').waitFor();
  await kontakt.focus();
  await page.keyboard.type('E-mail');
  await columns.getByLabel('Signed on').selectOption('time');
  await page.getByRole('heading', { name: 'Preview' }).waitFor(WITHIN);
  expect(await kontakt.inputValue()).toBe('email');
  await columns.getByText('Your choice is remembered').waitFor();
  // A refusal is not switched off by accident.
  await columns.getByLabel('Email Opt Out').selectOption('');
  await page.getByRole('dialog').getByText('their conversions are sent to LinkedIn').waitFor();
  expect(await page.getByRole('button', { name: 'Keep the column' }).evaluate((no) => no.matches(':focus'))).toBe(true);
  await page.keyboard.press('Enter');
  expect(await columns.getByLabel('Email Opt Out').inputValue()).toBe('opt_out');
  const preview = await page.locator('main').innerText();
  expect(preview).toContain('EUR\u00a0180.00');
  expect(preview).toContain('The time can’t be read');
  expect(preview).toContain('May be “LinkedIn lead ID”, but its name doesn’t clearly say so.');
  expect(preview).toContain('One row withdraws consent.');
  expect(preview).not.toContain('anna');
  expect(product.sandbox.events).toEqual([]);
  // The basis stands beside the button that it belongs to.
  await page
    .locator('section')
    .filter({ has: page.getByRole('group', { name: 'Lawful basis' }) })
    .filter({ has: page.getByRole('button', { name: 'Import', exact: true }) })
    .getByText('The import sends 3 conversions to LinkedIn, and stores this basis with each.')
    .waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const basis = page.getByRole('group', { name: 'Lawful basis' }).getByRole('radio', { name: 'Consent' });
  const missing = page.getByRole('alert').filter({ hasText: 'Choose why you may use this data.' });
  await missing.waitFor();
  expect(await basis.evaluate((radio) => radio.matches(':focus'))).toBe(true);
  await page.getByRole('radio', { name: 'I don’t know yet' }).check();
  await page.getByText('Nothing has been sent. Ask the person responsible').waitFor();
  expect(await missing.count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  await basis.check();
  await page.getByRole('button', { name: 'Import', exact: true }).click();

  await page.getByText('Done. 3 rows are on their way to LinkedIn.').first().waitFor(WITHIN);
  await product.sandbox.waitForEvents(3, 60_000);
  // Another delivery of the same event on the same day is not of the import.
  await product.collect({ batch: [aLead({ event: 'Deal won' })] }, { writeKey });
  await product.sandbox.waitForEvents(4, 60_000);
  await page.getByRole('link', { name: 'See its deliveries: deals.csv' }).first().click();
  await page.getByText(/^Only the deliveries of the import “deals.csv”, begun/).waitFor(WITHIN);
  await expect.poll(() => page.getByRole('row', { name: /^Deal won/ }).count(), WITHIN).toBe(3);
  await page.getByLabel('State').selectOption('delivered');
  await expect.poll(() => new URL(page.url()).hash, WITHIN).toMatch(/state=delivered&import=imp_/);
  await expect.poll(() => page.getByRole('row', { name: /^Deal won/ }).count(), WITHIN).toBe(3);
  await page.getByRole('link', { name: 'Show all deliveries' }).click();
  await expect.poll(() => page.getByRole('row', { name: /^Deal won/ }).count(), WITHIN).toBe(4);
  await page.goto(`${product.url}/console#/sources/${sourceId}/import`);
  await page.getByRole('heading', { level: 1, name: 'Import' }).waitFor(WITHIN);
  const [report] = await Promise.all([
    page.waitForEvent('download'),
    page.getByText('Download report').first().click(),
  ]);
  const text = await (await report.createReadStream()).toArray();
  expect(Buffer.concat(text).toString()).toContain('4,refused,time_unreadable,Signed on');

  const earlier = page.getByRole('region', { name: 'Earlier imports' }).getByRole('row', { name: 'deals.csv' });
  await earlier.getByText('Done').waitFor(WITHIN);
  // They were delivered long ago.
  expect(await page.getByRole('region', { name: 'Earlier imports' }).innerText()).not.toContain('On their way');
  await earlier.getByText('Download report').waitFor();
  await earlier.getByRole('link', { name: 'See its deliveries' }).waitFor();

  // A later file with the same columns needs no choice.
  await page.getByLabel('Event', { exact: true }).fill('Deal won');
  await choose(page, [lines[0], `70,EUR,,,di@firm.se,${day}`]);
  await page.getByText('The import sends one conversion to LinkedIn').waitFor(WITHIN);
  expect(await kontakt.inputValue()).toBe('email');
  await columns.getByRole('button', { name: 'Use the suggestions' }).click();
  await columns.getByText('It has no column for the person').waitFor(WITHIN);
  expect(complaints).toEqual([]);
  await page.close();
});

it('takes the first answer about the lawful basis, even if the name of the event was entered last', async () => {
  const { sourceId } = await aConnection(product, { config: { conversion_rule_id: { 'Deal won': '987654' } } });
  const { page, complaints } = await openConsole(browser, product);
  await signIn(page, product);
  await page.goto(`${product.url}/console#/sources/${sourceId}/import`);
  // The field keeps the focus, as when a file is dropped.
  await page.getByLabel('Event', { exact: true }).fill('Deal won');
  const day = new Date(Date.now() - 86_400_000).toISOString();
  await choose(page, ['email,conversion_time', `anna@firm.de,${day}`]);
  await page.getByText('The import sends one conversion to LinkedIn').waitFor(WITHIN);
  // The field loses the focus. The preview stays, and so does the answer.
  await page.getByRole('group', { name: 'Lawful basis' }).getByRole('radio', { name: 'Consent' }).check();
  expect(complaints).toEqual([]);
  await page.close();
});

it('keeps a file that was chosen before its event, and makes the mapping that the event lacks', async () => {
  const { sourceId } = await aConnection(product, { config: { conversion_rule_id: { 'Deal won': '987654' } } });
  const { page, complaints } = await openConsole(browser, product);
  await signIn(page, product);
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.goto(`${product.url}/console#/sources/${sourceId}/import`);
  const event = page.getByLabel('Event', { exact: true });
  await event.waitFor(WITHIN);
  await expect.poll(() => page.locator('datalist option').getAttribute('value'), WITHIN).toBe('Deal won');
  const day = new Date(Date.now() - 86_400_000).toISOString();

  await choose(page, ['E-Mail,Close date', `anna@firm.de,${day}`]);
  await page.getByText('Enter the event: this file has no column for it.').waitFor(WITHIN);
  expect(await event.getAttribute('aria-invalid')).toBe('true');
  await expect.poll(() => event.evaluate((field) => field === document.activeElement), WITHIN).toBe(true);
  await page.getByText('deals.csv is chosen.').waitFor();
  expect(await page.getByText(/A field is not valid|Cannot use/).count()).toBe(0);

  await event.fill('Deal lost');
  await event.press('Tab');
  const start = page.getByRole('button', { name: 'Import', exact: true });
  await page.getByText('No row of this file can be sent.').waitFor(WITHIN);
  expect(await start.isDisabled()).toBe(true);
  await page.getByText('“Deal lost” has no conversion rule yet.').waitFor();
  // The rule can be chosen at the top too, and the event that was entered stays.
  await page.getByLabel('Conversion rule', { exact: true }).selectOption({ label: 'Lead Generated (987655)' });
  expect(await page.getByLabel('Conversion rule for Deal lost').inputValue()).toBe('987655');
  expect(await event.inputValue()).toBe('Deal lost');
  await page.getByRole('button', { name: 'Create the mapping' }).click();
  await page.getByText('It counts for the conversion rule Lead Generated.').waitFor(WITHIN);
  expect(await page.getByLabel('Conversion rule', { exact: true }).inputValue()).toMatch(/ 987655$/);

  await expect.poll(() => start.isEnabled(), WITHIN).toBe(true);
  expect(await page.getByText('No row of this file can be sent.').count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.close();
});

async function choose(page: Page, lines: readonly (string | undefined)[]): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'deals.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
}
