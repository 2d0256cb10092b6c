/**
 * Takes pictures of every page of the console, from the product itself. Light, dark, phone (390) and wide (1920) pictures
 * go to `.cache/console/`, and the best ones for the docs to `docs/images/`. Look at them before you commit them.
 *
 * `npm run screenshots:console` takes those of the docs, and `npm run screenshots:pages` every page in four styles.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { buildClient } from '../../scripts/build.ts';
import { helpIfAsked } from '../../scripts/help.ts';
import {
  aLead,
  connectLinkedIn,
  createSource,
  goTo as goByLink,
  openConsole,
  signIn,
  startEmptyProduct,
  wantToGo,
} from '../e2e/console/an-empty-console.ts';
import { aConnection } from '../e2e/management/a-connection.ts';
import { launchChromium } from '../support/browser.ts';

const images = join(import.meta.dirname, '../../docs/images');
const looks = join(import.meta.dirname, '../../.cache/console');

helpIfAsked(`Makes pictures of the console's pages. Look at them before you commit them.

  npm run screenshots:console   the pictures of the docs
  npm run screenshots:pages     every page in light, dark, on a phone and 1,920 pixels wide, in .cache/console/`);

/** What their captions name is lower on these pages: the chart, what LinkedIn gets, and the deliveries. */
const LONG = ['home', 'mapping-fits', 'story'];

const withAll = process.argv.includes('--all');

