/** Two people change the same thing: each editor shows both versions, and lets the second one choose. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from '../management/a-connection.ts';
import { openConsole, signIn, startEmptyProduct, wantToGo } from './an-empty-console.ts';

let browser: Browser;
let product: LocalProduct;
let connection: Awaited<ReturnType<typeof aConnection>>;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  connection = await aConnection(product, { source: { id: 'src_a', name: 'Alpha' }, name: 'Ads' });
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
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterEach(async () => {
  await page.context().close();
});

const open = async (hash: string, name: string): Promise<void> => {
  await page.goto(`${product.url}/console#${hash}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
};
const choice = () => page.getByRole('dialog', { name: 'Somebody else has changed this' });
const setting = (name: string) => choice().getByRole('group', { name });
const save = () => page.getByRole('button', { name: 'Save changes' }).click();
/** What another person does in the meantime. */
const change = async (path: string, body: object): Promise<void> => {
  const { status } = await product.admin(path, { method: 'PATCH', body });
  expect(status).toBe(200);
};

it('the settings of a site are merged setting by setting', async () => {
  await open('/sources/src_a/settings', 'Settings');
  await page.getByLabel('Name', { exact: true }).fill('Mine');
  await page.getByLabel('Addresses of the website').fill('https://mine.example');
  await change('/sources/src_a', { name: 'Theirs', max_events_per_minute: 777 });
  await save();

  await setting('Name').getByText('Both of you changed this.').waitFor();
  expect(await setting('Name').getByLabel('Yours Mine').isChecked()).toBe(true);
  await setting('Addresses of the website').getByText('Only you changed this.').waitFor();
  await setting('Events per minute, maximum').getByText('Only the other person changed this.').waitFor();
  expect(await setting('Events per minute, maximum').getByLabel('Saved now 777').isChecked()).toBe(true);
  expect(await choice().getByRole('group').count()).toBe(3);
  await setting('Name').getByLabel('Saved now Theirs').check();
  await choice().getByRole('button', { name: 'Save this choice' }).click();
  await page.getByText('Saved.').waitFor();

  expect(await product.admin('/sources/src_a')).toMatchObject({
    body: { name: 'Theirs', allowed_origins: ['https://mine.example'], max_events_per_minute: 777 },
  });
  expect(complaints).toEqual([]);
});

it('the settings of a connection: all of mine, or all of theirs', async () => {
  for (const [button, expected] of [
    ['Keep all of mine', { name: 'Mine', config: { default_currency: 'EUR', quota_per_day: 1_000 } }],
    ['Take all of theirs', { name: 'Theirs', config: { default_currency: 'SEK', quota_per_day: 1_000 } }],
  ] as const) {
    await open(`/sources/src_a/linkedin/${connection.id}`, '');
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await page.getByLabel('Default currency').fill('EUR');
    await change(`/integrations/${connection.id}`, {
      name: 'Theirs',
      config: { default_currency: 'SEK', quota_per_day: 1_000 },
    });
    await save();
    // Only the other person changed the limit; the first person did not touch it.
    await choice().getByRole('button', { name: button }).click();
    await page.getByText('Saved.').waitFor();

    const { config, ...rest } = bodyOf(await connection.ask(''));
    expect(rest['name']).toBe(expected.name);
    expect(Object(config)).toMatchObject({ default_currency: expected.config.default_currency });
    await page.reload();
  }
  expect(complaints).toEqual([]);
});

it('a mapping: the fields of both, and nothing is lost by going on with editing', async () => {
  const made = bodyOf(
    await connection.ask('/mappings', {
      body: { id: 'map_a', name: 'Orders', trigger: 'event = "Order"', conversion_rule_id: '987654' },
    }),
  );
  const path = `/integrations/${connection.id}/mappings/${String(made['id'])}`;
  await open(`/sources/src_a/mappings/map_a?integration=${connection.id}`, 'Orders');
  await page.getByLabel('Event ID', { exact: true }).selectOption('path');
  await page.getByLabel('Where Event ID comes from').fill('properties.order_id');
  await change(path, { trigger: 'event = "Order Completed"', fields: { email: { '@path': '$.traits.mail' } } });
  await save();

  await setting('When').getByText('event = "Order Completed"').waitFor();
  await setting('E-mail').getByText('From the event: $.traits.mail').waitFor();
  await setting('Event ID').getByText('From the event: $.properties.order_id').waitFor();
  await choice().getByRole('button', { name: 'Go on editing' }).click();
  await page.getByText('Not saved yet').waitFor();
  await wantToGo(page, 'Ledger');
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await save();
  await choice().getByRole('button', { name: 'Save this choice' }).click();
  await page.getByText('The mapping is saved.').waitFor();

  expect(await connection.ask('/mappings')).toMatchObject({
    body: {
      data: expect.arrayContaining([
        expect.objectContaining({
          trigger: 'event = "Order Completed"',
          conversion_rule_id: '987654',
          fields: { email: { '@path': '$.traits.mail' }, eventId: { '@path': '$.properties.order_id' } },
        }),
      ]),
    },
  });
  expect(complaints).toEqual([]);
});

