import { readFile } from 'node:fs/promises';

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from '../management/a-connection.ts';
import { aLead, goTo, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';

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
  await page.close();
});

/** A connected source that maps "Lead Generated" and "Order Completed". */
async function aSource(over: Parameters<typeof aConnection>[1] = {}) {
  const connection = await aConnection(product, over);
  const open = async (tab: string): Promise<void> => {
    await page.goto(`${product.url}/console#/sources/${connection.sourceId}/${tab}`);
    await page.reload();
  };
  return { ...connection, open };
}

describe('a mapping', () => {
  it('can be edited as rows and as text, is tried on an event while typing, and then applies', async () => {
    const { id, open, ask, writeKey } = await aSource({ config: { conversion_rule_id: {} } });
    await ask('/mappings', {
      body: { name: 'Orders', trigger: 'event = "Order Completed"', conversion_rule_id: '987654' },
    });
    await product.collect(
      { batch: [aLead({ event: 'Order Completed', properties: { total: 50, currency: 'EUR' } })] },
      { writeKey },
    );
    await product.sandbox.waitForEvents(1, 30_000);
    await open('mappings');
    await page
      .getByRole('region', { name: 'Mappings' })
      .getByRole('row', { name: /Orders/ })
      .getByText('987654')
      .waitFor();
    // The event has this mapping, so no rule is suggested for it.
    await page.getByText('The mapping “Orders” asks for this event already.').waitFor();
    expect(await page.getByRole('button', { name: /^Use this rule/ }).count()).toBe(0);

    await page.getByRole('link', { name: 'Orders' }).click();
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByLabel('Field', { exact: true }).last().fill('properties.total');
    await page.getByLabel('Comparison').last().selectOption({ label: 'is more than' });
    await page.getByLabel('Value', { exact: true }).and(page.getByRole('textbox')).last().fill('100');

    const text = page.getByLabel('FQL text');
    await expect.poll(() => text.inputValue()).toBe('event = "Order Completed" and properties.total > 100');
    // The sample has the fields of the event that was sent, with typical values.
    await page.getByText('It matches the sample event').waitFor();
    await page.getByText('"amount": "120.00"').waitFor();
    await text.fill('event = "Order Completed" and properties.total > 200');
    await page.getByText('properties.total is 120').waitFor();
    await page.getByText('No mapping matches this event.').waitFor();
    await text.fill('event = "Order Completed" and (properties.total > 100 or properties.vip = true)');
    await page.getByText('These conditions can’t be shown as a list.').waitFor();
    await text.fill('event = "Order Completed" and and');
    await page
      .getByText(/^Column \d+:/)
      .first()
      .waitFor();
    await text.fill('event = "Order Completed" and properties.total > 100');
    await page.getByLabel('Event ID').selectOption({ label: 'From the event' });
    await page.getByLabel('Where Event ID comes from').fill('properties.order_id');
    const json = page.getByLabel('As JSON');
    await expect
      .poll(async () => JSON.parse(await json.inputValue()))
      .toEqual({
        eventId: { '@path': '$.properties.order_id' },
      });
    // The rows follow the JSON too.
    await json.fill('{ "email": { "@path": "$.traits.mail" }');
    await json.fill('{ "email": { "@path": "$.traits.mail" }, "eventId": { "@path": "$.properties.order_id" } }');
    expect(await page.getByLabel('Where E-mail comes from').inputValue()).toBe('$.traits.mail');
    await page.getByLabel('E-mail', { exact: true }).selectOption({ label: 'Default' });
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The mapping is saved.').waitFor();

    const { body } = await product.admin(`/integrations/${id}/mappings`);
    expect(body).toMatchObject({
      data: [
        {
          trigger: 'event = "Order Completed" and properties.total > 100',
          fields: { eventId: { '@path': '$.properties.order_id' } },
        },
      ],
    });
    expect(complaints).toEqual([]);
  });

  it('is made from a shorthand entry, and deleted after a question', async () => {
    const { id, open } = await aSource({ config: { conversion_rule_id: { 'Lead Generated': '987655' } } });
    await open('mappings');
    await page.getByRole('button', { name: 'Add conditions: Lead Generated' }).click();
    await page.getByRole('link', { name: 'Lead Generated' }).waitFor();
    expect(bodyOf(await product.admin(`/integrations/${id}`))['config']).toMatchObject({
      conversion_rule_id: {},
      mappings: [{ trigger: 'type = "track" and event = "Lead Generated"', conversion_rule_id: '987655' }],
    });

    await page.getByRole('button', { name: 'Delete: Lead Generated' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();

    await page.getByText('No event is a conversion yet').waitFor();
  });
});

describe('the outcome of events', () => {
  it('says why one was skipped', async () => {
    const { open, writeKey } = await aSource();
    await product.collect({ batch: [aLead({ traits: {} }), aLead({ event: 'Other' })] }, { writeKey });

    await open('live');
    await page.getByText('Nothing identifies the person: no click ID, no e-mail').waitFor(WITHIN);
    await page.getByRole('button', { name: 'Other' }).click();
    const story = page.getByRole('dialog', { name: 'Other' });
    await story.getByText('No mapping matches this event.').waitFor();
    await story.getByText('Lead Generated: did not match').waitFor();
    // What only a developer needs is folded, below what a marketer reads.
    for (const technical of ['Message ID', 'properties.value', 'curl command'])
      expect(await story.getByText(technical).filter({ visible: true }).count()).toBe(0);
    await story.getByText('For developers').click();
    await story.getByText('properties.value').waitFor();
    await story.getByText('Message ID', { exact: true }).waitFor();
    await story
      .getByRole('listitem')
      .filter({ hasText: 'event = "Lead Generated"' })
      .getByText('event was “Other”')
      .waitFor();
    const curl = await story.getByRole('region', { name: 'curl command' }).textContent();
    expect(curl).toContain(`curl -X POST '${product.url}/v1/batch'`);
    expect(curl).toContain('"event":"Other"');
    await page.keyboard.press('Escape');
    await goTo(page, 'Overview');
    await page.getByText('no identifiers').first().waitFor(WITHIN);
    expect(complaints).toEqual([]);
  });

  it("replays a cause's failed deliveries, shows their number and value first, and then the progress", async () => {
    const { open, writeKey } = await aSource();
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await open('deliveries?state=dead');
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Filter' }).click();
        return page.getByRole('heading', { name: 'By cause' }).count();
      }, WITHIN)
      .toBe(1);

    await page.getByRole('button', { name: 'Replay 1 failed…' }).waitFor();
    const list = page.getByRole('region', { name: 'Deliveries' });
    await list.getByRole('cell', { name: 'Lead Generated 987655', exact: true }).waitFor();
    await list.getByRole('button', { name: 'Lead Generated' }).click();
    const story = page.getByRole('dialog', { name: 'Lead Generated' });
    await story.getByText('For developers').click();
    await story.getByText('422 LinkedIn refused the whole request').waitFor();
    await story.getByRole('button', { name: 'Replay this delivery…' }).click();
    const question = page.getByRole('dialog', { name: 'Replay these deliveries?' });
    await question.getByText('1 failed delivery will be sent again.').waitFor();
    await question.getByText('USD 500.00').waitFor();
    await question.getByRole('button', { name: 'Replay 1' }).click();

    await page.getByText('1 of 1 delivered.').waitFor(WITHIN);
    // The story said what the delivery was before.
    await story.waitFor({ state: 'detached' });
    await product.sandbox.waitForEvents(1, 30_000);
    await page.getByText('No failed deliveries are left in this list').waitFor(WITHIN);
    expect(complaints).toEqual([]);
  });
});

