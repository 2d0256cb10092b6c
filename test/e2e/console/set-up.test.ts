import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { problemBody } from '../../../worker/schema/problem.ts';
import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, dataOf } from '../management/a-connection.ts';
import { aLead, createSource, goTo, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

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

let page: Page;
let complaints: string[];
beforeEach(async () => {
  product.sandbox.reset();
  ({ page, complaints } = await openConsole(browser, product));
});
afterEach(async () => {
  await page.close();
});

describe('the set-up', () => {
  it('leads from an empty instance to a delivered conversion, through the pages alone', async () => {
    await signIn(page, product);
    await page.getByRole('heading', { name: 'Welcome. Start with a site' }).waitFor();
    const { writeKey } = await createSource(page);
    await page.getByText('Waiting for the first event…').waitFor();
    // All lines are there from the start, because a developer may paste them before the rest is set up.
    for (const answer of [true, false]) await page.getByText(`_df.consent({ advertising: ${answer} })`).waitFor();
    await product.collect({ batch: [aLead({ event: 'Demo Requested' })] }, { writeKey });
    await page.getByText('The first event was received.').waitFor(WITHIN);

    // Through LinkedIn's own consent page, and back.
    await page.getByText('With LinkedIn’s consent page', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Client ID' }).fill('app-1');
    await page.getByRole('textbox', { name: 'Client secret' }).fill('secret-1');
    await page.getByRole('button', { name: 'Continue to LinkedIn' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Conversions are sent as soon as it has an ad account and a mapping.').waitFor();
    await page.getByRole('link', { name: 'Back to the console' }).click();

    await page.getByRole('radio', { name: /100/ }).first().waitFor(WITHIN);
    expect(await page.getByRole('radio', { disabled: true }).count()).toBeGreaterThan(0);
    await page.getByRole('radio', { name: '123456789' }).check();
    await page.getByRole('button', { name: 'Use this account' }).click();

    await page.getByText('Add an event that has not arrived yet', { exact: true }).click();
    await page.getByText('Exactly as your site sends it. Case matters.').waitFor();

    // Uses the event that the site sent, and creates a rule for it.
    await page.getByLabel('Conversion rule for Demo Requested').selectOption({ label: 'Create a rule…' });
    const dialog = page.getByRole('dialog', { name: 'New conversion rule' });
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Demo Requested');
    await dialog.getByLabel('Conversion type').selectOption({ label: 'Request quote' });
    await dialog.getByRole('button', { name: 'Create rule' }).click();
    await page.getByText('Demo Requested is a conversion now.').waitFor();
    await page.getByRole('button', { name: 'Continue', exact: true }).click();

    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.getByText('This event is really sent. LinkedIn treats it like any other').waitFor();
    await page.getByLabel('Test e-mail').fill('jane.doe@example.com');
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByText(/LinkedIn accepted it for rule/).waitFor(WITHIN);
    // It counts at LinkedIn and is stored nowhere here, so the page says where it can be found.
    await page.getByText('It isn’t in Live events, Deliveries or the ledger.').waitFor();
    expect(await page.getByRole('link', { name: 'See the audit log' }).getAttribute('href')).toMatch(/^#\/audit-log/);
    const result = page.locator('.test-result');
    await result.getByText('Everything is set up').waitFor(WITHIN);
    await page.getByText('Campaign Manager shows it after some hours, or three days at most.').waitFor();
    expect(await result.getByText(/days/).count()).toBe(1);

    await result.getByRole('link', { name: 'See live events' }).click();
    const sentBefore = product.sandbox.events.length;
    await expect
      .poll(
        async () => {
          // The collector may use the configuration of half a minute ago.
          await product.collect({ batch: [aLead({ event: 'Demo Requested' })] }, { writeKey });
          return product.sandbox.events.length;
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toBeGreaterThan(sentBefore);
    const row = page.getByRole('row', { name: /Demo Requested/ }).filter({ hasText: 'Delivered' });
    await row.first().getByRole('button', { name: 'Demo Requested' }).click();
    const story = page.getByRole('dialog', { name: 'Demo Requested' });
    await story.getByText('LinkedIn has accepted it.').first().waitFor();
    await story.getByText('Demo Requested: matched').waitFor();
    await story.getByText('For developers').click();
    await story.getByRole('region', { name: 'What LinkedIn gets' }).getByText('"SHA256_EMAIL"').waitFor();
    await story.getByRole('listitem').filter({ hasText: '200' }).waitFor();
    expect(await story.textContent()).not.toContain('john.doe');
    const rules = product.sandbox.events.map(({ element }) => element['conversion']);
    expect(new Set(rules).size).toBe(1);
    expect(complaints).toEqual([]);
  }, 120_000);

  it('shows each next step in view and focused, keeps its buttons in place, and ends with what to paste', async () => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await signIn(page, product);
    await page.getByRole('link', { name: 'New site' }).click();
    const { id, writeKey } = await createSource(page, 'No event yet');
    const heading = (name: string) => page.getByRole('heading', { level: 2, name });
    const expectNext = async (name: string): Promise<void> => {
      const summary = page.locator('summary:focus').filter({ has: heading(name) });
      await summary.waitFor(WITHIN);
      const { y = -1 } = (await summary.boundingBox()) ?? {};
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThan(500);
      for (const step of await page.locator('.guide > li').all())
        expect(await step.locator('.primary:visible').count()).toBeLessThanOrEqual(1);
    };
    const ticked = (name: string) => page.locator('.guide > li.done').filter({ has: heading(name) });
    const mapped = async (): Promise<unknown> => {
      const [connection] = dataOf(await product.admin(`/integrations?source_id=${id}`));
      const mappings = dataOf(await product.admin(`/integrations/${String(connection?.['id'])}/mappings`));
      return mappings.map((mapping) => mapping['conversion_rule_id']);
    };

    await page.getByText('With an access token', { exact: true }).click();
    // Not in the way of a person who has only a token.
    expect(await page.getByLabel('Refresh token').isVisible()).toBe(false);
    await page.getByText('I have a refresh token, client ID and client secret too').click();
    await page.getByText('the client ID and secret of the app that issued the token').waitFor();
    await page.getByLabel('Refresh token').waitFor();
    await page.getByRole('button', { name: 'Use the sandbox’s token' }).click();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await expectNext('Pick the ad account');
    expect(await page.getByRole('region', { name: 'Snippet' }).isVisible()).toBe(false);
    await page.getByText('1 of 6 steps done.').waitFor();
    await page.getByRole('radio', { name: /123456789/ }).check();
    await page.getByRole('button', { name: 'Use this account' }).click();

    await expectNext('Choose which events are conversions');
    await page.getByText(/^No event has arrived yet\. .* Each choice is saved immediately\.$/).waitFor();
    const add = page.getByRole('button', { name: 'Add to the list' });
    await page.getByLabel('Event name').fill('Lead Generated');
    const before = await add.boundingBox();
    await add.dblclick();
    const rule = page.getByLabel('Conversion rule for Lead Generated');
    await rule.waitFor();
    expect(await add.boundingBox()).toEqual(before);
    // The rule with the event's name is preselected, and nothing is saved.
    expect(await rule.inputValue()).toBe('987655');
    await page.getByText('This rule has the event’s name. It is saved when you continue.').waitFor();
    expect(await mapped()).toEqual([]);
    await rule.selectOption({ label: 'Not a conversion' });
    await page.getByText('This rule has the event’s name.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.getByText('No event has a rule yet.').waitFor();
    await rule.selectOption('987654');
    await page.getByText(/counts purchases, and this name sounds like one of your leads/).waitFor();
    await ticked('Choose which events are conversions').waitFor();
    await rule.selectOption('987655');
    await page.getByText(/this name sounds like/).waitFor({ state: 'detached' });
    for (const name of ['order completed', 'Order_Completed']) {
      await page.getByLabel('Event name').fill(name);
      await add.click();
      await page.getByLabel(`Conversion rule for ${name}`).waitFor();
    }
    await page.getByText('This rule has the event’s name, except for case').first().waitFor();
    // One button saves what is preselected.
    expect(await page.getByRole('button', { name: /^Use this rule/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await expectNext('Ask for consent');
    expect(await mapped()).toEqual(['987655', '987654', '987654']);
    await page.getByText('3 of 6 steps done.').waitFor();
    await page.getByText('Still to do: Put the snippet on your site, Ask for consent, Send a test event.').waitFor();
    await page.getByRole('link', { name: 'Ask for consent' }).click();
    await page.waitForURL(/step=consent/);
    await expectNext('Ask for consent');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await expectNext('Send a test event');
    // Another tab, and another day, has the same steps done.
    const later = await page.context().newPage();
    await later.goto(page.url());
    await later.getByText('4 of 6 steps done.').waitFor(WITHIN);
    await later.close();
    await page.getByText('It counts for “Lead Generated” (987655), which has campaigns').waitFor(WITHIN);
    await page.getByText('All events here count for a rule with campaigns').waitFor();
    await page.getByLabel('Test e-mail').fill('jane.doe@example.com');
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    for (const [answer, isAccepted] of [
      [/LinkedIn refused it for rule/, false],
      [/LinkedIn accepted it for rule/, true],
    ] as const) {
      await page.getByRole('button', { name: 'Send test event' }).click();
      const result = page.locator('.test-result:focus').filter({ hasText: answer });
      await result.waitFor(WITHIN);
      if (isAccepted) await ticked('Send a test event').waitFor(WITHIN);
      const { y = -1, height = 0 } = (await result.boundingBox()) ?? {};
      expect(y).toBeGreaterThan(0);
      expect(y + height).toBeLessThanOrEqual(720);
    }
    // The same sentence is at the top, which is out of view.
    await page.locator('.test-result').getByText('Everything is ready. Only the first event is missing.').waitFor();
    expect(await page.locator('.primary:visible').allTextContents()).toEqual(['Show the lines to paste']);
    const [made] = dataOf(await product.admin(`/integrations?source_id=${id}`));
    const path = `/integrations/${String(made?.['id'])}`;
    await product.admin(path, { method: 'PATCH', body: { config: { default_currency: 'EUR' } } });
    await page.getByRole('button', { name: 'Show the lines to paste' }).click(WITHIN);

    const main = page.getByRole('main');
    await main
      .locator('.set-up-end:focus')
      .getByText('Everything is ready. Only the first event is missing.')
      .waitFor(WITHIN);
    expect(await main.getByText(/steps done/).count()).toBe(0);
    for (const name of ['Snippet', 'Call for Lead Generated', 'Consent call'])
      await main.getByRole('button', { name: `Copy: ${name}` }).waitFor();
    const lines = await main.getByRole('listitem').first().textContent();
    expect(lines).toContain("_df.track('Lead Generated'");
    // A developer who pasted both spellings would count each order twice.
    expect(lines).not.toContain("_df.track('Order_Completed'");
    expect(lines).toContain('Also accepted: “Order_Completed”.');
    // Whoever pastes the lines sends their own values, and the e-mail address first.
    expect(lines).toMatch(/Only a hash of it is stored.*_df\.identify\(\{ email: .*are examples.*_df\.track\(/s);
    expect(lines).toContain("currency: 'EUR'");
    expect(lines).toContain('_df.consent({ advertising: true })');
    expect(lines).toContain('_df.consent({ advertising: false })');
    await product.collect({ batch: [aLead()] }, { writeKey });
    await main.getByText('Everything is set up').waitFor(WITHIN);
    expect(complaints).toEqual([]);
  }, 60_000);
});

describe('signing in', () => {
  it('refuses another token, and says what to do', async () => {
    await page.getByLabel('Token', { exact: true }).fill('something-else');
    await page.getByRole('button', { name: 'Sign in' }).click();

    await page.getByText('This token isn’t valid.').waitFor();
    await signIn(page, product);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByLabel('Token', { exact: true }).waitFor();
    await page.reload();
    await page.getByLabel('Token', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('stores no token where a script could read it', async () => {
    await signIn(page, product);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();

    const readable = await page.evaluate('document.cookie + JSON.stringify({ ...sessionStorage, ...localStorage })');

    expect(readable).toBe('{}');
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
});

describe('a source', () => {
  it('shows a problem at its field', async () => {
    await signIn(page, product);
    await page.getByRole('link', { name: 'New site' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Shop');
    await page.getByLabel('Addresses of the website').fill('www.example.com');
    await page.getByRole('button', { name: 'Create site' }).click();

    await page.getByText(/in front, such as/).waitFor();
    expect(await page.getByLabel('Addresses of the website').getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
  });

  it('says at an empty field what to enter there', async () => {
    await signIn(page, product);
    await page.getByRole('link', { name: 'New site' }).click();
    await page.getByRole('button', { name: 'Create site' }).click();
    await page.getByText('Enter the name.').waitFor();
    await createSource(page, 'Empty fields');

    await page.getByText('With LinkedIn’s consent page', { exact: true }).click();
    await page.getByRole('button', { name: 'Continue to LinkedIn' }).click();
    await page.getByText('Enter the client ID.').waitFor();
    await page.getByText('With an access token', { exact: true }).click();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('Enter the access token.', { exact: true }).waitFor();

    expect(await page.getByRole('textbox', { name: 'Access token' }).getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByText(/A field is not valid|expected/i).count()).toBe(0);
  });

  it('may begin as a copy of another, with its mappings and without its tokens', async () => {
    const { sourceId } = await aConnection(product);
    await product.admin(`/sources/${sourceId}`, { method: 'PATCH', body: { name: 'First shop' } });
    await signIn(page, product);
    await page.getByRole('link', { name: 'New site' }).click();
    await page.getByLabel('Copy settings from').selectOption({ label: 'First shop' });
    const { id } = await createSource(page, 'Second shop');
    await goTo(page, 'LinkedIn');

    await page.getByText('With an access token', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Access token' }).fill('tok-ok');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('a token from Campaign Manager doesn’t expire, others last 60 days').waitFor(WITHIN);
    await goTo(page, 'Mappings');
    await page.getByRole('row', { name: /^Lead Generated .* 987655/ }).waitFor();
    const { body } = await product.admin(`/integrations?source_id=${id}`);
    expect(body).toMatchObject({ data: [{ source_id: id, config: { account_id: '123456789' } }] });
  });

  it('shows a server key once, and can revoke it', async () => {
    await signIn(page, product);
    await page.getByRole('link', { name: 'New site' }).click();
    await createSource(page, 'Another shop');
    await goTo(page, 'Settings');
    await page.getByRole('button', { name: 'Create server key' }).click();
    await page.getByText('Copy this key now.').waitFor();
    await page.getByRole('button', { name: /Revoke sk_/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();

    await page.getByText('No server keys yet.').waitFor();
  });
});