await mkdir(looks, { recursive: true });
await buildClient({ demo: true });
const [product, browser] = await Promise.all([startEmptyProduct(), launchChromium()]);
try {
  const { page } = await openConsole(browser, product, {
    viewport: { width: 1280, height: 820 },
    // Elsewhere than in UTC, the menu has a choice of the time zone.
    timezoneId: withAll ? 'America/Argentina/Buenos_Aires' : 'UTC',
  });
  // A busy machine needs more than the default 30 s.
  page.setDefaultTimeout(120_000);
  await page.getByLabel('Token', { exact: true }).waitFor();
  await take(page, 'sign-in');
  await signIn(page, product);
  await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
  await take(page, 'empty');
  const { writeKey } = await createSource(page);
  await take(page, 'set-up');
  await goTo(page, 'Mappings');
  await page.getByText('Not connected yet').waitFor();
  await take(page, 'mappings-unconnected');
  await connectLinkedIn(page);
  await take(page, 'set-up-later');
  await addMappings();
  product.sandbox.fault({ status: 422, times: 1, path: '/rest/conversionEvents' });
  await product.collect({ batch: [aLead()] }, { writeKey });
  await goTo(page, 'Live events');
  await page.getByText('Failed', { exact: true }).last().waitFor();
  await product.collect(
    {
      batch: [
        ...Array.from({ length: 23 }, (_, index) =>
          aLead(index % 2 === 0 ? { properties: { value: 500, currency: 'USD', li_fat_id: 'abc123' } } : {}),
        ),
        aLead({ traits: {} }),
        aLead({ context: { consent: { categoryPreferences: { advertising: false } } } }),
        aLead({ event: 'Video Played' }),
        aLead({
          event: 'Order Completed',
          properties: { order_id: 'o-1', total: 149.5, currency: 'EUR', plan: 'Pro' },
        }),
        { type: 'page', name: 'Pricing' },
      ],
    },
    { writeKey },
  );
  await product.sandbox.waitForEvents(23, 30_000);
  await page.getByRole('row', { name: /Pricing/ }).waitFor();
  await page.getByText('On its way').last().waitFor({ state: 'hidden' });
  await take(page, 'live', true);
  await page.getByRole('button', { name: 'Lead Generated' }).nth(2).click();
  await page.getByText(/: matched/).waitFor();
  await take(page, 'story-delivered');
  await page.getByText('For developers').click();
  await page.getByRole('region', { name: 'What LinkedIn gets' }).scrollIntoViewIfNeeded();
  await take(page, 'story-payload');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Order Completed' }).click();
  await page.getByText('contains(properties.order_id').scrollIntoViewIfNeeded();
  await take(page, 'story', true);
  await page.keyboard.press('Escape');
  await goTo(page, 'Mappings');
  await page.getByRole('heading', { name: 'Events seen on the site' }).waitFor();
  await take(page, 'mappings');
  await page.getByRole('link', { name: 'Add a mapping' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Orders over 100');
  await page.getByLabel('Conversion rule', { exact: true }).selectOption('987654');
  await page.getByLabel('FQL text').fill('type = "track" and event = "Order Completed" and properties.total > 200');
  await page
    .getByRole('combobox', { name: 'Event', exact: true })
    .selectOption({ label: 'Order Completed (1 recent)' });
  await page.getByText('properties.total is 120').waitFor();
  await page.getByText('No mapping matches this event.').waitFor();
  await take(page, 'mapping');
  await page.getByLabel('FQL text').fill('event = "Order Completed" and properties.total > 100');
  await page.getByText('What LinkedIn would get').waitFor();
  await take(page, 'mapping-fits', true);
  await page.getByLabel('Conversion rule', { exact: true }).selectOption('create');
  await page.getByRole('dialog').waitFor();
  await take(page, 'rule');
  await page.keyboard.press('Escape');
  // The mapping is not saved.
  await wantToGo(page, 'LinkedIn');
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'Status' }).waitFor();
  await take(page, 'linkedin');
  await goTo(page, 'Doctor');
  await page.getByText('The last day').waitFor();
  await take(page, 'doctor');
  await goTo(page, 'Deliveries');
  await page.getByRole('row').nth(2).waitFor();
  await take(page, 'deliveries');
  await page.getByLabel('State').selectOption('dead');
  await page.getByRole('heading', { name: 'By cause' }).waitFor();
  await take(page, 'dead-letters');
  await page.getByRole('button', { name: /^Replay (all )?\d+ (failed|held)/ }).click();
  await page.getByRole('dialog').waitFor();
  await take(page, 'replay');
  await page.keyboard.press('Escape');
  await goTo(page, 'Ledger');
  await page.getByRole('rowheader').first().waitFor();
  await take(page, 'ledger');
  await page.getByLabel('Rows').selectOption('rule');
  await page.getByRole('columnheader', { name: 'Deliveries' }).waitFor();
  await take(page, 'ledger-rules');
  await goTo(page, 'Settings');
  await page.getByRole('heading', { name: 'Server keys' }).waitFor();
  await take(page, 'settings');
  await goTo(page, 'Conversion rules');
  await page.getByRole('rowheader').first().waitFor();
  await take(page, 'rules');
  await goTo(page, 'Import');
  await page.getByLabel('Event', { exact: true }).waitFor();
  await take(page, 'import-empty');
  await page.getByLabel('Event', { exact: true }).fill('Lead Generated');
  await page.locator('input[type=file]').setInputFiles({
    name: 'leads.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(aCrmExport().join('\n')),
  });
  await page.getByText('It has no column for the time').waitFor();
  await page.getByLabel('Signed on').selectOption('time');
  await page.getByText('Your choice is remembered').waitFor();
  await page.locator('.outdated').waitFor({ state: 'detached' });
  await take(page, 'import', true);
  if (withAll) {
    await page.getByRole('group', { name: 'Lawful basis' }).getByRole('radio', { name: 'Consent' }).check();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page
      .getByText(/^Done\. 3 rows/)
      .first()
      .waitFor();
    await goTo(page, 'Alerts');
    await goTo(page, 'Import');
    await page.getByRole('region', { name: 'Earlier imports' }).waitFor();
    await take(page, 'import-done');
  }
  await goTo(page, 'Alerts');
  await page.getByRole('heading', { name: 'Channels' }).waitFor();
  await take(page, 'alerts');
  await goTo(page, 'Privacy');
  await page.getByRole('heading', { name: 'Erase a person' }).waitFor();
  await take(page, 'privacy');
  await goTo(page, 'Access');
  await page.getByRole('heading', { name: 'Tokens' }).waitFor();
  await take(page, 'access');
  await goTo(page, 'Audit log');
  await page.getByRole('region', { name: 'Audit log' }).waitFor();
  await take(page, 'audit-log');
  if (withAll) await takeFuller(page);
  await goTo(page, 'Home');
  await page.getByRole('img', { name: /received/ }).waitFor();
  await take(page, 'home', true);
  await page.getByText('24 hours', { exact: true }).click();
  await page.getByRole('img', { name: /UTC:/ }).waitFor();
  await take(page, 'home-hours');
  const search = page.getByRole('combobox', { name: 'Search' });
  await search.fill('lead');
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await take(page, 'search');
  await search.fill('A-17');
  await page.getByText('Nothing found').first().waitFor();
  await take(page, 'search-nothing');
  if (withAll) {
    await takeManySites(page);
    await takeLongTexts(page);
  }
} finally {
  await Promise.all([browser.close(), product.stop()]);
}

