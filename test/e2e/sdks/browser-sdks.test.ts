/** Segment's and RudderStack's browser SDKs from npm, unchanged, in Chromium and pointed here. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { type SdkSite, startSdkSite } from '../../support/sdk-site.ts';
import { ELEMENT } from './the-lead.ts';

const root = join(import.meta.dirname, '../../..');
const WRITE_KEY = 'wk_demo';
const ARRIVES_WITHIN_MS = 30_000;
/** An ad's landing page: the SDKs read the address, and the collector reads its click ID. */
const LANDING = '/landing?li_fat_id=abc123-def456-ghi789';

let product: LocalProduct;
/** The customer's site, with the collector as a route of its own host. */
let site: SdkSite;
/** The collector on another host. */
let elsewhere: SdkSite;
let browser: Browser;
const outside: string[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startLocalProduct(), launchChromium()]);
  [site, elsewhere] = await Promise.all([startSdkSite(product.url), startSdkSite(product.url)]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([site.close(), elsewhere.close(), product.stop()]);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  product.sandbox.clear();
  for (const { seen } of [site, elsewhere]) seen.length = 0;
  outside.length = 0;
});

const JOHN_IS = `email: 'john.doe@example.com', firstName: 'John', lastName: 'Doe'`;
const JOHN = `'user-1', { ${JOHN_IS} }`;
const LEAD = `'Lead Generated', { value: 500, currency: 'USD' }`;
/**
 * Segment's SDK sends the identity with an identify only, and a collector on another host has no cookie to remember it.
 */
const JOHNS_LEAD = `'Lead Generated', { value: 500, currency: 'USD', ${JOHN_IS} }`;

/** Opens a page with a script, in a browser that can only reach this machine. */
async function open(script: string): Promise<Page> {
  const html = { type: 'text/html', body: '<!doctype html><title>Shop</title><script src="/app.js"></script>' };
  site.files.set('/landing', html).set('/thanks', html);
  site.files.set('/app.js', { type: 'text/javascript', body: script });
  const context = await browser.newContext();
  await context.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    async (route) => {
      outside.push(route.request().url());
      await route.abort();
    },
  );
  const page = await context.newPage();
  await page.goto(`${site.url}${LANDING}`);
  return page;
}

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: 'iife',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles.map(({ text }) => text).join('');
}

async function elements(count = 1): Promise<unknown[]> {
  const events = await product.sandbox.waitForEvents(count, ARRIVES_WITHIN_MS);
  return events.map(({ element }) => element);
}

const posts = (path: string, { seen } = elsewhere) =>
  seen.filter((request) => request.path === path).map(({ status }) => status);

