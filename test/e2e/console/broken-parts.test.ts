/** T18: when a part of the console throws, the rest keeps working and reports it. */
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection } from '../management/a-connection.ts';
import { aLead, signIn, startEmptyProduct } from './an-empty-console.ts';

/** CI runs more of the invalid answers. */
const isBrief = process.env['FULL'] === undefined;

let browser: Browser;
let product: LocalProduct;
let source: string;

beforeAll(async () => {
  [browser, product] = await Promise.all([
    // The settings of a container without a language.
    launchChromium([], { env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', LANGUAGE: '' } }),
    startEmptyProduct(),
  ]);
  const connection = await aConnection(product, { config: { conversion_rule_id: {} } });
  source = `#/sources/${connection.sourceId}`;
  await product.collect({ batch: [aLead()] }, { writeKey: connection.writeKey });
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** Opens a page of the console in which a script runs before our own. */
async function openWith(script: string): Promise<Page> {
  const page = await browser.newPage();
  await page.addInitScript(script);
  await page.goto(`${product.url}/console`);
  return page;
}

async function mustStand(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' }).waitFor();
  await page.locator('main:not([aria-busy])').waitFor();
  const text = await page.getByRole('main').textContent();
  expect(text?.trim().length).toBeGreaterThan(5);
}

const language = (tag: string) => `Object.defineProperty(Navigator.prototype, 'language', { get: () => ${tag} });`;

const BROWSERS: readonly (readonly [string, string])[] = [
  ['a browser started with LANG=C.UTF-8', ''],
  ['the language en-US@posix', language("'en-US@posix'")],
  ['the language C', language("'C'")],
  ['an empty language', language("''")],
  ['no language', language('undefined')],
  [
    'blocked storage',
    "for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });",
  ],
  ['full storage', "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"],
  [
    "an Intl that can't format",
    "Intl.NumberFormat = Intl.DateTimeFormat = function () { throw new RangeError('no data'); };",
  ],
  ['no Intl at all', 'delete window.Intl;'],
  ['no clipboard', "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });"],
];

const PAGES = [
  '#/',
  '',
  '/live',
  '/mappings',
  '/mappings/new',
  '/deliveries',
  '/ledger',
  '/linkedin',
  '/rules',
  '/import',
  '/doctor',
  '/settings',
  '#/alerts',
  '#/privacy',
  '#/access',
  '#/audit-log',
];

/** Pages with numbers, times, a chart and remembered settings. */
const FEW_PAGES = ['#/', '', '/live'];

describe('the console shows every page', () => {
  it.each(BROWSERS)('with %s', async (_, script) => {
    const page = await openWith(script);
    await signIn(page, product);
    for (const path of script === '' ? PAGES : FEW_PAGES) {
      await page.goto(`${product.url}/console${path.startsWith('#') ? path : `${source}${path}`}`);
      await mustStand(page);
      expect([path, await page.getByText('This part could not be shown').count()]).toEqual([path, 0]);
    }
    await page.close();
  });

  it("with the number of events as text when the chart can't be drawn", async () => {
    const page = await openWith('delete window.Intl;');
    await signIn(page, product);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.getByText('The chart could not be drawn.').waitFor();
    await page.getByText('Received', { exact: true }).first().waitFor();
    await page.close();
  });

  it("and selects a text that can't be copied", async () => {
    const page = await openWith(BROWSERS.at(-1)?.[1] ?? '');
    await signIn(page, product);
    await page.goto(`${product.url}/console${source}/settings`);
    await page.getByRole('button', { name: 'Copy: Write key' }).click();
    await page.getByText('Selected. Press Ctrl+C').waitFor();
    expect(await page.evaluate('String(getSelection())')).toMatch(/^wk_/);
    await page.close();
  });
});

/** Answers that match none of our schemas. Each visits every page, so only a few are tried every day. */
const MALFORMED = [
  '{}',
  '{"data":[{}]}',
  ...(isBrief ? [] : ['null', '"text"', '{"data":[null]}', '{"data":[{"id":1}],"next_cursor":7}']),
];

describe('an invalid answer leaves the navigation usable and is reported', () => {
  it.each(MALFORMED)(
    '%s',
    async (body) => {
      const page = await openWith('');
      const thrown: string[] = [];
      page.on('pageerror', (error) => thrown.push(String(error)));
      await signIn(page, product);
      await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
      /** Goes to a page from one that makes no requests of its own. */
      const show = async (path: string): Promise<void> => {
        await page.evaluate("location.hash = '#/new-source'");
        await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor();
        await page.evaluate(`location.hash = ${JSON.stringify(path.startsWith('#') ? path : `${source}${path}`)}`);
        await page.getByRole('heading', { level: 1, name: 'New site' }).waitFor({ state: 'detached' });
        await mustStand(page);
      };
      const isWrong = (wrong: string) =>
        page.route(
          ({ pathname }) => pathname === wrong,
          (route) => route.fulfill({ status: 200, contentType: 'application/json', body }),
        );

      // Each request of a page gets an invalid answer in turn.
      for (const path of PAGES) {
        const asked = new Set<string>();
        const listen = (request: Request) => {
          const { pathname } = new URL(request.url());
          // The frame around every page is tested below, and the stream isn't a single answer.
          if (pathname.includes('/v1/admin/') && !/\/(live|session|sources)$/.test(pathname)) asked.add(pathname);
        };
        page.on('request', listen);
        await show(path);
        page.off('request', listen);
        for (const wrong of asked) {
          await isWrong(wrong);
          await show(path);
          await page.unrouteAll({ behavior: 'ignoreErrors' });
        }
      }
      // The requests of the frame around every page, made when the console starts.
      for (const wrong of ['/v1/admin/session', '/v1/admin/sources']) {
        await isWrong(wrong);
        await page.reload();
        await mustStand(page);
        await page.unrouteAll({ behavior: 'ignoreErrors' });
      }

      expect(thrown).toEqual([]);
      await page.close();
    },
    240_000,
  );
});

describe('an uncaught exception', () => {
  it.each([
    ['a timer', "setTimeout(() => { throw new Error('a fault for the test') })"],
    ['a promise', "void Promise.reject(new Error('a fault for the test'))"],
  ])('in %s is reported once, and the page stays', async (_, script) => {
    const page = await openWith('');
    await signIn(page, product);
    await page.goto(`${product.url}/console${source}/settings`);
    await page.getByRole('heading', { name: 'Server keys' }).waitFor();

    await page.evaluate(`for (let i = 0; i < 3; i += 1) { ${script} }`);

    await page.getByText('This part could not be shown').waitFor();
    await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
    expect(await page.getByText('This part could not be shown').count()).toBe(1);
    await page.getByRole('heading', { name: 'Server keys' }).waitFor();
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByText('This part could not be shown').waitFor({ state: 'detached' });
    await mustStand(page);
    await page.close();
  });

  it('in a button is reported at the button', async () => {
    const page = await openWith('');
    await signIn(page, product);
    await page.goto(`${product.url}/console${source}/settings`);
    await page.getByRole('heading', { name: 'Server keys' }).waitFor();
    // The key is created, but then can't be shown.
    await page.evaluate("Element.prototype.replaceChildren = () => { throw new Error('a fault for the test'); }");

    await page.getByRole('button', { name: 'Create server key' }).click();

    const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Server keys' }) });
    await card.getByText('This part could not be shown').waitFor();
    await page.close();
  });

  it('in loading a page’s own part leaves the rest, and a way to try again', async () => {
    const page = await openWith('');
    await signIn(page, product);
    await page.route('**/console/alerts-*.js', (route) => route.abort());
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Alerts' }).click();
    await page.getByText('This part could not be shown').waitFor();
    await page.unroute('**/console/alerts-*.js');
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
    await page.close();
  });

  it('in the script itself leaves a page that says what to do', async () => {
    const page = await browser.newPage();
    await page.route('**/console/console.js', (route) => route.abort());
    await page.goto(`${product.url}/console`);
    await page.getByText('Reload the page.').waitFor();
    await page.close();
  });
});