/** Home with several sites, one of them broken, an incident, and two people who change one site. */
async function takeManySites(page: Page): Promise<void> {
  for (const name of ['North shop', 'South shop', 'A site with quite a long name that nobody would shorten'])
    await aConnection(product, { source: { name } });
  const broken = await aConnection(product, {
    source: { name: 'Broken shop', id: 'src_broken' },
    config: { access_token: 'tok-revoked', refresh_token: null },
  });
  await product.collect({ batch: [aLead(), aLead()] }, { writeKey: broken.writeKey });
  await goByLink(page, 'Privacy');
  await page.getByRole('heading', { level: 1, name: 'Privacy' }).waitFor();
  await goTo(page, 'Home');
  await page
    .getByRole('row', { name: /Broken shop.*held/ })
    .or(page.getByRole('row', { name: /Broken shop/ }))
    .first()
    .waitFor();
  await page.getByLabel('Select North shop').check();
  await take(page, 'sites');
  await page.getByRole('link', { name: 'New site' }).click();
  await page.getByLabel('Copy settings from').waitFor();
  await take(page, 'new-source');
  await product.runCron();
  await goTo(page, 'Alerts');
  await page.getByRole('heading', { name: 'Channels' }).waitFor();
  await take(page, 'alerts-open');
  await page.goto(`${product.url}/console#/sources/src_broken/overview`);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await take(page, 'overview-broken');
  await goTo(page, 'Settings');
  await page.getByLabel('Name', { exact: true }).fill('My name');
  await product.admin('/sources/src_broken', { method: 'PATCH', body: { name: 'Their name', bot_filter: 'off' } });
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('dialog').waitFor();
  await take(page, 'conflict');
}

/** Tables that are empty at first: tokens, server keys and channels. And the menu of a phone. */
async function takeFuller(page: Page): Promise<void> {
  for (const name of ['Agency', 'A program that reads the ledger every night'])
    await product.admin('/tokens', { body: { name, role: 'viewer', source_ids: await sourceIds() } });
  await product.admin('/alert-channels', {
    body: { type: 'webhook', name: 'Hooks', url: 'https://hooks.example.com/services/conversions/alerts' },
  });
  await goTo(page, 'Alerts');
  await page.getByRole('region', { name: 'Channels' }).waitFor();
  await take(page, 'alerts-channel');
  await goTo(page, 'Access');
  await page.getByRole('rowheader', { name: /Agency/ }).waitFor();
  await take(page, 'access-tokens');
  await goTo(page, 'Settings');
  await page.getByRole('button', { name: 'Create server key' }).click();
  await page.getByRole('button', { name: /^Revoke/ }).waitFor();
  await take(page, 'settings-key');
  await page.setViewportSize({ width: 390, height: 1_000 });
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(looks, 'menu-phone.png') });
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.setViewportSize({ width: 1280, height: 820 });
}

async function sourceIds(): Promise<string[]> {
  const { body } = await product.admin('/sources');
  const { data }: { data: { id: string }[] } = JSON.parse(JSON.stringify(body));
  return data.map(({ id }) => id);
}

