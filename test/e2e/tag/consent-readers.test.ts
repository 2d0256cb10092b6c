/** How `df-consent.js` reads consent platforms beyond a plain yes or no; `consent-sources.test.ts` tests those. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openShop, tag, type Shop } from '../../support/shop.ts';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const named = () => shop.collector.events().map(({ event, type }) => event ?? type);

/** The platform, then the reader, then the tag, which waits. */
const headOf = (platform: string, attributes: string) =>
  `<script>${platform}</script><script src="/_df/df-consent.js" ${attributes}></script>` +
  tag().replace('data-write-key=', 'data-consent="required" data-write-key=');

const tcfSaying = (data: string) =>
  `__tcfapi = (command, version, callback) => callback({ eventStatus: 'tcloaded', gdprApplies: true, ${data} }, true)`;
const cookiebotSaying = (method: string, marketing: boolean) =>
  `Cookiebot = { hasResponse: true, consent: { marketing: ${marketing}, statistics: true, method: '${method}' } }`;
const gtag = 'dataLayer = []; gtag = function () { dataLayer.push(arguments) };';
const purposes = 'purpose: { consents: { 1: true, 7: true } }';

describe.each([
  ['the GDPR does not apply', tcfSaying('gdprApplies: false'), 'data-from="tcf"', true],
  [
    'the vendor is allowed too',
    tcfSaying(`${purposes}, vendor: { consents: { 804: true } }`),
    'data-from="tcf" data-vendor="804"',
    true,
  ],
  [
    'the vendor is not allowed',
    tcfSaying(`${purposes}, vendor: { consents: { 1: true } }`),
    'data-from="tcf" data-vendor="804"',
    false,
  ],
  ['one purpose is missing', tcfSaying('purpose: { consents: { 1: true } }'), 'data-from="tcf"', false],
  [
    'a region says yes by default',
    `${gtag} gtag('consent', 'default', { ad_storage: 'granted', ad_user_data: 'granted', region: ['US'] })`,
    'data-from="google"',
    false,
  ],
  [
    'yes by default, but no in a region',
    `${gtag} gtag('consent', 'default', { ad_storage: 'granted', ad_user_data: 'granted' }); gtag('consent', 'default', { ad_storage: 'denied', region: ['DE'] })`,
    'data-from="google"',
    false,
  ],
  [
    'yes by default, everywhere',
    `${gtag} gtag('consent', 'default', { ad_storage: 'granted', ad_user_data: 'granted' })`,
    'data-from="google"',
    true,
  ],
  ['an implied yes', cookiebotSaying('implied', true), 'data-from="cookiebot"', true],
  [
    'an opted-out American',
    `Osano = { cm: { getConsent: () => ({}), addEventListener: (type, act) => act({ MARKETING: 'ACCEPT', OPT_OUT: 'ACCEPT' }) } }`,
    'data-from="osano"',
    false,
  ],
] as const)('%s', (_, platform, attributes, goes) => {
  it(`sends ${goes ? 'everything' : 'nothing'}`, async () => {
    const page = await shop.visit({ head: headOf(platform, attributes) });
    await page.evaluate(async () => window._df.flush());

    expect(named()).toEqual(goes ? ['page'] : []);
    expect(shop.complaints).toEqual([]);
  });
});

it('accepts no default yes from a browser with Global Privacy Control, but accepts an explicit one', async () => {
  const context = await shop.browser.newContext();
  await context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
  const page = await shop.visit({ head: headOf(cookiebotSaying('implied', true), 'data-from="cookiebot"') }, context);
  await page.evaluate(async () => window._df.flush());
  expect(shop.collector.requests).toEqual([]);

  await page.evaluate(`${cookiebotSaying('explicit', true)}; dispatchEvent(new Event('CookiebotOnAccept'))`);

  await expect.poll(named).toEqual(['page']);
});

// R1: people also write Consent Mode's commands by hand.
it.each([
  ["'Denied'", false],
  ['false', false],
  ['undefined', false],
  ["'maybe'", false],
  ["' Granted '", true],
])('reads the Google Consent Mode update %s like every other answer', async (state, goes) => {
  const layer = `dataLayer = [
    ['consent', 'default', { ad_storage: 'granted', ad_user_data: 'granted', wait_for_update: 500 }],
    ['consent', 'update', { ad_storage: ${state}, ad_user_data: ${state} }],
  ]`;
  const page = await shop.visit({ head: headOf(layer, 'data-from="google"') });
  await page.evaluate(async () => window._df.flush());

  expect(named()).toEqual(goes ? ['page'] : []);
});

