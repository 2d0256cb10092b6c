/**
 * C7, C9, C12 and C14 of the console's cases: the console claims nothing that it doesn't know, and a finding can be
 * fixed where it is shown.
 */
import { execFileSync } from 'node:child_process';

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf, dataOf } from '../management/a-connection.ts';
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

let page: Page;
let complaints: string[];
beforeEach(async () => {
  product.sandbox.reset();
  ({ page, complaints } = await openConsole(browser, product));
  await signIn(page, product);
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterEach(async () => {
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  await page.close();
});

const open = async (sourceId: string, tab: string): Promise<void> => {
  await page.goto(`${product.url}/console#/sources/${sourceId}${tab}`);
  await page.reload();
};

describe('a pasted token', () => {
  it("is checked with LinkedIn, and a refused one doesn't count as connected", async () => {
    const made = bodyOf(await product.admin('/sources', { body: { name: 'Fresh' } }));
    await open(String(made['id']), '');
    await page.getByText('With an access token', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Access token' }).fill('tok-revoked');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();

    await page.getByText('LinkedIn refuses this token, so it isn’t stored.').first().waitFor(WITHIN);
    await page.getByRole('textbox', { name: 'Access token' }).fill('');
    await page.reload();
    await page.getByText('0 of 6 steps done.').waitFor(WITHIN);

    await page.getByText('With an access token', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Access token' }).fill('tok-ok');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('1 of 6 steps done.').waitFor(WITHIN);
  });
});

describe('a connection without a token', () => {
  it("says so on the site's overview and on its own page, also with the secret of an app", async () => {
    const { sourceId } = await aConnection(product, { config: { access_token: null, refresh_token: null } });
    for (const tab of ['/overview', '/linkedin']) {
      await open(sourceId, tab);
      const term = page.getByRole('term').filter({ hasText: /^Access token$/ });
      await expect.poll(() => term.first().locator('xpath=following-sibling::dd[1]').innerText()).toBe('not set');
    }
  });
});

describe('a list that is separated by commas', () => {
  it('names the entry with a problem, not a line', async () => {
    const { sourceId } = await aConnection(product);
    await open(sourceId, '/linkedin');
    await page.getByLabel('Consent categories').fill('advertising, bé');
    await page.getByRole('button', { name: 'Save changes' }).click();

    await page.getByText('Entry 2: expected a category such as "advertising".').waitFor(WITHIN);
  });
});

describe('a token that is pasted again', () => {
  const paste = async (token: string): Promise<void> => {
    await page.getByText('With an access token', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Access token' }).fill(token);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  };
  const last4 = async (id: string): Promise<unknown> =>
    Reflect.get(Object(bodyOf(await product.admin(`/integrations/${id}`))['config']), 'access_token');

  it('that LinkedIn refuses leaves the working one in place, and conversions go on', async () => {
    const { sourceId, id, writeKey } = await aConnection(product, { config: { refresh_token: null } });
    const before = await last4(id);
    await open(sourceId, '/linkedin');
    await paste('AQVh7-this-is-wrong');

    await page.getByText('LinkedIn refuses this token, so it isn’t stored.').first().waitFor(WITHIN);
    await page
      .getByText(/The stored token(, ending in .{4},)? stays\./)
      .first()
      .waitFor();
    expect(await last4(id)).toEqual(before);
    await product.collect({ batch: [aLead()] }, { writeKey });
    await product.sandbox.waitForEvents(1, 30_000);
  });

  it('that has expired is stored with a refresh token that renews it, and conversions are sent', async () => {
    const { sourceId, writeKey, ask } = await aConnection(product, {
      config: { access_token: null, refresh_token: null },
    });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ held: 1 });
    await open(sourceId, '/linkedin?connect=token');
    await page.getByRole('textbox', { name: 'Access token' }).fill('tok-expired');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('LinkedIn refuses this token, so it isn’t stored.').first().waitFor(WITHIN);
    await page.getByText('I have a refresh token, client ID and client secret too').click();
    await page.getByRole('textbox', { name: 'Refresh token' }).fill('ref-ok');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();

    await page.getByText('The access token has ended, and the refresh token renews it.').waitFor(WITHIN);
    await product.sandbox.waitForEvents(1, 30_000);
    // The page follows what was held until it is gone.
    await page.getByText('Nothing is waiting or held.').waitFor(WITHIN);
  });

  it('that cannot send is named as such before it is stored, and is no connection', async () => {
    const { sourceId, id } = await aConnection(product, { config: { refresh_token: null } });
    const before = await last4(id);
    await open(sourceId, '/linkedin');
    await paste('tok-noscope');
    const question = page.getByRole('dialog', { name: 'This token can’t send conversions' });
    await question.getByText(/rw_conversions is missing/).waitFor(WITHIN);
    await question.getByText('✓ It can read ad accounts.').waitFor();
    await question.getByText('✗ It can’t send conversions.').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(await last4(id)).toEqual(before);

    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await question.getByRole('button', { name: 'Store it anyway' }).click();
    await page.getByText('The token is stored, but it can’t send conversions.').waitFor(WITHIN);
    await open(sourceId, '');
    const step = page.getByRole('listitem').filter({ hasText: 'With an access token' });
    await step.getByText('The token may not send conversions').waitFor(WITHIN);
    expect(await step.getAttribute('class')).not.toContain('done');
  });

  it('of a member who may only read has no account that could be used', async () => {
    const { sourceId } = await aConnection(product, {
      config: { access_token: 'tok-viewer', refresh_token: null, account_id: '0' },
    });
    await open(sourceId, '/linkedin');

    await page.getByText('None of these accounts can be used').waitFor(WITHIN);
    expect(await page.getByRole('button', { name: 'Use this account' }).isDisabled()).toBe(true);
    await open(sourceId, '/doctor');
    await page.getByText('No ad account is picked').waitFor(WITHIN);
    await page.getByText('The member who connected has only read access').waitFor();
    expect(await page.getByText('has no role on this ad account').count()).toBe(0);
  });

  it('is asked about when LinkedIn could not be reached', async () => {
    const { sourceId, id } = await aConnection(product);
    const before = await last4(id);
    await page.route('**/check-token', (route) =>
      route.fulfill({
        json: {
          findings: [
            {
              code: 'linkedin_unreachable',
              severity: 'error',
              title: 'LinkedIn cannot be reached',
              detail: null,
              remedy: 'Wait.',
            },
          ],
          ad_accounts: null,
          renewed: false,
        },
      }),
    );
    await open(sourceId, '/linkedin');
    await paste('tok-direct');
    await page
      .getByRole('dialog', { name: 'This token couldn’t be checked' })
      .getByRole('button', { name: 'Cancel' })
      .click();
    expect(await last4(id)).toEqual(before);
  });
});

describe('a replay while LinkedIn refuses the token', () => {
  it('says so before, leads to the form for a token after, and the new token sends what was held', async () => {
    const { sourceId, writeKey, ask } = await aConnection(product, {
      config: { access_token: 'tok-revoked', refresh_token: null },
    });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ held: 1 });
    await open(sourceId, '/deliveries?state=held');
    await page.getByRole('button', { name: /^Replay (all )?\d+ (failed|held)/ }).click();
    const question = page.getByRole('dialog', { name: 'Replay these deliveries?' });
    await question.getByText('LinkedIn refuses the access token').waitFor(WITHIN);
    await question.getByText('held conversions are sent automatically').waitFor();
    await question.getByRole('button', { name: 'Replay 1' }).click();
    await page.getByText('Replay finished').waitFor(WITHIN);
    await page.getByRole('link', { name: 'Go to the connection' }).waitFor(WITHIN);

    await open(sourceId, '/doctor');
    await page.getByRole('link', { name: 'Connect again' }).first().click();
    const token = page.getByRole('textbox', { name: 'Access token' });
    await expect.poll(() => token.evaluate((field) => field === document.activeElement), WITHIN).toBe(true);
    await token.fill('tok-ok');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    // It stays when the toast is gone, as on the page of the rules.
    const sent = page.locator('.notice.good', { hasText: '1 conversion that was held is sent now.' });
    await sent.waitFor(WITHIN);
    expect(await sent.getByRole('link', { name: 'See this connection’s deliveries' }).getAttribute('href')).toMatch(
      new RegExp(`^#/sources/${sourceId}/deliveries\\?integration=`),
    );
    await product.sandbox.waitForEvents(1, 30_000);
  });
});

describe('the editor of mappings', () => {
  it('says that a rule is missing instead of showing what would be sent, and forgets a problem that is fixed', async () => {
    const { sourceId, writeKey } = await aConnection(product);
    await product.collect({ batch: [aLead({ event: 'Lead Generated ' }), aLead()] }, { writeKey });
    await open(sourceId, '/mappings/new');
    await page.getByLabel('FQL text').fill('event = "Lead Generated"');
    await page
      .getByRole('combobox', { name: 'Event', exact: true })
      .selectOption({ label: 'Lead Generated (1 recent)' });

    await page.getByText('The event matches. Choose a conversion rule to send it.').waitFor();
    expect(await page.getByRole('heading', { name: 'What LinkedIn would get' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Create mapping' }).click();
    await page.getByText('Choose a conversion rule.', { exact: true }).waitFor();
    await page.getByLabel('Conversion rule', { exact: true }).selectOption('987655');
    await page.getByText('Choose a conversion rule.', { exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'What LinkedIn would get' }).waitFor();
  });

  it('offers the name that the site really sends, when only its case keeps the trigger from firing', async () => {
    const { sourceId, writeKey } = await aConnection(product);
    await product.collect({ batch: [aLead({ event: 'lead generated' })] }, { writeKey });
    await open(sourceId, '/mappings/new');
    await page.getByLabel('FQL text').fill('event = "Lead Generated"');

    await page.getByText('“Lead Generated” is already accepted by the mapping “Lead Generated”.').waitFor();
    await page.getByText('lead generated came 1 time recently. It differs only in capital letters.').waitFor();
    await page.getByRole('button', { name: 'Use this name' }).click();
    expect(await page.getByLabel('FQL text').inputValue()).toBe('event = "lead generated"');
    const conditions = page.getByRole('group', { name: 'Conditions' });
    expect(await conditions.getByLabel('Value', { exact: true }).inputValue()).toBe('lead generated');
    await page.getByText('It matches the sample event').waitFor();
    expect(await page.getByRole('button', { name: 'Use this name' }).count()).toBe(0);
  });

  it('shows a space at the end of a name, and counts the deliveries of the mapping, not of its rule', async () => {
    const { sourceId, writeKey, ask } = await aConnection(product);
    const demo = { name: 'Demos', trigger: 'event = "Demo Requested"', conversion_rule_id: '987655' };
    await ask('/mappings', { body: demo });
    await product.collect({ batch: [aLead({ event: 'Lead Generated ' }), aLead()] }, { writeKey });
    await open(sourceId, '/mappings');

    await page.getByText('Lead Generated␣').waitFor();
    await page.getByRole('columnheader', { name: 'Deliveries, 7 days' }).waitFor();
    const mappings = page.getByRole('region', { name: 'Mappings' });
    const count = (name: RegExp) => mappings.getByRole('row', { name }).locator('td.number').textContent();
    expect([await count(/^Demos/), await count(/^Lead Generated/)]).toEqual(['0', '1']);
    // Nothing on this page saves a preselected rule later, so its row has a button.
    await page.getByRole('button', { name: /^Use this rule: Lead Generated/ }).click();
    await page.getByText(/is a conversion now\.$/).waitFor();
  });
});

describe("an event's history", () => {
  it('shows the name as it came when a mapping misses it by case or spaces, and adds it to the mapping', async () => {
    const { sourceId, writeKey, ask } = await aConnection(product);
    const mapping = { name: 'Leads', trigger: 'event = "Lead Generated"', conversion_rule_id: '987655', fields: {} };
    const made = await ask('/mappings', { method: 'POST', body: mapping });
    expect(made.status).toBe(201);
    await product.collect({ batch: [aLead({ event: 'lead generated ', messageId: 'near' })] }, { writeKey });
    await open(sourceId, '/live?event=near');

    await page
      .getByText(
        'The mapping “Leads” asks for “Lead Generated”. The name of this event differs only in capital letters and spaces.',
      )
      .waitFor();
    const stories = page.locator('.trigger-story');
    const words = 'event was “lead generated␣”, which differs only in capital letters and spaces';
    for (const of of ['Leads: did not match', 'Lead Generated: did not match'])
      await stories.filter({ hasText: of }).getByText(words).waitFor();
    // Each mapping has one button, and its name tells it from the other.
    await page.getByRole('button', { name: 'Map this name too for “Lead Generated”' }).waitFor();
    expect(await page.getByRole('button', { name: 'Map this name too' }).count()).toBe(2);
    await page.getByRole('button', { name: 'Map this name too for “Leads”' }).click();

    const question = page.getByRole('dialog', { name: 'Map “lead generated␣” too?' });
    await question.getByText('The mapping “Leads” accepts “Lead Generated”.').waitFor();
    await question.getByText(/^They count for the conversion rule (“.+”|987655)\.$/).waitFor();
    await question.getByRole('button', { name: 'Accept both' }).click();
    await page.getByText('“lead generated␣” is mapped too.').waitFor();
    // The cause is removed, so its warning is gone.
    await page.locator('.story .notice.warn').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Map this name too' }).count()).toBe(0);
    await page.getByText('No mapping matched this event when it came.').waitFor();
    // The next person sees why too, although the mapping has changed since.
    await page.reload();
    await page.getByText('The mapping “Leads” asked for “Lead Generated”.').waitFor();
    await page.getByText('No mapping matched this event when it came.').waitFor();
    expect(dataOf(await ask('/mappings'))).toMatchObject([
      { trigger: 'event in ["Lead Generated", "lead generated "]' },
    ]);
  });

  it('is asked whether an entry by event name accepts the name too, also by the doctor', async () => {
    const { sourceId, writeKey, ask } = await aConnection(product);
    await product.collect({ batch: [aLead({ event: 'lead generated', messageId: 'near' })] }, { writeKey });
    await open(sourceId, '/live?reason=no_mapping');
    const nearMiss = page.getByText('No mapping matches: “Lead Generated” differs only in capital letters.');
    await page
      .getByRole('row', { name: /lead generated/ })
      .and(page.getByRole('row').filter({ has: nearMiss }))
      .waitFor();
    await page.getByText('1 of 1 event', { exact: true }).waitFor(WITHIN);
    await open(sourceId, '/live?event=near');
    await page.getByText('event was “lead generated”, which differs only in capital letters').waitFor();
    await page
      .getByRole('dialog')
      .locator('.sentence')
      .and(page.locator('p', { has: nearMiss }).or(nearMiss))
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Search' }).fill('near');
    await page.getByRole('option').filter({ has: nearMiss }).first().waitFor(WITHIN);
    await open(sourceId, '/doctor');
    await page
      .getByText(
        'asks for “Lead Generated”, which did not come in the last day. “lead generated” came 1 time and differs only in capital letters.',
      )
      .waitFor(WITHIN);
    await page.getByRole('button', { name: 'Map this name too' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

    await open(sourceId, '/live?event=near');
    // The only one is beside the sentence at the top.
    await page.getByText('event was “lead generated”, which differs only in capital letters').waitFor();
    expect(await page.getByRole('button', { name: 'Map this name too' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Map this name too', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Accept both' }).click();
    await page.getByText('“lead generated” is mapped too.').waitFor();
    // In the list and in the heading.
    await expect.poll(() => nearMiss.count(), WITHIN).toBe(0);
    await page
      .getByText(
        'No mapping matched when it came. Its name differs only in capital letters from “Lead Generated”, and is mapped now.',
      )
      .waitFor();
    // An entry by event name stays as it was, so the story has to look at what is mapped now.
    await open(sourceId, '/live?event=near');
    await page.getByText('“lead generated” is mapped too.').waitFor();
    expect(await page.locator('.story .notice.warn').count()).toBe(0);
    expect(bodyOf(await ask(''))).toMatchObject({
      config: { conversion_rule_id: { 'Lead Generated': '987655', 'lead generated': '987655' } },
    });

    await open(sourceId, '/mappings/new');
    await page.getByLabel('FQL text').fill('event = "lead generated"');
    await page.getByText('“lead generated” is already accepted by the mapping “lead generated”.').waitFor();
    expect(await page.getByText(/Segment/).count()).toBe(0);
  });
});

describe('the question before a person is erased', () => {
  it('names them, and is not asked for something that is no e-mail address', async () => {
    await page.goto(`${product.url}/console#/privacy`);
    await page.getByLabel('E-mail or ID').fill('not-an-email');
    await page.getByRole('button', { name: 'Erase' }).click();
    await page.getByText('Enter a whole e-mail address').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);

    await page.getByLabel('E-mail or ID').fill('jane@example.com');
    await page.getByRole('button', { name: 'Erase' }).click();
    await page.getByRole('dialog', { name: 'Erase this person?' }).getByText('jane@example.com').waitFor();
    await page.keyboard.press('Escape');
  });
});

describe('the set-up', () => {
  it('counts the step that the first event ticks', async () => {
    const made = bodyOf(await product.admin('/sources', { body: { name: 'Waiting' } }));
    await open(String(made['id']), '');
    await page.getByText('0 of 6 steps done.').waitFor();

    await product.collect({ batch: [aLead()] }, { writeKey: String(made['write_key']) });

    await page.getByText('The first event was received.').waitFor(WITHIN);
    await page.getByText('1 of 6 steps done.').waitFor();
  });

  it('is not ticked by a bot, nor by the command that an event’s story shows', async () => {
    const made = bodyOf(await product.admin('/sources', { body: { name: 'Only tests' } }));
    const id = String(made['id']);
    const writeKey = String(made['write_key']);
    const bot = { 'User-Agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' };
    await fetch(`${product.url}/v1/batch`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...bot },
      body: JSON.stringify({ writeKey, batch: [aLead()] }),
    });
    await open(id, '/live');
    await page.getByRole('button', { name: 'Lead Generated' }).click(WITHIN);
    await page.getByText('For developers').click();
    const command = await page.getByRole('region', { name: 'curl command' }).textContent();
    execFileSync('sh', ['-c', `${(command ?? '').replace('<write key>', writeKey)} --silent --fail`]);
    await expect.poll(async () => dataOf(await product.admin(`/sources/${id}/events`)).length, WITHIN).toBe(2);

    await open(id, '');
    await page.getByText('0 of 6 steps done.').waitFor();
    await page.getByText('Events of bots and of the console’s examples have arrived.').waitFor();

    await product.collect({ batch: [aLead()] }, { writeKey });
    await page.getByText('1 of 6 steps done.').waitFor(WITHIN);
  });

  it('asks LinkedIn about the token once, and again after a change or on a button', async () => {
    const { sourceId, id } = await aConnection(product, { config: { refresh_token: null } });
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith(`/${id}/doctor`)) asked += 1;
    });
    for (let visit = 0; visit < 3; visit += 1) {
      await page.goto(`${product.url}/console#/sources/${sourceId}/live`);
      await page.getByRole('heading', { level: 1, name: 'Live events' }).waitFor();
      await page.goto(`${product.url}/console#/sources/${sourceId}`);
      await page.getByText(/of 6 steps done/).waitFor(WITHIN);
    }
    expect(asked).toBe(1);

    await page.getByRole('heading', { name: 'Connect LinkedIn' }).click();
    await page.getByText(/LinkedIn was asked about this token at/).waitFor();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('The token was checked.').waitFor(WITHIN);
    expect(asked).toBe(2);

    await product.admin(`/integrations/${id}`, { method: 'PATCH', body: { config: { access_token: 'tok-noscope' } } });
    await page.reload();
    await page.getByText('The token may not send conversions').waitFor(WITHIN);
    await page.reload();
    await page.getByText('The token may not send conversions').waitFor(WITHIN);
    expect(asked).toBe(3);
  });
});

describe('a finding of the doctor', () => {
  it.each([
    [
      'a disabled rule',
      { conversion_rule_id: { 'Lead Generated': '1002' }, account_id: '100' },
      'A conversion rule is disabled',
      'Enable the rule',
    ],
    ['test mode', { test_mode: true }, 'Test mode is on', 'Disable test mode'],
    [
      'a quota above LinkedIn’s',
      { quota_per_minute: 900 },
      'The configured quota is above LinkedIn’s',
      'Use LinkedIn’s limits',
    ],
  ])('has a button that fixes %s', async (_what, config, title, button) => {
    const { sourceId } = await aConnection(product, { config });
    await open(sourceId, '/doctor');
    const finding = page.getByRole('listitem').filter({ hasText: title });
    await finding.waitFor(WITHIN);
    expect(await finding.textContent()).not.toMatch(/PUT|PATCH|\b[a-z]+_[a-z]+\b/);

    await finding.getByRole('button', { name: button }).click();

    await finding.waitFor({ state: 'detached', ...WITHIN });
  });

  it('has a button that fixes a missing consent', async () => {
    const { sourceId, id } = await aConnection(product, { consent_categories: [] });
    await open(sourceId, '/doctor');
    // Nothing was sent yet, so what the site sends could not be checked.
    await page.getByText('No event has arrived from this site yet').waitFor(WITHIN);
    await page.getByText('No event to check yet.').waitFor();
    const toSnippet = page.getByRole('main').getByRole('link', { name: 'See the snippet' });
    expect(await toSnippet.count()).toBe(1);
    await toSnippet.click();
    await page.getByText('Put this into the <head>').waitFor(WITHIN);
    await open(sourceId, '/doctor');
    await page.getByRole('button', { name: 'Require “advertising”' }).click(WITHIN);

    await expect
      .poll(async () => bodyOf(await product.admin(`/integrations/${id}`))['consent_categories'])
      .toEqual(['advertising']);
  });

  it('about failed deliveries replays them', async () => {
    const { sourceId, writeKey, ask } = await aConnection(product);
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ dead: 1 });
    await open(sourceId, '/linkedin');
    await page.getByText('1 conversion has failed: LinkedIn refused it.').waitFor(WITHIN);
    await page.getByRole('link', { name: 'See the failed ones' }).click();
    await page.getByRole('button', { name: 'Replay 1 failed…' }).waitFor(WITHIN);
    await open(sourceId, '/doctor');
    await page.getByRole('button', { name: 'Replay the failed ones' }).click(WITHIN);
    await page.getByRole('dialog').getByRole('button', { name: 'Replay 1' }).click();

    await product.sandbox.waitForEvents(1, 30_000);
  });
});

