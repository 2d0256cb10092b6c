/** T18: an invalid answer is noticed whenever it comes: late, in a stream, or after its page was left. */
import type { Browser, Page, Route } from 'playwright-core';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection } from '../management/a-connection.ts';
import { aLead, signIn, startEmptyProduct } from './an-empty-console.ts';

/** CI runs every case. */
const isBrief = process.env['FULL'] === undefined;

let browser: Browser;
let product: LocalProduct;
let source: string;
let page: Page;
let thrown: string[] = [];

beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  const connection = await aConnection(product, { config: { conversion_rule_id: {} } });
  source = connection.sourceId;
  await product.collect({ batch: [aLead()] }, { writeKey: connection.writeKey });
  page = await browser.newPage();
  page.on('pageerror', (error) => thrown.push(String(error)));
  await page.goto(`${product.url}/console`);
  await signIn(page, product);
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});
/** Each starts on a page that makes no requests of its own. */
beforeEach(async () => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await goTo('#/new-source');
  await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor();
  thrown = [];
});

const WRONG = [
  '{}',
  '{"data":[{}]}',
  ...(isBrief ? [] : ['null', '[]', '"text"', '{"data":null}', '{"data":{}}', '{"data":[null]}', '<html>']),
];

const answerWith = (route: Route, body: string) =>
  route.fulfill({ status: 200, contentType: 'application/json', body });
const isOf = (ending: string) => (url: URL) => url.pathname.endsWith(`/v1/admin/sources/${source}/${ending}`);
const goTo = (path: string) =>
  page.evaluate(`location.hash = ${JSON.stringify(path.startsWith('#') ? path : `#/sources/${source}/${path}`)}`);

/** Waits until everything that was started has ended. */
const settled = () => page.evaluate('new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), 50))');

async function liveStands(): Promise<void> {
  await page.getByRole('heading', { level: 1, name: 'Live events' }).waitFor();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
}

describe('an invalid answer', () => {
  it.each(WRONG)('%s for the older events is reported on the live page', async (body) => {
    await page.route(isOf('events'), (route) => answerWith(route, body));

    await goTo('live');

    await page.locator('.toast').getByText('answer').waitFor();
    await liveStands();
    expect(thrown).toEqual([]);
  });

  it.each(WRONG)('%s about refused traffic does no harm, however often the stream reports some', async (body) => {
    let answered = 0;
    await page.route(isOf('refusals'), async (route) => {
      await answerWith(route, body);
      answered += 1;
    });
    // The page asks for the stream again when it ends.
    await page.route(isOf('live'), (route) =>
      route.fulfill({
        status: 200,
        contentType: 'text/event-stream',
        body: 'event: refused\n\n'.repeat(3),
      }),
    );

    await goTo('live');
    await liveStands();

    await expect.poll(() => answered).toBeGreaterThan(2);
    await settled();
    await liveStands();
    expect(thrown).toEqual([]);
  });

  it.each(['{}', 'null', 'nonsense', '{"seq":1}', '[]'])(
    '%s in the live stream is reported, and the stream continues',
    async (data) => {
      const { body: listed } = await product.admin(`/sources/${source}/events`);
      const [one] = v.parse(v.object({ data: v.array(v.looseObject({})) }), listed).data;
      const good = JSON.stringify({ ...one, seq: 7_000, event: 'The one after it' });
      await page.route(isOf('live'), (route) =>
        route.fulfill({ status: 200, contentType: 'text/event-stream', body: `data: ${data}\n\ndata: ${good}\n\n` }),
      );

      await goTo('live');

      await page.getByText('The answer could not be read').waitFor();
      await page.getByRole('button', { name: 'The one after it' }).waitFor();
      await liveStands();
      expect(thrown).toEqual([]);
    },
  );

  it.each(WRONG)("%s for an event's history is reported in place of the history", async (body) => {
    await goTo('live');
    await page.route(
      ({ pathname }) => /\/events\/[^/]+$/.test(pathname),
      (route) => answerWith(route, body),
    );

    await page.locator('.live-rows button').first().click();

    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(thrown).toEqual([]);
  });
});

describe('an answer that comes after its page was left', () => {
  it.each([
    '',
    'live',
    'mappings',
    'mappings/new',
    'deliveries',
    'ledger',
    'linkedin',
    'doctor',
    'settings',
    '#/',
    '#/access',
    '#/audit-log',
  ])("isn't reported on the next page: %s", async (path) => {
    const held: Route[] = [];
    let isLeft = false;
    await goTo('#/new-source');
    await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor();
    await page.route(
      ({ pathname }) => pathname.includes('/v1/admin/') && !/\/(session|live)$/.test(pathname),
      async (route) => {
        // The next page's requests are answered at once, also one that arrives while the route is removed.
        if (isLeft) await route.continue().catch(() => undefined);
        else held.push(route);
      },
    );
    await goTo(path);
    await expect.poll(() => held.length).toBeGreaterThan(0);

    isLeft = true;
    await goTo('#/privacy');
    // An aborted request can't be answered any more, so it can't be late.
    for (const route of held) await answerWith(route, '{}').catch(() => undefined);

    await page.getByRole('heading', { level: 1, name: 'Privacy' }).waitFor();
    await settled();
    expect(await page.locator('.fault').count()).toBe(0);
    expect(thrown).toEqual([]);
  });

  it("isn't reported there either when a button requested it", async () => {
    let answer: (() => Promise<void>) | undefined;
    await goTo('settings');
    await page.route('**/server-keys', (route) => {
      answer = () => answerWith(route, '{}');
    });
    await page.getByRole('button', { name: 'Create server key' }).click();
    await expect.poll(() => answer).toBeDefined();

    await goTo('#/privacy');
    await page.getByRole('heading', { level: 1, name: 'Privacy' }).waitFor();
    await answer?.();

    await settled();
    expect(await page.locator('.fault').count()).toBe(0);
    expect(thrown).toEqual([]);
  });
});