it('reports other categories too, and each of them when it changes', async () => {
  const page = await shop.visit({
    head: headOf(
      cookiebotSaying('explicit', true),
      'data-from="cookiebot" data-categories="advertising=marketing+statistics analytics=statistics"',
    ),
  });
  await expect
    .poll(() => shop.collector.requests[0]?.body.consent)
    .toEqual({ advertising: true, analytics: true, source: 'cookiebot' });

  await page.evaluate(`${cookiebotSaying('explicit', false)}; dispatchEvent(new Event('CookiebotOnDecline'))`);

  await expect
    .poll(() => shop.collector.requests[1]?.body)
    .toMatchObject({ consent: { advertising: false, analytics: true }, batch: [] });
});

it('reads the end of a yes as a no', async () => {
  const page = await shop.visit({
    head: headOf("document.cookie = 'c=granted'", 'data-from="custom" data-cookie="c"'),
  });
  await expect.poll(named).toEqual(['page']);

  await page.evaluate("document.cookie = 'c=; max-age=0'");

  await expect
    .poll(() => shop.collector.requests[1]?.body)
    .toMatchObject({ consent: { advertising: false }, batch: [] });
});

it('works for a tag with another name, under a strict policy, with Trusted Types', async () => {
  const policy = `<meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; script-src 'nonce-n'; connect-src 'self'; require-trusted-types-for 'script'">`;
  const head = headOf(cookiebotSaying('explicit', true), 'data-from="cookiebot" data-global="shop"')
    .replace('data-consent=', 'data-global="shop" data-consent=')
    .replaceAll('<script', '<script nonce="n"');

  await shop.visit({ head: policy + head.replace(/<script nonce="n">\(window\._df.*?<\/script>/s, '') });

  await expect.poll(named).toEqual(['page']);
  expect(shop.complaints).toEqual([]);
});

it.each([
  ['data-from="onetrsut"', 'expected one of tcf'],
  ['data-from="custom" data-cookie="c" data-granted="("', 'Invalid regular expression'],
])("explains in the console what is wrong with %s, and doesn't disturb the page", async (attributes, words) => {
  const page = await shop.visit({ head: headOf('', attributes) });
  await page.evaluate(async () => window._df.flush());

  expect(shop.collector.requests).toEqual([]);
  expect(shop.complaints).toHaveLength(1);
  expect(shop.complaints[0]).toContain('Directflight: cannot read consent.');
  expect(shop.complaints[0]).toContain(words);
});

it.each([
  ['tcf', '__tcfapi = (a, b, callback) => { callback(null, true); callback({ get eventStatus() { throw 1 } }, true) }'],
  ['google', "dataLayer = []; dataLayer.push(null, 1, { length: 1e9 }, ['consent', 'update', null])"],
  ['google', "dataLayer = 'mine'"],
  [
    'onetrust',
    "OnetrustActiveGroups = 5; addEventListener('load', () => dispatchEvent(new Event('OneTrustGroupsUpdated')))",
  ],
  ['cookiebot', "Cookiebot = {}; addEventListener('load', () => dispatchEvent(new Event('CookiebotOnAccept')))"],
  ['didomi', 'didomiOnReady = { push: (act) => act({ getCurrentUserStatus() { throw 1 } }) }'],
  [
    'usercentrics',
    '__ucCmp = { getConsentDetails: async () => ({}) }; UC_UI = { isInitialized: () => true, getServicesBaseInfo: () => null }',
  ],
  ['osano', "Osano = { cm: { addEventListener: (type, act) => act('x'), getConsent() { throw 1 } } }"],
  ['custom', "Object.defineProperty(window, 'shop', { get() { throw 1 } })"],
])('throws nothing into a page with a broken %s: %s', async (from, platform) => {
  const page = await shop.visit({
    head: headOf(platform, `data-from="${from}" data-variable="shop.consent" data-event="click"`),
    body: '<button>Buy</button>',
  });
  await page.click('button');
  await page.evaluate(async () => window._df.flush());

  expect(shop.collector.requests).toEqual([]);
  expect(shop.complaints.filter((words) => !words.startsWith('Directflight: cannot read consent.'))).toEqual([]);
});