describe('@segment/analytics-next', () => {
  const segment = (calls: string, { options = '{}', collector = elsewhere } = {}) =>
    bundled(`
      import { AnalyticsBrowser } from '@segment/analytics-next';
      const analytics = AnalyticsBrowser.load({ writeKey: '${WRITE_KEY}', cdnURL: '${collector.url}' }, ${options});
      window.analytics = analytics;
      ${calls}`);
  const isReady = `analytics.ready(() => { document.title = 'ready'; });`;

  it('from npm sends a lead to LinkedIn, with the settings that it requests from us', async () => {
    await open(
      await segment(
        `analytics.page(); analytics.identify(${JOHN}); analytics.group('acme'); analytics.track(${JOHNS_LEAD});`,
      ),
    );

    expect(await elements()).toEqual([ELEMENT]);
    await expect.poll(() => posts('/v1/g')).toEqual([200]);
    expect([...posts('/v1/p'), ...posts('/v1/i'), ...posts('/v1/t')]).toEqual([200, 200, 200]);
    expect(outside).toEqual([]);
  });

  it("on the site's host is remembered: the identified person is the lead, even on a later page", async () => {
    const script = await segment(isReady, { collector: site });
    const page = await open(script);
    await page.waitForFunction(() => document.title === 'ready');
    await page.evaluate(`analytics.identify(${JOHN})`);
    await expect.poll(() => posts('/v1/i', site)).toEqual([200]);

    await page.goto(`${site.url}/thanks`);
    await page.waitForFunction(() => document.title === 'ready');
    await page.evaluate(`analytics.track(${LEAD})`);

    expect(await elements()).toEqual([ELEMENT]);
  });

  it('sends batches', async () => {
    const batching = `{ strategy: 'batching', config: { size: 3, timeout: 500 } }`;
    const script = await segment(`for (let i = 0; i < 6; i += 1) analytics.track(${JOHNS_LEAD});`, {
      options: `{ integrations: { 'Segment.io': { deliveryStrategy: ${batching} } } }`,
    });
    await open(script);

    expect(await elements(6)).toEqual(Array.from({ length: 6 }, () => ELEMENT));
    expect(posts('/v1/b')).toEqual([200, 200]);
  });

  it('retries temporary refusals with the same ID', async () => {
    const page = await open(await segment(isReady));
    await page.waitForFunction(() => document.title === 'ready');
    elsewhere.fail(2);

    await page.evaluate(`analytics.track(${JOHNS_LEAD})`);

    expect(await elements()).toEqual([ELEMENT]);
    expect(posts('/v1/t')).toEqual([503, 503, 200]);
  });

  it("from its snippet, with the library on the site's host, sends a lead to LinkedIn", async () => {
    await haveSegmentsLibrary();
    await open(`
      const analytics = (window.analytics = []);
      for (const method of ['page', 'identify', 'track', 'ready'])
        analytics[method] = (...call) => { analytics.push([method, ...call]); return analytics; };
      analytics._writeKey = '${WRITE_KEY}';
      // As in Segment's documentation of custom proxies.
      analytics._cdn = location.origin;
      const script = document.createElement('script');
      script.src = '/analytics.js/v1/${WRITE_KEY}/analytics.min.js';
      document.head.append(script);
      analytics.page();
      analytics.identify(${JOHN});
      analytics.track(${JOHNS_LEAD});`);

    expect(await elements()).toEqual([ELEMENT]);
    expect(outside).toEqual([]);
  });
});

/** Serves Segment's files as a customer does: its library, and the parts that it loads on demand. */
async function haveSegmentsLibrary(): Promise<void> {
  const folder = join(root, 'node_modules/@segment/analytics-next/dist/umd');
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.js')) continue;
    const file = { type: 'text/javascript', body: await readFile(join(folder, name), 'utf8') };
    const isLibrary = name === 'standalone.js';
    site.files.set(
      isLibrary ? `/analytics.js/v1/${WRITE_KEY}/analytics.min.js` : `/analytics-next/bundles/${name}`,
      file,
    );
  }
}

describe('@rudderstack/analytics-js', () => {
  const rudder = (calls: string, options = '') =>
    bundled(`
      import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
      const analytics = new RudderAnalytics();
      analytics.load('${WRITE_KEY}', '${elsewhere.url}', { configUrl: '${elsewhere.url}', logLevel: 'ERROR', ${options} });
      ${calls}`);

  it('sends a lead to LinkedIn, with the source that it requests from us', async () => {
    await open(
      await rudder(`analytics.page(); analytics.identify(${JOHN}); analytics.group('acme'); analytics.track(${LEAD});`),
    );

    expect(await elements()).toEqual([ELEMENT]);
    await expect.poll(() => posts('/v1/group')).toEqual([200]);
    expect([...posts('/v1/page'), ...posts('/v1/identify'), ...posts('/v1/track')]).toEqual([200, 200, 200]);
    expect(outside).toEqual([]);
  });

  it('sends batches', async () => {
    const script = await rudder(
      `analytics.identify(${JOHN}); for (let i = 0; i < 5; i += 1) analytics.track(${LEAD});`,
      `queueOptions: { batch: { enabled: true, maxItems: 3, flushInterval: 500 } }`,
    );
    await open(script);

    expect(await elements(5)).toEqual(Array.from({ length: 5 }, () => ELEMENT));
    expect(posts('/v1/batch')).toEqual([200, 200]);
  });

  it('retries temporary refusals with the same ID', async () => {
    const page = await open(
      await rudder(`analytics.ready(() => { document.title = 'ready'; }); window.analytics = analytics;`),
    );
    await page.waitForFunction(() => document.title === 'ready');
    elsewhere.fail(2);

    await page.evaluate(`analytics.identify(${JOHN}); analytics.track(${LEAD});`);

    expect(await elements()).toEqual([ELEMENT]);
    expect(elsewhere.seen.filter(({ status }) => status === 503)).toHaveLength(2);
  });
});