describe('the ledger', () => {
  it('adds up by event, by conversion rule, and by the hour on the home page', async () => {
    const { open, writeKey } = await aSource({ source: { name: 'Counted' } });
    const orders = Array.from({ length: 3 }, () => aLead({ event: 'Order Completed' }));
    await product.collect({ batch: [...orders, aLead(), aLead({ event: 'Other' })] }, { writeKey });
    await product.sandbox.waitForEvents(4, 30_000);

    await open('ledger');
    await page.getByText('Every received event is accounted for').waitFor();
    expect(await page.getByRole('row', { name: /^Total/ }).textContent()).toMatch(/^Total5/);
    await page.getByLabel('Rows', { exact: true }).selectOption('rule');
    await page.getByRole('columnheader', { name: 'Deliveries' }).waitFor();
    const rule = page.getByRole('row').filter({ hasText: 'Order Completed' });
    await rule.getByText('987654').waitFor();
    expect(await page.getByRole('row', { name: /^Total/ }).textContent()).toMatch(/^Total4/);
    await open('mappings');
    await page.getByRole('region', { name: 'Mappings' }).getByRole('cell', { name: '3', exact: true }).waitFor();
    await open('overview?period=24h');
    const card = page.getByRole('region', { name: 'Counted' });
    await card.getByRole('img', { name: /UTC: 5 received, 4 delivered, 1 skipped/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('a broken connection', () => {
  it('says that the token was refused, and works again with a new one', async () => {
    const { open, writeKey } = await aSource({
      config: { access_token: 'tok-revoked', refresh_token: null },
      source: { name: 'Broken' },
    });
    await product.collect({ batch: [aLead()] }, { writeKey });
    await page.goto(`${product.url}/console#/`);
    await expect
      .poll(async () => {
        await page.reload();
        await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
        return page
          .getByRole('row', { name: /Broken/ })
          .getByText('1 conversion is held')
          .count();
      }, WITHIN)
      .toBe(1);
    // The doctor has the same word for it.
    await open('doctor');
    await page.getByText('1 conversion is held. LinkedIn refuses the access token').waitFor(WITHIN);

    await page.goto(`${product.url}/console#/`);
    await page.getByRole('link', { name: 'Fix: Broken' }).click();
    await page.getByRole('heading', { name: 'Status', exact: true }).waitFor();
    await page.getByText('LinkedIn refuses the access token').waitFor();
    // “Fix” has opened the form for a new token.
    await page.getByRole('textbox', { name: 'Access token' }).fill('tok-ok');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();

    await product.sandbox.waitForEvents(1, 30_000);
    await open('linkedin');
    await page.getByText('Nothing is waiting or held.').waitFor(WITHIN);
    expect(complaints).toEqual([]);
  });

  it('is reported by the doctor with a link to it, and its secrets can be cleared', async () => {
    const { id, open } = await aSource({ config: { access_token: 'tok-viewer' } });
    await open('doctor');
    await page.getByText('The member who connected has only read access to this ad account').waitFor(WITHIN);
    await page.getByRole('link', { name: 'Connect again' }).first().click();
    await page.getByRole('button', { name: 'Clear: Refresh token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click();

    await expect
      .poll(async () => bodyOf(await product.admin(`/integrations/${id}`))['config'])
      .toMatchObject({ refresh_token: { set: false }, access_token: { set: true } });
  });
});

describe('settings', () => {
  it("that another person changed meanwhile aren't overwritten", async () => {
    const { sourceId, open } = await aSource({ source: { name: 'Before' } });
    await open('settings');
    await page.getByRole('button', { name: 'Create server key' }).click();
    await page.getByText('Copy this key now.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved.').waitFor();

    await product.admin(`/sources/${sourceId}`, { method: 'PATCH', body: { name: 'Theirs' } });
    await page.getByLabel('Name', { exact: true }).fill('Mine again');
    await page.getByRole('button', { name: 'Save changes' }).click();

    // Our own new key was no conflict. What can be chosen is in conflicts.test.ts.
    await page.getByRole('dialog', { name: 'Somebody else has changed this' }).waitFor();
    expect(bodyOf(await product.admin(`/sources/${sourceId}`))['name']).toBe('Theirs');
  });
});

describe('the audit log', () => {
  it('says in words what was done, names only what was changed, and is found by the former name', async () => {
    const { ask, open } = await aSource({ source: { name: 'Audited' } });
    await ask('/oauth/authorize', { method: 'POST' });
    await open('settings');
    await page.getByLabel('Name', { exact: true }).fill('Audited twice');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Saved.').waitFor();
    await goTo(page, 'Audit log');

    const rows = page.getByRole('region', { name: 'Audit log' }).getByRole('row');
    expect(await rows.nth(1).innerText()).toMatch(/renamed the site “Audited” to “Audited twice”\s+Audited twice\s+—$/);
    expect(await rows.nth(2).innerText()).toMatch(
      /started signing in to LinkedIn.*Nothing was stored until LinkedIn had agreed\.$/s,
    );
    const search = page.getByRole('main').getByLabel('Search', { exact: true });
    await search.fill('Never a name');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('No changes match this filter').waitFor();
    await search.fill('AUDITED twice');
    await page.getByRole('button', { name: 'Filter' }).click();
    await rows.filter({ hasText: 'renamed the site “Audited”' }).waitFor();
    expect(await rows.nth(1).getByRole('listitem').count()).toBeLessThanOrEqual(1);
    expect(complaints).toEqual([]);
  });
});

describe('an export', () => {
  it('is one click in the settings, and a file with everything about the source', async () => {
    const { sourceId, open } = await aSource();
    await open('settings');

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export everything' }).click();
    const download = await downloading;

    expect(download.suggestedFilename()).toMatch(new RegExp(`^${sourceId}-.*\\.ndjson$`));
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ kind: 'export', data: { source_id: sourceId } });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'end' });
  });
});

describe('the consent report', () => {
  it("counts the visitors' answers for a source, on the chosen days", async () => {
    await aSource();
    const { writeKey } = await aSource({ source: { name: 'Asked' } });
    const no = { context: { consent: { categoryPreferences: { advertising: false } } } };
    await product.collect({ batch: [aLead(), aLead(), aLead(no)] }, { writeKey });
    await page.reload();
    await goTo(page, 'Privacy');
    const report = page.getByRole('region', { name: 'Consent report' });
    await page.getByRole('main').getByLabel('Site', { exact: true }).selectOption({ label: 'Asked' });

    await page.getByText('3 events were received on these days. 1 was not sent for lack of consent.').waitFor();
    await report.getByRole('row', { name: 'Agreed to advertising the page or the server US 2 0' }).waitFor();
    await report.getByRole('row', { name: 'Refused advertising the page or the server US 1 1' }).waitFor();
    await page.getByLabel('From', { exact: true }).fill('2020-01-01');
    await page.getByLabel('To', { exact: true }).fill('2020-01-01');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('Nothing to report yet').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('people', () => {
  it('are erased after a question', async () => {
    const { writeKey, ask } = await aSource({ config: { access_token: null, refresh_token: null } });
    await product.collect({ batch: [aLead({ traits: { email: 'erase.me@example.com' } })] }, { writeKey });
    await expect.poll(async () => bodyOf(await ask('/status'))['backlog'], WITHIN).toMatchObject({ held: 1 });
    await goTo(page, 'Privacy');
    await page.getByLabel('E-mail or ID').fill('Erase.Me@example.com');
    await page.getByRole('button', { name: 'Erase' }).click();
    const question = page.getByRole('dialog', { name: 'Erase this person?' });
    await question.getByText('is deleted on all sites that you have access to').waitFor();
    await question.getByRole('button', { name: 'Erase' }).click();

    await page
      .getByText(/1 delivery was erased/)
      .first()
      .waitFor(WITHIN);
    await page
      .getByRole('region', { name: 'What to tell the person' })
      .getByText('We have deleted your data')
      .waitFor();
    await page.getByRole('heading', { name: 'Has LinkedIn already received something?' }).waitFor();
    await page.getByText('delivered conversions can’t be counted by person').waitFor();
    await page.getByText('We may have sent data about your orders or requests to LinkedIn before.').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'What LinkedIn has already received.' }).waitFor();
    expect(await ask('/deliveries?state=erased')).toMatchObject({ body: { data: [{ state: 'erased' }] } });
  });

  it('can be erased by the ID of their answer to a lead form', async () => {
    await aSource();
    await goTo(page, 'Privacy');
    await page.getByLabel('Identifier').selectOption({ label: 'Lead ID of a LinkedIn form' });
    await page.getByLabel('E-mail or ID').fill('12345');
    await page.getByRole('button', { name: 'Erase' }).click();
    const erased = page.waitForRequest('**/v1/admin/people/erase');
    await page.getByRole('dialog', { name: 'Erase this person?' }).getByRole('button', { name: 'Erase' }).click();

    expect((await erased).postDataJSON()).toEqual({ lead_id: '12345' });
    await page
      .getByText(/No waiting, held or failed data is stored about this person/)
      .first()
      .waitFor(WITHIN);
    await page
      .getByRole('region', { name: 'What to tell the person' })
      .getByText('waiting to be sent to LinkedIn, or that LinkedIn had refused')
      .waitFor();
  });

  it('with the viewer role are told so, see only their sources, and can change nothing', async () => {
    const mine = await aSource({ source: { name: 'Mine' } });
    product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
    await product.collect({ batch: [aLead()] }, { writeKey: mine.writeKey });
    await expect.poll(async () => bodyOf(await mine.ask('/status'))['backlog'], WITHIN).toMatchObject({ dead: 1 });
    await product.admin(`/integrations/${mine.id}`, {
      method: 'PATCH',
      body: { name: 'Ads', config: { quota_per_day: 900, access_token: 'tok-ok' } },
    });
    await goTo(page, 'Access');
    await page.getByText('New token', { exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('An agency');
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Viewer' });
    await page.getByLabel('Mine', { exact: true }).check();
    await page.getByRole('button', { name: 'Create token' }).click();
    const token = await page.getByRole('region', { name: 'Token', exact: true }).textContent();
    await page
      .getByRole('row', { name: /An agency/ })
      .first()
      .waitFor();
    await goTo(page, 'Audit log');
    const log = page.getByRole('region', { name: 'Audit log' });
    await log
      .getByRole('row', {
        name: /Admin token \(shared\) created a token “An agency” .*sites: added Mine.*role: set to “Viewer”/,
      })
      .waitFor();
    await log
      .getByRole('row', { name: /connected LinkedIn “Ads” Mine .*mapped “Lead Generated” to conversion rule 987655/ })
      .waitFor();
    const changed = log.getByRole('row', {
      name: /renamed the LinkedIn connection “LinkedIn Conversions” to “Ads” Mine/,
    });
    await changed.getByText('requests per day: set to 900').waitFor();
    await changed.getByText('access token: changed, value not recorded').waitFor();
    await page
      .getByLabel('Who', { exact: true })
      .selectOption({ label: 'An agency (…' + String(token).slice(-4) + ')' });
    await page.getByText('No changes match this filter').waitFor();
    await page.getByLabel('Who', { exact: true }).selectOption('Admin token (shared)');
    // It is no person, so the page says how to see who it was.
    await page.getByText('give each person a token of their own on the page Access').waitFor();
    await changed.waitFor();
    await page.getByLabel('To', { exact: true }).fill('2026-01-01');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('No changes match this filter').waitFor();
    expect(page.url()).toContain('actor_id=admin_token&to=2026-01-01');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('textbox', { name: 'Token', exact: true }).fill(token ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();

    expect(await page.getByRole('main').getByRole('region').count()).toBe(1);
    await goTo(page, 'Settings');
    await page.getByText('needs the role editor').first().waitFor();
    for (const name of ['Save changes', 'Create server key'])
      expect(await page.getByRole('button', { name }).isDisabled()).toBe(true);
    await mine.open('deliveries?state=dead');
    await page.getByText('LinkedIn refuses this event: Unprocessable Entity').waitFor();
    expect(await page.getByRole('button', { name: /Replay/, disabled: false }).count()).toBe(0);
    await goTo(page, 'Access');
    await page.getByText('Only an owner sees tokens').waitFor();
    await goTo(page, 'Audit log');
    await page.getByText('Only an owner sees the audit log').waitFor();
    expect(complaints).toEqual([]);
  });
});
