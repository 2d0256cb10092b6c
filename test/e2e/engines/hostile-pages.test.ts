/**
 * No harm, in every engine (`npm run test:engines`), on the worst kinds of pages: the tag throws nothing, writes
 * nothing to the console or to web storage, sets only the documented cookies, and only calls the collector.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { snippet } from '../../../client/tag/snippet.ts';
import { openEngineShop, tag, type EngineShop } from '../../support/engine-shop.ts';
import { enginesToTest } from '../../support/engines.ts';

interface HostilePage {
  /** A script that runs before the stub. */
  readonly before?: string;
  /** HTML before the stub. */
  readonly html?: string;
  readonly attributes?: string;
  readonly head?: string;
  /** The page's code once the tag has loaded. By default it tracks `X`. */
  readonly act?: string;
  /** Undoes what the page broke, for the test's driver. */
  readonly fix?: string;
  /** False when the page removed something that sending needs. */
  readonly arrives?: false;
  readonly answer?: unknown;
}

/** docs/reference/tag.md, Cookies. */
const DOCUMENTED = /^(li_fat_id|_df_click|_dfid|_df_identity|_df_try)$/;
const THE_PAGES_OWN = /^(%E0.*|x)$/;

const STRICT = `<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'nonce-n'; connect-src 'self'; img-src 'self'; require-trusted-types-for 'script'">`;

const thrower = `() => { throw new Error('hostile') }`;
const getter = (target: string, name: string, body: string) =>
  `Object.defineProperty(${target}, '${name}', { configurable: true, get() { ${body} } })`;

const PAGES: Record<string, HostilePage> = {
  'an enumerable function on Object.prototype': {
    before: 'Object.prototype.each = function () {}',
    fix: 'delete Object.prototype.each',
  },
  'enumerable texts on Object.prototype': { before: `Object.prototype.a = 'b'; Object.prototype.domain = 'evil.test'` },
  'a setter that throws on Object.prototype': {
    before: `Object.defineProperty(Object.prototype, 'events', { set: ${thrower}, get: ${thrower} })`,
  },
  'a frozen Object.prototype': { before: 'Object.freeze(Object.prototype); Object.freeze(Array.prototype)' },
  'enumerable functions on Array.prototype': { before: 'Array.prototype.each = function () {}' },
  'Array.prototype.toJSON of old Prototype.js': {
    before: 'Array.prototype.toJSON = function () { return String(this) }',
    fix: 'delete Array.prototype.toJSON',
  },
  'Object.prototype.toJSON': {
    before: `Object.prototype.toJSON = () => 'hostile'`,
    fix: 'delete Object.prototype.toJSON',
    arrives: false,
  },
  'JSON.stringify that throws': {
    before: `window.stringify = JSON.stringify; JSON.stringify = ${thrower}`,
    fix: 'JSON.stringify = stringify',
    arrives: false,
  },
  'no Reflect': { before: 'window.Reflect = undefined', arrives: false },
  'no URL': { before: 'window.URL = undefined', arrives: false },
  'a clock that is not a number': { before: 'Date.now = () => NaN' },
  'timers that never fire': { before: 'window.setTimeout = () => 1', arrives: false },
  'a Promise of its own': { before: 'window.Promise = class extends Promise {}' },
  'no randomUUID': { before: 'delete Crypto.prototype.randomUUID' },
  'no randomness at all': {
    before: 'delete Crypto.prototype.randomUUID; delete Crypto.prototype.getRandomValues',
  },
  'no crypto': { before: `Object.defineProperty(window, 'crypto', { value: undefined })` },
  'no fetch': { before: 'window.fetch = undefined' },
  'a fetch that throws': { before: `window.fetch = ${thrower}` },
  'a fetch that rejects': { before: 'window.fetch = () => Promise.reject(1)', arrives: false },
  'a fetch that never answers': { before: 'window.fetch = () => new Promise(() => {})', arrives: false },
  'a fetch that answers nonsense': { before: 'window.fetch = () => 7', arrives: false },
  'no sendBeacon, and the page goes': {
    before: 'navigator.sendBeacon = undefined',
    act: `_df.track('X'); dispatchEvent(new Event('pagehide'))`,
  },
  'a sendBeacon that throws, and the page goes': {
    before: `navigator.sendBeacon = ${thrower}`,
    act: `_df.track('X'); dispatchEvent(new Event('pagehide'))`,
  },
  'a sendBeacon that is full, and the page goes': {
    before: 'navigator.sendBeacon = () => false',
    act: `_df.track('X'); dispatchEvent(new Event('pagehide'))`,
  },
  'a network that is said to be down': { before: getter('navigator', 'onLine', 'return false') },
  'listeners that cannot be added': { before: `EventTarget.prototype.addEventListener = ${thrower}`, arrives: false },
  'String.prototype.replace that throws': { before: `String.prototype.replace = ${thrower}`, arrives: false },
  'a history without pushState': { before: 'History.prototype.pushState = undefined' },
  'a history that cannot be changed': { before: 'Object.freeze(history); Object.freeze(History.prototype)' },
  'web storage that throws': {
    before: `${getter('window', 'localStorage', 'throw 1')}; ${getter('window', 'sessionStorage', 'throw 1')}`,
  },
  'cookies that throw': { before: `Object.defineProperty(document, 'cookie', { get: ${thrower}, set: ${thrower} })` },
  'cookies that are not kept': { before: `Object.defineProperty(document, 'cookie', { get: () => '', set() {} })` },
  'cookies that cannot be decoded': { before: `document.cookie = '%E0%A4%A=%; path=/'; document.cookie = 'x=%E0'` },
  'a form named currentScript': { html: '<form name="currentScript"></form>' },
  'an image named cookie': { html: '<img name="cookie">' },
  'an image named referrer': { html: '<img name="referrer">' },
  'forms named title, hidden and prerendering': {
    html: '<form name="title"></form><form name="hidden"></form>',
  },
  'an element in the place of the global': { html: '<a id="_df"></a>', act: '0', arrives: false },
  'a strict policy with Trusted Types': { head: STRICT + tag().replaceAll('<script', '<script nonce="n"') },
  'the script twice, and once more': { head: tag() + tag() + tag() },
  'two tags under two names': {
    head: tag() + snippet({ src: '/_df/df.js', writeKey: 'wk_test', globalName: 'other' }),
  },
  'the script as a module': { head: tag().replace('async', 'type="module"') },
  'a script element that is gone at once': {
    head: `${tag()}<script>document.querySelector('script[async]').remove()</script>`,
  },
  'an endpoint that is none': { attributes: 'data-endpoint="https://["', arrives: false },
  'a cookie domain of somebody else': { attributes: 'data-cookie-domain="evil.test"' },
  'a stub that is frozen': { head: tag().replace('</script>', ';Object.freeze(_df)</script>'), arrives: false },
  'a queue full of nonsense': {
    head: tag().replace('</script>', `;_df.q.push(null, 1, [], ['track'], ['no', []], [Symbol(), 1])</script>`),
  },
  'an event of 10 MB': { act: `_df.track('Y', { a: 'x'.repeat(1e7) }); _df.track('X')` },
  'half a character': { act: `_df.track('X', { half: '\\ud800' })` },
  '3,000 events at once': { act: `for (let n = 0; n < 3000; n++) _df.track('X', { n })` },
  '300 navigations to where it is': {
    act: `for (let n = 0; n < 90; n++) history.replaceState({}, '', ''); _df.track('X')`,
  },
  'a page that goes and comes back all the time': {
    act: `_df.track('X');
      for (let n = 0; n < 50; n++) for (const type of ['pagehide', 'pageshow', 'popstate', 'online']) dispatchEvent(new Event(type))`,
  },
  'arguments that throw when they are read': {
    act: `_df.track('X', { get a() { throw 1 }, b: 1n });
      _df.track(new Proxy({}, { get: ${thrower} })); _df.identify(new Proxy({}, { ownKeys: ${thrower} }));
      _df.consent(new Proxy({}, { ownKeys: ${thrower} })); _df.ready(${thrower}); _df.page(Symbol())`,
  },
  'a collector that answers nothing': { answer: null },
  'a collector that hands back nonsense': { answer: { carry: { li_fat_id: 7, _dfid: {}, evil: 'x' }, success: 'no' } },
  'an opaque frame': { act: 'inFrame("allow-scripts")' },
  'a frame of the same site': { act: 'inFrame("allow-scripts allow-same-origin")' },
};