describe('the page of conversion rules', () => {
  it('lists them with what is mapped to each, and enables, creates and changes them', async () => {
    const { sourceId, writeKey, ask } = await aConnection(product, {
      config: { account_id: '100', conversion_rule_id: { 'Lead Generated': '1002', 'Order Completed': '1001' } },
    });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ held: 1 });
    await open(sourceId, '/rules?rule=1002');
    const row = page.getByRole('row').filter({ hasText: '1002' }).first();
    await row.getByText('Lead Generated').waitFor(WITHIN);
    expect(await row.getAttribute('class')).toBe('wanted');
    // One sign says that it is disabled, and what follows from it.
    await row.getByText('Its conversions are held until you enable it.').waitFor();
    expect(await row.locator('.badge').allTextContents()).toEqual(['No campaigns']);
    await page.getByText('It is the same one as in Campaign Manager').waitFor();
    await row.getByText('1 is held now.').waitFor();
    expect(await row.getByText('Disabled', { exact: true }).count()).toBe(1);
    await row.getByRole('switch', { name: /^Enabled/ }).check();
    await row.getByRole('switch', { name: /^Enabled/, checked: true }).waitFor();
    await page.getByText('1 conversion that was held is sent now.').waitFor(WITHIN);
    expect(await row.getByText('Enabled', { exact: true }).count()).toBe(1);
    await row.getByText('LinkedIn attributes nothing to this rule until you add one.').waitFor();
    const sent = page.getByRole('link', { name: 'See this rule’s deliveries' });
    expect(await sent.getAttribute('href')).toContain('conversion_rule_id=1002');
    expect(await row.getAttribute('class')).toBe('');
    const readiness = page.getByRole('region', { name: 'Readiness' }).getByRole('row').filter({ hasText: '1001' });
    expect(await readiness.innerText()).toContain('None');

    await page.getByRole('button', { name: 'Create a rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('From the page');
    await dialog.getByRole('button', { name: 'Create', exact: false }).click();
    await page.getByRole('row').filter({ hasText: 'From the page' }).waitFor(WITHIN);
  });
});
