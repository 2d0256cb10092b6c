/** C3, C8 and C13 of the console's cases: the chosen source, addresses, search, unsaved changes, and the end of a session. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, dataOf } from '../management/a-connection.ts';
import { aLead, goTo, openConsole, signIn, startEmptyProduct, wantToGo } from './an-empty-console.ts';

const WITHIN = { timeout: 30_000 };

let browser: Browser;
let product: LocalProduct;
let second: Awaited<ReturnType<typeof aConnection>>;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  await aConnection(product, { source: { id: 'src_a', name: 'Alpha' } });
  second = await aConnection(product, { source: { id: 'src_b', name: 'Beta' } });
  product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
  await product.collect({ batch: [aLead()] }, { writeKey: second.writeKey });
  await vi.waitUntil(async () => JSON.stringify((await second.ask('/status')).body).includes('"dead":1'), WITHIN);
  await product.collect(
    { batch: [aLead({ event: 'Other', messageId: 'A-17', properties: { order_id: 'ORD-9' } })] },
    { writeKey: second.writeKey },
  );
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

let page: Page;
let complaints: string[];
beforeEach(async () => {
  ({ page, complaints } = await openConsole(browser, product));
  await signIn(page, product);
  await heading('Home').waitFor();
});
afterEach(async () => {
  await page.context().close();
});

const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const open = (hash: string) => page.goto(`${product.url}/console#${hash}`);
const hashNow = () => new URL(page.url()).hash;

describe('the chosen source', () => {
  it('is kept on the pages that are about no source, and named in every heading', async () => {
    await open('/sources/src_b/live');
    await heading('Live events Beta').waitFor();
    expect(await page.title()).toBe('Live events · Beta · Directflight');

    for (const [link, title] of [
      ['Home', 'Home'],
      ['Privacy', 'Privacy'],
      ['Access', 'Access'],
      ['Audit log', 'Audit log'],
    ] as const) {
      await goTo(page, link);
      await heading(title).waitFor();
      expect(
        await page.getByRole('navigation', { name: 'Pages' }).getByLabel('Site', { exact: true }).inputValue(),
      ).toBe('src_b');
      await goTo(page, 'Deliveries');
      await heading('Deliveries Beta').waitFor();
    }

    await page.reload();
    await heading('Deliveries Beta').waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByLabel('Site', { exact: true }).selectOption('src_a');
    await heading('Deliveries Alpha').waitFor();
    expect(complaints).toEqual([]);
  });

  it('is chosen in the consent report', async () => {
    await open('/sources/src_b/live');
    await heading('Live events Beta').waitFor();
    await goTo(page, 'Privacy');
    await heading('Privacy').waitFor();

    expect(await page.getByRole('main').getByLabel('Site', { exact: true }).inputValue()).toBe('src_b');
  });
});

describe('the address', () => {
  it('holds the filter of the deliveries, for a reload, a copied link and the way back', async () => {
    await open('/sources/src_b/deliveries');
    await page.getByLabel('State', { exact: true }).selectOption('dead');
    await page.getByRole('heading', { name: 'By cause' }).waitFor();
    await page.getByLabel('Event name').fill('Lead Generated');
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect.poll(hashNow).toBe('#/sources/src_b/deliveries?state=dead&event=Lead+Generated');

    await page.reload();
    await page.getByRole('heading', { name: 'By cause' }).waitFor();
    expect(await page.getByLabel('Event name').inputValue()).toBe('Lead Generated');
    await goTo(page, 'Doctor');
    await heading('Doctor').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'By cause' }).waitFor();

    const copy = await page.context().newPage();
    await copy.goto(page.url());
    await copy.getByRole('heading', { name: 'By cause' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('holds the open story of an event, which Back closes', async () => {
    await open('/sources/src_b/live?state=skipped');
    await page.getByRole('button', { name: 'Other' }).click();
    const story = page.getByRole('dialog', { name: 'Other' });
    await story.getByText('No mapping matches this event.').waitFor();
    const link = page.url();
    await page.goBack();
    await story.waitFor({ state: 'detached' });
    expect(hashNow()).toBe('#/sources/src_b/live?state=skipped');
    await page.goForward();
    await story.getByText('No mapping matches this event.').waitFor();
    await page.keyboard.press('Escape');
    await story.waitFor({ state: 'detached' });
    // The browser goes back a moment later.
    await expect.poll(hashNow).toBe('#/sources/src_b/live?state=skipped');

    const copy = await page.context().newPage();
    await copy.goto(link);
    await copy.getByRole('dialog', { name: 'Other' }).getByText('No mapping matches this event.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('holds the story of a delivery', async () => {
    await open('/sources/src_b/deliveries?state=dead');
    await page.getByRole('row').getByRole('button', { name: 'Lead Generated' }).click();
    const story = page.getByRole('dialog', { name: 'Lead Generated' });
    await story.getByText('Sending was allowed when the event arrived').waitFor();

    await page.reload();

    await story.getByText('Sending was allowed when the event arrived').waitFor();
    await story.getByRole('link', { name: 'See the whole event' }).click();
    await story.getByText('Lead Generated: matched').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('the search', () => {
  const box = () => page.getByRole('combobox', { name: 'Search' });
  const found = (name: string | RegExp) =>
    page.getByRole('listbox', { name: 'Search results' }).getByRole('option', { name });

  it('opens the story of an order with the keyboard alone, from any page', async () => {
    await page.keyboard.press('/');
    await page.getByText('Search for message IDs, order IDs').waitFor();
    await page.keyboard.type('A-17');
    await found(/Other Skipped A-17 Beta/).waitFor();
    await page.getByRole('status').getByText('1 result', { exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await found(/Other/).getAttribute('aria-selected')).toBe('true');
    expect(await box().getAttribute('aria-activedescendant')).toBe(await found(/Other/).getAttribute('id'));
    await page.keyboard.press('Enter');

    const story = page.getByRole('dialog', { name: 'Other' });
    await story.getByText('No mapping matches this event.').waitFor();
    await heading('Live events Beta').waitFor();
    await story.getByText('It has an order number, of which only a hash is stored.').waitFor();
    await page.keyboard.press('Escape');
    await story.waitFor({ state: 'detached' });

    await box().fill('ORD-9');
    await found(/Order ORD-9, as you typed it/).waitFor();
    await page.keyboard.press('Enter');
    await story.getByText('ORD-9, as you typed it in the search. Only a hash of it is stored.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('says what cannot be found, and is empty after a click on the page that is already open', async () => {
    await open('/sources/src_b/live');
    await heading('Live events Beta').waitFor();
    await box().fill('order-of-a-skipped-event');
    await page.getByText('Enter the whole ID of an order.').waitFor();
    const log = page.getByRole('link', { name: 'Look for “order-of-a-skipped-event” in the audit log' });
    expect(await log.getAttribute('href')).toBe('#/audit-log?text=order-of-a-skipped-event');
    await box().fill('jane@example.com');
    await page.getByText('Nothing found for “jane@example.com”').first().waitFor();
    const erase = page.getByRole('link', { name: 'Erase a person by their e-mail address' });
    expect([await erase.getAttribute('href'), await log.count()]).toEqual(['#/privacy', 0]);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Live events' }).click();
    expect(await box().inputValue()).toBe('');
  });

  it('leads to a delivery, a mapping, a conversion rule by its name at LinkedIn, and a site', async () => {
    await open('/sources/src_b/live');
    const deliveries = await second.ask('/deliveries?state=dead');
    const [{ id, message_id: messageId = '' } = {}] = dataOf(deliveries);
    const look = async (text: string, option: RegExp): Promise<void> => {
      await heading('Live events Beta').waitFor();
      await box().fill(text);
      await found(option).click();
      await page.getByRole('listbox', { name: 'Search results' }).waitFor({ state: 'hidden' });
    };

    await look(String(id), /Lead Generated Failed 987655/);
    await page
      .getByRole('dialog', { name: 'Lead Generated' })
      .getByText('Sending was allowed when the event arrived')
      .waitFor();
    await open('/sources/src_b/live');
    await look(String(messageId).slice(0, 8), /Lead Generated Failed/);
    await page.getByRole('dialog', { name: 'Lead Generated' }).getByText('Lead Generated: matched').waitFor();
    await open('/sources/src_b/live');
    await look('signed up', /987656 Beta/);
    await page
      .getByRole('row', { name: /987656/ })
      .and(page.locator('.wanted'))
      .waitFor();
    await open('/sources/src_b/live');
    await look('alph', /Alpha/);
    await heading('Alpha').waitFor();
    expect(complaints).toEqual([]);
  });

  it('is where Live events sends a person who pastes a message ID into the box for names', async () => {
    await open('/sources/src_b/live');
    const name = page.getByLabel('Find by event name');
    await name.fill('other');
    await page.getByLabel('Show', { exact: true }).selectOption('held');
    await page.getByText('Choose another state').waitFor();
    await name.fill('A-17');

    await page.getByText('No event here has “A-17” in its name').waitFor();
    await page.getByText('To find a message ID, an order ID or a delivery, use the search at the top').waitFor();
    expect(await page.getByText('Choose another state').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('says what can be found, and leaves "/" alone in fields', async () => {
    await box().fill('no-such-order');
    await page.getByText('Nothing found for “no-such-order”').first().waitFor();
    await page.getByText('Enter the whole ID of an order.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Enter the whole ID of an order.').waitFor({ state: 'hidden' });

    await open('/sources/src_b/live');
    await box().fill('no-such-order');
    await page.getByRole('link', { name: /^Skipped events of / }).click();
    await page.getByText('An order ID is found').waitFor({ state: 'hidden' });
    expect(page.url()).toContain('#/sources/src_b/live?state=skipped');

    await open('/sources/src_b/live');
    const name = page.getByLabel('Find by event name');
    await name.click();
    await page.keyboard.type('a/b');
    expect(await name.inputValue()).toBe('a/b');
    expect(complaints).toEqual([]);
  });
});

describe('unsaved changes', () => {
  const question = () => page.getByRole('dialog', { name: 'Leave without saving?' });

  it('are not lost by a link, by another source or by Back without a question', async () => {
    await open('/sources/src_b/mappings');
    await page.getByRole('link', { name: 'Add a mapping' }).click();
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('Half written');

    await wantToGo(page, 'Live events');
    await question().getByRole('button', { name: 'Stay' }).click();
    expect(await name.inputValue()).toBe('Half written');
    await page.getByRole('navigation', { name: 'Pages' }).getByLabel('Site', { exact: true }).selectOption('src_a');
    await question().getByRole('button', { name: 'Stay' }).click();
    await page.goBack();
    await question().getByRole('button', { name: 'Stay' }).click();
    expect(await name.inputValue()).toBe('Half written');
    expect(hashNow()).toContain('/mappings/new');

    await page.goBack();
    await question().getByRole('button', { name: 'Leave' }).click();
    await heading('Mappings').waitFor();
    expect(complaints).toEqual([]);
  });

  it('make the browser ask before it closes or reloads the page', async () => {
    await open('/sources/src_b/settings');
    const name = page.getByLabel('Name', { exact: true });
    await name.click();
    await page.keyboard.type('!');

    await page.reload({ timeout: 3_000 }).catch(() => undefined);

    // The test's browser answers that it stays.
    expect(complaints).toEqual(['dialog: ']);
    expect(await name.inputValue()).toContain('!');
  });

  it('are over once they are saved', async () => {
    await open('/sources/src_b/settings');
    await page.getByLabel('Events per minute, maximum').fill('5000');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved.').waitFor();

    await wantToGo(page, 'Live events');

    await heading('Live events').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('a session that has ended', () => {
  const again = () => page.getByRole('dialog', { name: 'Sign in' });
  const signInThere = async (): Promise<void> => {
    await again().getByLabel('Token', { exact: true }).fill(product.adminToken);
    await again().getByRole('button', { name: 'Sign in' }).click();
    await again().waitFor({ state: 'detached' });
  };

  it('leads to signing in and back, and what was typed is saved', async () => {
    await open('/sources/src_b/settings');
    await page.getByLabel('Events per minute, maximum').fill('7000');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await again().getByText('Your session has ended.').waitFor();
    await signInThere();

    await page.getByText('Saved.').waitFor();
    expect(await product.admin('/sources/src_b')).toMatchObject({ body: { max_events_per_minute: 7_000 } });
    expect(complaints).toEqual([]);
  });

  it('leads to signing in and back from a page that only looks, such as Live', async () => {
    await open('/sources/src_b/deliveries');
    await heading('Deliveries').waitFor();
    await page.context().clearCookies();
    await wantToGo(page, 'Live events');
    await again().waitFor();
    await signInThere();

    await heading('Live events Beta').waitFor();
    await page.getByRole('button', { name: 'Other' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('is over too when the person has signed in again in another tab', async () => {
    await open('/sources/src_b/deliveries');
    await heading('Deliveries').waitFor();
    await page.context().clearCookies();
    await wantToGo(page, 'Doctor');
    await again().waitFor();

    const other = await page.context().newPage();
    await other.goto(`${product.url}/console`);
    await signIn(other, product);
    await other.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.evaluate('dispatchEvent(new Event("focus"))');

    await again().waitFor({ state: 'detached' });
    await heading('Doctor Beta').waitFor();
  });
});