/** Loads the tag in a frame, and reports its complaints to the page. */
const IN_FRAME = `<script nonce="n">
  function inFrame(sandbox) {
    const frame = document.createElement('iframe');
    frame.sandbox = sandbox;
    frame.src = '/frame?li_fat_id=frame-1';
    addEventListener('message', ({ data }) => complaints.push(...data));
    document.body.append(frame);
  }
</script>`;
const FRAME = `<!doctype html><script>
  const complaints = [];
  addEventListener('error', (event) => complaints.push('thrown: ' + event.message));
  addEventListener('unhandledrejection', (event) => complaints.push('unhandled: ' + event.reason));
  setTimeout(() => parent.postMessage(complaints, '*'), 300);
</script>${tag()}<script>_df.track('X')</script>`;

it('has at least 40 hostile pages', () => {
  expect(Object.keys(PAGES).length).toBeGreaterThanOrEqual(40);
});

describe.each(enginesToTest())('$name', (engine) => {
  let shop: EngineShop;
  beforeAll(async () => (shop = await openEngineShop(engine, { keepsTab: true })));
  afterEach(async () => shop.clear());
  afterAll(async () => shop.close());

  it.each(Object.entries(PAGES))(
    'does no harm to a page with %s',
    async (
      _,
      { before = '', html = '', head = tag(), attributes, act = `_df.track('X')`, fix = '', arrives = true, answer },
    ) => {
      shop.collector.pages.set('/frame', FRAME);
      if (answer !== undefined) shop.collector.answers.push({ body: answer });
      const tab = await shop.visit({
        path: '/?li_fat_id=abc123-def456',
        head: `${IN_FRAME}<script nonce="n">${before}</script>${html}${head}`,
        ...(attributes !== undefined && { attributes }),
        body: `<script nonce="n">atLoad(() => { ${act} }, () => { ${fix} })</script>`,
      });

      await expect
        .poll(() => shop.collector.events().map(({ event }) => event), { timeout: 10_000 })
        .toEqual(expect.arrayContaining(arrives ? ['X'] : []));
      await expect.poll(async () => tab.run('isDone').catch(() => false), { timeout: 10_000 }).toBe(true);
      expect(await tab.run('[...complaints]')).toEqual([]);
      const others = `performance.getEntriesByType('resource').map(({ name }) => name)
        .filter((name) => !name.startsWith(location.origin + '/'))`;
      expect(await tab.run(others)).toEqual([]);
      const stored = `(() => { try { return localStorage.length + sessionStorage.length } catch { return 0 } })()`;
      expect(await tab.run(stored)).toBe(0);
      const cookies = (await tab.cookies()).map(({ name }) => name);
      expect(cookies.filter((name) => !DOCUMENTED.test(name) && !THE_PAGES_OWN.test(name))).toEqual([]);
    },
  );
});