/** A site whose names and addresses are as long as they may be, with amounts in three currencies. */
async function takeLongTexts(page: Page): Promise<void> {
  const name =
    'The customer portal of the Northern European subsidiary for replacement parts, accessories and services';
  const { writeKey } = await aConnection(product, {
    source: {
      name: name.slice(0, 100),
      id: 'src_long',
      allowed_origins: [`https://${'a-long-label.'.repeat(8)}example.com`],
    },
  });
  const event = `${'Requested a personal consultation about '.repeat(2)}heat pumps`;
  await product.collect(
    {
      batch: ['EUR', 'JPY', 'USD'].flatMap((currency) => [
        aLead({ properties: { value: 12_345_678.9, currency } }),
        aLead({ event, properties: { value: 12_345_678.9, currency } }),
      ]),
    },
    { writeKey },
  );
  await page.goto(`${product.url}/console#/sources/src_long/live`);
  await page
    .getByRole('button', { name: /^Requested/ })
    .nth(2)
    .waitFor();
  await take(page, 'long-live');
  for (const label of ['Deliveries', 'Ledger', 'Overview', 'Settings']) {
    await goTo(page, label);
    await take(page, `long-${label.toLowerCase()}`);
  }
  await goByLink(page, 'Home');
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.getByRole('row', { name: /The customer portal/ }).waitFor();
  await take(page, 'long-home');
}

/** A file whose time has a name that isn't sure. */
function aCrmExport(): string[] {
  const rows = [3, 9, 15].map((daysAgo) => {
    const day = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
    return `person-${daysAgo}@example.com,Ann,Example,${day} 10:30,${daysAgo}00.50,EUR,no,Paid social`;
  });
  return ['Work email,First name,Last name,Signed on,Amount,Currency,Email Opt Out,Source', ...rows];
}

/** Goes to a page and waits for its own heading. Until then the previous page stays on the screen. */
async function goTo(page: Page, name: string, heading = name): Promise<void> {
  await goByLink(page, name);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

/** Adds two mappings that almost match an order, so that an event's history has something to show. */
async function addMappings(): Promise<void> {
  const { body } = await product.admin('/integrations');
  const { data }: { data: { id: string }[] } = JSON.parse(JSON.stringify(body));
  const mappings = `/integrations/${data[0]?.id ?? ''}/mappings`;
  await product.admin(mappings, {
    body: {
      name: 'Big orders',
      trigger: 'event = "Order Completed" and properties.total > 200',
      conversion_rule_id: '987654',
    },
  });
  await product.admin(mappings, {
    body: {
      name: 'Orders of the plan “pro”',
      trigger: 'event = "Order Completed" and properties.plan = "pro" and !contains(properties.order_id, "test")',
      conversion_rule_id: '987654',
    },
  });
}

async function take(page: Page, name: string, isForDocs = false): Promise<void> {
  await page.locator('main:not([aria-busy])').waitFor();
  await page.locator('.loading:visible').first().waitFor({ state: 'hidden' });
  // The confirmation is shown for four seconds.
  await page.locator('.toast:not(:empty)').waitFor({ state: 'hidden' });
  // Otherwise the link that was clicked last looks chosen.
  await page.mouse.move(640, 40);
  const clip = { x: 0, y: 0, width: 1280, height: LONG.includes(name) ? 1_170 : 820 };
  if (isForDocs && !withAll) {
    await page.setViewportSize({ width: 1280, height: clip.height });
    await page.screenshot({ path: join(images, `console-${name}.png`), clip });
    await page.setViewportSize({ width: 1280, height: 820 });
  }
  if (!withAll) return;
  // What stays in view would otherwise be in the middle of the whole page.
  const { top } = await page.evaluate(() => {
    const at = { top: scrollY };
    scrollTo(0, 0);
    return at;
  });
  await page.screenshot({ path: join(looks, `${name}.png`), fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: join(looks, `${name}-dark.png`) });
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.screenshot({ path: join(looks, `${name}-phone.png`), fullPage: true });
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.screenshot({ path: join(looks, `${name}-wide.png`) });
  if (size !== null) await page.setViewportSize(size);
  await page.evaluate((to) => scrollTo(0, to), top);
}
