/**
 * The promise of docs/privacy.md, "On the page", row by row. Every source of consent, loaded before the tag and after
 * it, is tested against the real collector, outbox and the sandbox. The rows are read from that page, so the page and
 * this test always agree.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import { type Choice, CONSENT_SOURCES, type ConsentSource, platformScript } from '../../support/consent-platforms.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';

/** The table's words, and their meaning here. */
const VISITORS: Readonly<Record<string, { remembered?: Choice; chooses?: Choice }>> = {
  'has not answered': {},
  agreed: { remembered: 'granted' },
  refused: { remembered: 'denied' },
  'agreed later': { chooses: 'granted' },
  'agreed, then withdrew': { remembered: 'granted', chooses: 'denied' },
};
const REQUESTS: Readonly<Record<string, readonly string[]>> = {
  none: [],
  'their events': ['page', 'Lead Generated'],
  'their events, with the times at which they happened': ['page', 'Lead Generated'],
  'their events, then that they withdrew': ['page', 'Lead Generated', 'withdrawn'],
};
const AT_LINKEDIN: Readonly<Record<string, string | undefined>> = {
  nothing: undefined,
  'their conversion': 'delivered',
  'nothing, if it had not been sent yet': 'erased consent_withdrawn',
};

const ROWS = rowsOf('| the visitor |', join(import.meta.dirname, '../../../docs/privacy.md'));
const ORDERS = ['before', 'after'] as const;
const CASES = CONSENT_SOURCES.flatMap((source) =>
  ORDERS.flatMap((order) =>
    ROWS.map(([visitor = '', cookies = '', storage = '', requests = '', atLinkedIn = ''], row) => ({
      source,
      order,
      visitor,
      cookies: cookies === 'none' ? [] : cookies.replaceAll('`', '').split(', '),
      storage,
      requests,
      atLinkedIn,
      eventId: `${source.name}-${order}-${row}`.replace(' ', '-'),
    })),
  ),
);
type Case = (typeof CASES)[number];

let browser: Browser;
let product: LocalProduct;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startLocalProduct()]);
  // Nothing can be sent to LinkedIn yet, so that a visitor can withdraw first.
  await change({ access_token: null, refresh_token: null });
});
afterAll(() => Promise.all([browser.close(), product.stop()]));

const change = async (config: object) => product.admin('/integrations/int_demo', { method: 'PATCH', body: { config } });

/** A request in short form: the names of its events, or its other content. */
type Sent = { what: string; happenedAtMs: number; source: unknown };

/** Each visitor has a fresh browser context in the same process. It keeps nothing between two visits. */
type Visit = { page: Page; sent: Sent[]; content: string };
const idle: Visit[] = [];

async function open({ source, order, visitor }: Case): Promise<Visit> {
  const visit = idle.pop() ?? (await newVisit());
  visit.content = html(source, order, VISITORS[visitor]?.remembered);
  await visit.page.goto(`${product.url}/shop?li_fat_id=abc123-def456-ghi789`);
  return visit;
}

async function newVisit(): Promise<Visit> {
  const context = await browser.newContext();
  const visit: Visit = { page: await context.newPage(), sent: [], content: '' };
  context.on('request', (request) => {
    if (!request.url().endsWith('/v1/batch')) return;
    const body = JSON.parse(request.postData() ?? '');
    const say = (what: string, happenedAt: string) =>
      visit.sent.push({ what, happenedAtMs: Date.parse(happenedAt), source: body.consent?.source });
    if (body.batch.length === 0) say(body.consent.advertising === false ? 'withdrawn' : 'nothing', body.sentAt);
    for (const event of body.batch) say(event.event ?? event.type, event.timestamp);
  });
  // On the collector's own site, where its cookies are first-party.
  await context.route('**/shop?*', async (route) => route.fulfill({ contentType: 'text/html', body: visit.content }));
  return visit;
}

async function close(visit: Visit): Promise<void> {
  await visit.page.context().clearCookies();
  visit.sent.length = 0;
  idle.push(visit);
}

function html(source: ConsentSource, order: (typeof ORDERS)[number], remembered: Choice | undefined): string {
  const platform = platformScript(source, remembered);
  const stub =
    source.attributes === undefined ? '<script>_df={q:[],consent:(c)=>_df.q.push(["consent",[c]])}</script>' : '';
  const reader = source.attributes === undefined ? '' : `<script src="/df-consent.js" ${source.attributes}></script>`;
  const tag = '<script src="/df.js" data-write-key="wk_demo" data-consent="required"></script>';
  const parts = order === 'before' ? [stub, platform, reader, tag] : [tag, reader, platform];
  return `<!doctype html><title>Shop</title>${parts.join('')}`;
}

const namesOf = (sent: readonly Sent[]) => sent.map(({ what }) => what);