it('a change of something that the form does not show asks nothing', async () => {
  await open(`/sources/src_a/mappings/map_a?integration=${connection.id}`, 'Orders');
  await page.getByLabel('Name', { exact: true }).fill('Paid orders');
  await change(`/integrations/${connection.id}`, { config: { send_ip: 'hashed' } });
  await save();
  await page.getByText('The mapping is saved.').waitFor();

  expect(JSON.stringify((await connection.ask('/mappings')).body)).toContain('Paid orders');
  expect(complaints).toEqual([]);
});

it('a conversion rule: also when it was changed in Campaign Manager, and the choice is what LinkedIn gets', async () => {
  await open('/sources/src_a/rules', 'Conversion rules');
  await page
    .getByRole('button', { name: /^Change rule…: / })
    .first()
    .waitFor();
  const row = page.getByRole('row').filter({ hasText: '987654' });
  await row.getByRole('button', { name: /^Change/ }).click();
  const form = page.getByRole('dialog', { name: 'Change conversion rule' });
  await form.getByLabel('Name', { exact: true }).fill('Mine');
  await form.getByLabel('Click window').selectOption('90');
  const path = `/integrations/${connection.id}/conversion-rules/987654`;
  await change(path, { name: 'Theirs', view_through_attribution_window_size: 1 });
  await save();

  await setting('Name').getByText('Both of you changed this.').waitFor();
  await setting('Click window').getByText('Only you changed this.').waitFor();
  expect(await setting('View window').getByLabel('Saved now 1 day').isChecked()).toBe(true);
  await setting('Name').getByLabel('Saved now Theirs').check();
  await choice().getByRole('button', { name: 'Save this choice' }).click();
  await page.getByText('Saved.').waitFor();
  await page
    .getByRole('row', { name: /Theirs/ })
    .first()
    .waitFor();

  expect(await product.admin(path)).toMatchObject({
    body: { name: 'Theirs', post_click_attribution_window_size: 90, view_through_attribution_window_size: 1 },
  });
  expect(complaints).toEqual([]);
});

it('an alert channel: the address stays hidden, and stays as it is', async () => {
  const channel = { type: 'webhook', name: 'On call', url: 'https://hooks.example.com/in/a1b2' };
  const path = `/alert-channels/${String(bodyOf(await product.admin('/alert-channels', { body: channel }))['id'])}`;
  await open('/alerts', 'Alerts');
  await page.getByRole('button', { name: 'Change: On call' }).click();
  const form = page.getByRole('dialog', { name: 'Change “On call”' });
  await form.getByLabel('Name', { exact: true }).fill('Mine');
  await form.getByLabel('Send', { exact: true }).selectOption('critical');
  await change(path, { name: 'Theirs', source_ids: ['src_a'], url: 'https://other.example.com/in/c3d4' });
  await save();

  await setting('Name').getByText('Both of you changed this.').waitFor();
  expect(
    await setting('Sites')
      .getByLabel(/^Saved now /)
      .isChecked(),
  ).toBe(true);
  expect(await setting('Address').getByLabel('Saved now other.example.com').isChecked()).toBe(true);
  await choice().getByRole('button', { name: 'Go on editing' }).click();
  await form.getByText('Not saved yet').waitFor();
  await save();
  await choice().getByRole('button', { name: 'Save this choice' }).click();
  await page.getByText('Saved.').waitFor();

  expect(await product.admin(path)).toMatchObject({
    body: { name: 'Mine', min_severity: 'critical', source_ids: ['src_a'], address: 'other.example.com' },
  });
  expect(complaints).toEqual([]);
});
