import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { MOMENT_MS } from '../../../client/tag/limits.ts';
import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

it.each([
  ['a cycle', `const p = { value: 1 }; p.self = p; p.list = [p, 2]; _df.track('X', p)`, { value: 1, list: [null, 2] }],
  [
    'a BigInt',
    `_df.track('X', { value: 1, big: 10n, deep: { big: 10n, ok: true } })`,
    { value: 1, deep: { ok: true } },
  ],
  ['a getter that throws', `_df.track('X', { value: 1, get no() { throw new Error('no') } })`, { value: 1 }],
  [
    'a proxy that throws',
    `_df.track('X', { value: 1, no: new Proxy({}, { ownKeys() { throw 1 } }) })`,
    { value: 1, no: {} },
  ],
  [
    'an element',
    `document.body.self = document.body; _df.track('X', { value: 1, at: document.body })`,
    { value: 1, at: {} },
  ],
  ['a function and a symbol', `_df.track('X', { value: 1, f() {}, s: Symbol('s') })`, { value: 1 }],
  [
    'a deep object',
    `let p = { big: 1n }; for (let n = 0; n < 100; n++) p = { p }; _df.track('X', { value: 1, p })`,
    expect.objectContaining({ value: 1 }),
  ],
  ['a date', `_df.track('X', { at: new Date(0), big: 1n })`, { at: '1970-01-01T00:00:00.000Z' }],
])("sends an event without the part that can't be serialized: %s", async (_, call, properties) => {
  const page = await shop.visit();

  await page.evaluate(`{ ${call} }`);

  await expect.poll(() => shop.collector.events().find(({ event }) => event === 'X')?.properties).toEqual(properties);
  expect(shop.complaints).toEqual([]);
});

it.each([
  '_df.track()',
  '_df.track(null, null, null)',
  '_df.track(Symbol("s"))',
  '_df.track("X", {}, { get messageId() { throw 1 } })',
  '_df.track("X", {}, { timestamp: new Date(NaN) })',
  '_df.identify(null)',
  '_df.identify(undefined, null)',
  '_df.identify({ get email() { throw 1 } })',
  '_df.page(1n)',
  '_df.consent()',
  '_df.consent(null)',
  '_df.consent({ get advertising() { throw 1 } })',
  '_df.ready()',
  '_df.ready(() => { throw 1 })',
  '_df.q.push()',
  '_df.q.push(["nothing", []])',
  '_df.q.push(["constructor", 1])',
  'delete crypto.constructor.prototype.getRandomValues; _df.track("X")',
  'window.fetch = () => { throw 1 }; _df.track("X")',
  'window.fetch = undefined; _df.track("X"); _df.flush()',
  'navigator.sendBeacon = undefined; _df.track("X"); dispatchEvent(new Event("pagehide"))',
  'history.pushState = undefined; _df.page()',
  'Object.prototype.polluted = 1; _df.track("X", {})',
])("doesn't throw into the page: %s", async (call) => {
  const page = await shop.visit();

  await page.evaluate(call.replace(/;?$/, ';0'));
  // Later than anything the tag does in a moment.
  await page.evaluate(async (ms) => new Promise<void>((done) => setTimeout(done, ms)), MOMENT_MS);

  expect(shop.complaints).toEqual([]);
});

it('causes the page no problem when the tag is blocked', async () => {
  const context = await shop.browser.newContext();
  await context.route('**/df.js', async (route) => route.abort());
  const page = await shop.visit({}, context);

  await page.evaluate(() => {
    window._df.track('Never');
    window._df.identify({ email: 'a@example.com' });
  });

  expect(shop.complaints.filter((words) => !words.includes('ERR_FAILED'))).toEqual([]);
});

it('works under a strict Content-Security-Policy with Trusted Types, without web storage', async () => {
  const policy = `<meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; script-src 'nonce-n'; connect-src 'self'; require-trusted-types-for 'script'">`;

  const page = await shop.visit({ head: policy + tag().replaceAll('<script', '<script nonce="n"') });

  await expect.poll(() => shop.collector.events().length).toBe(1);
  expect(shop.complaints).toEqual([]);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  expect(await page.evaluate(() => Object.keys(window).filter((name) => /df/.test(name)))).toEqual(['_df']);
});