describe.concurrent('a visitor of a page that requires consent', () => {
  it.for(CASES)('$source.name, there $order the tag: $visitor', async (one, { expect: expectHere }) => {
    const visit = await open(one);
    const { page, sent } = visit;
    const { chooses } = VISITORS[one.visitor] ?? {};
    const wanted = REQUESTS[one.requests] ?? ['a word that the test knows'];
    const WITHIN = { timeout: 10_000, interval: 20 };

    const trackedAtMs = await page.evaluate(async (messageId) => {
      window._df.track('Lead Generated', { value: 5 }, { messageId });
      return Date.now();
    }, one.eventId);
    if (chooses === 'denied') await expectHere.poll(() => namesOf(sent), WITHIN).toEqual(wanted.slice(0, -1));
    await page.evaluate(async () => window._df.flush());
    const chosenAtMs = await page.evaluate((choice) => {
      if (choice) window.choose(choice);
      return Date.now();
    }, chooses);

    await expectHere.poll(() => namesOf(sent), WITHIN).toEqual(wanted);
    // After this, the answer has been read and handled, whatever it was. Only a yes lets events out.
    await page.evaluate(async () => window._df.flush());
    expectHere(namesOf(sent)).toEqual(wanted);
    const lead = sent.find(({ what }) => what === 'Lead Generated');
    if (lead) expectHere(lead.happenedAtMs).toBeLessThanOrEqual(trackedAtMs);
    if (lead && chooses === 'granted') expectHere(lead.happenedAtMs).toBeLessThanOrEqual(chosenAtMs);
    const told = one.source.attributes === undefined ? undefined : /from="(\w+)/.exec(one.source.attributes)?.[1];
    expectHere(new Set(sent.map(({ source }) => source))).toEqual(new Set(wanted.length > 0 ? [told] : []));
    await expectHere.poll(async () => cookiesOf(page), WITHIN).toEqual(one.cookies);
    expectHere(await storageOf(page)).toBe(one.storage);
    // Leaving the page sends nothing either.
    await page.goto('about:blank');
    expectHere(namesOf(sent)).toEqual(wanted);
    await close(visit);
  });
});

it('LinkedIn and the collector have exactly the expected events', async () => {
  expect(product.sandbox.requests).toEqual([]);

  await change({ access_token: 'tok-ok', refresh_token: 'ref-ok' });

  const expected = CASES.flatMap(({ eventId, atLinkedIn }) => {
    const state = AT_LINKEDIN[atLinkedIn];
    return state === undefined ? [] : [`${eventId} ${state}`];
  }).toSorted();
  await expect.poll(deliveries, { timeout: 30_000 }).toEqual(expected);
  const delivered = expected.filter((one) => one.endsWith(' delivered')).map((one) => one.split(' ')[0]);
  expect(product.sandbox.events.map(({ element }) => String(element['eventId'])).toSorted()).toEqual(delivered);
  // Nothing more was sent to LinkedIn.
  expect(product.sandbox.requests.reduce((sum, { elements }) => sum + elements, 0)).toBe(delivered.length);
});

it('each answer is stored with the platform that asked for it', async () => {
  const { body } = await product.admin('/sources/src_demo/events?limit=200');
  const { data }: { data: { message_id: string; consent: object }[] } = Object(body);
  const kept = data.filter(({ message_id: id }) => CASES.some(({ eventId }) => eventId === id));

  // Any other request to the collector would be listed here too, even one sent when the page was left.
  const came = CASES.filter(({ requests }) => requests !== 'none').map(({ eventId }) => eventId);
  expect(kept.map(({ message_id: id }) => id).toSorted()).toEqual(came.toSorted());
  expect(data).toHaveLength(2 * came.length);
  for (const { message_id: id, consent } of kept) {
    const [from = ''] = id.split('-');
    const said = { categories: { advertising: true }, policy: 'by_region', country: 'US' };
    expect(consent).toEqual(from === 'page' ? said : { ...said, source: from });
  }
});

it("the tag sends nothing before a yes if the source requires one, and sends at once if it doesn't", async () => {
  const keyOf = async (unknownConsent: string) => {
    const { body } = await product.admin('/sources', { body: { unknown_consent: unknownConsent } });
    return String(Object(body).write_key);
  };
  for (const [policy, early] of [
    ['denied', []],
    ['granted', ['page']],
  ] as const) {
    const key = await keyOf(policy);
    const visit = await newVisit();
    visit.content = `<!doctype html><script src="/df.js?key=${key}" data-write-key="${key}"></script>`;
    await visit.page.goto(`${product.url}/shop?li_fat_id=abc123-def456-ghi789`);
    await visit.page.evaluate(async () => window._df.flush());

    expect(namesOf(visit.sent)).toEqual(early);
    expect(await cookiesOf(visit.page)).toEqual(early.length === 0 ? [] : ['_df_click', '_dfid', 'li_fat_id']);
    await visit.page.evaluate(() => window._df.consent({ advertising: true }));
    await expect.poll(() => namesOf(visit.sent)).toEqual(['page']);
  }
});

/** Lists each delivery with its state. */
async function deliveries(): Promise<string[]> {
  const { body } = await product.admin('/integrations/int_demo/deliveries?limit=200');
  const { data }: { data: { message_id: string; state: string; reason: string | null }[] } = Object(body);
  return data.map(({ message_id: id, state, reason }) => `${id} ${state} ${reason ?? ''}`.trimEnd()).toSorted();
}

/** Lists the cookies without the banner's own. */
async function cookiesOf(page: Page): Promise<string[]> {
  const cookies = await page.context().cookies();
  return cookies
    .map(({ name }) => name)
    .filter((name) => name !== 'shop_consent')
    .toSorted();
}

async function storageOf(page: Page): Promise<string> {
  const kept = await page.evaluate(
    async () =>
      localStorage.length +
      sessionStorage.length +
      (await indexedDB.databases()).length +
      ('caches' in window ? (await caches.keys()).length : 0),
  );
  return kept === 0 ? 'none' : `${kept} things`;
}

function rowsOf(head: string, path: string): string[][] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith(head)) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
