/**
 * People whose every trait contains a mark send events of every kind, valid and invalid. LinkedIn meanwhile fails in
 * every way that the sandbox knows, and echoes what it was sent. The marks must not appear in any log, KV value,
 * management API answer or unencrypted SQLite page, in any encoding. After everybody was erased they must not exist
 * anywhere, not even for a reader with the disk and ENCRYPTION_KEY.
 *
 * `npm run test:canary` does it with 10,000 events.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bodyOf, dataOf } from '../../e2e/management/a-connection.ts';
import type { FaultOrder } from '../../sandbox/controls/fault-order.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aMark, aMarkedPerson, sightingsOf } from './marked-people.ts';
import type { MarkedPerson } from './marked-people.ts';
import { openedPayloads, stateFiles } from './opened.ts';

const EVENTS = Number(process.env['CANARIES'] ?? 240);
const EVENTS_A_PERSON = 8;
const PEOPLE_A_BATCH = 10;
const FAULTS_A_BATCH = 8;
const INTEGRATION_IDS = ['int_ok', 'int_renewed', 'int_revoked', 'int_waits'];
/** The number of events whose whole history is read. */
const STORIES = 50;
const WITHIN_MS = 120_000;
/** Grows with the number of events. */
const TIMEOUT_MS = 120_000 + EVENTS * 100;
/** Base64 of the bytes 0 to 31, as in `local-product.ts`. */
const ENCRYPTION_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

const mark = aMark();
const people = Array.from({ length: Math.ceil(EVENTS / EVENTS_A_PERSON) }, (_, index) => aMarkedPerson(mark, index));
const sightings = sightingsOf(mark, people);
const tokens = {
  ok: `${mark}-token-ok`,
  expired: `${mark}-token-expired`,
  revoked: `${mark}-token-revoked`,
  refresh: `${mark}-refresh`,
  secret: `${mark}-secret`,
};

let product: LocalProduct;
let serverKey = '';
/** The collector's answer to each request. */
const answers: Text[] = [];

beforeAll(async () => {
  product = await startLocalProduct();
  await setUp();
  product.sandbox.fault(RENEWAL_FAULT);
  for (let first = 0; first < people.length; first += PEOPLE_A_BATCH) {
    for (const fault of FAULTS.splice(0, FAULTS_A_BATCH)) {
      product.sandbox.fault({ path: '/rest/conversionEvents', ...fault });
      if (fault.kind !== 'hang') FAULTS.push(fault);
    }
    await sendAll(people.slice(first, first + PEOPLE_A_BATCH));
    // Retries what was held because of a fault's message, as a person does who fixed the cause.
    for (const id of INTEGRATION_IDS)
      await product.admin(`/integrations/${id}`, { method: 'PATCH', body: { name: id } });
  }
}, TIMEOUT_MS);
afterAll(() => product.stop());

/** Whether a delivery of an integration is in a state. A page of the list looks at 5,000 events, and may be empty. */
async function hasDelivery(id: string, state: string): Promise<boolean> {
  let page = '';
  do {
    const reply = await product.admin(`/integrations/${id}/deliveries?state=${state}${page}`);
    if (dataOf(reply).length > 0) return true;
    const { next_cursor: cursor } = bodyOf(reply);
    page = typeof cursor === 'string' ? `&cursor=${cursor}` : '';
  } while (page !== '');
  return false;
}

describe(`the marks of ${people.length} people in ${EVENTS} events`, () => {
  it('reach LinkedIn and the sealed storage, so the search for them works', { timeout: TIMEOUT_MS }, async () => {
    // One integration delivers, and another one holds.
    for (const [id, state] of [
      ['int_ok', 'delivered'],
      ['int_revoked', 'held'],
    ])
      await expect
        .poll(() => hasDelivery(String(id), String(state)), { timeout: WITHIN_MS, message: `${id} ${state}` })
        .toBe(true);

    await expect
      .poll(() => sightings.in(JSON.stringify(product.sandbox.events)), { timeout: WITHIN_MS })
      .toEqual(expect.arrayContaining(['plain', 'ip', 'hash']));

    const opened = await openedPayloads(await stateFiles(product.statePath), ENCRYPTION_KEY);

    expect(sightings.in(opened.join('\n'))).toEqual(expect.arrayContaining(['plain', 'hash']));
  });

  it('are in no answer of the collector, and each broken request got a 4xx', () => {
    const statuses = answers.map(({ where }) => Number(where));

    expect(marksIn(answers)).toEqual([]);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(statuses.filter((status) => status >= 400).length).toBeGreaterThan(0);
  });

  it(
    'are in no answer of the management API',
    async () => {
      const read = await everythingTheApiSays();

      expect(read.length).toBeGreaterThan(10);
      expect(read.some(({ text }) => text.includes('"saw":[{"field":"traits.email","type":"string"}]'))).toBe(true);
      expect(marksIn(read)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('are in no log', () => {
    // It has a line for each request to LinkedIn, including those in which LinkedIn echoed everything.
    expect(product.output).toContain('"where":"linkedin.request"');
    expect(marksIn([{ where: 'the log', text: product.output }])).toEqual([]);
  });

  it(
    'are in no value of KV and on no page of SQLite, including write-ahead logs and free pages',
    async () => {
      const files = await stateFiles(product.statePath);

      expect(files.some(({ where }) => where.endsWith('.sqlite'))).toBe(true);
      expect(marksIn(files)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'are nowhere once everybody was erased, not even for a reader with the disk and the key',
    async () => {
      await eraseAll();
      // The cron trigger's visit comes within five minutes. A page of keys is rewritten at most once a minute, without
      // up to 2,000 keys each time, so many people take several minutes.
      await product.runCron();
      const readable = async (): Promise<string[]> => {
        const opened = await openedPayloads(await stateFiles(product.statePath), ENCRYPTION_KEY);
        return opened.flatMap((payload) => sightings.in(payload));
      };
      await expect.poll(readable, { timeout: TIMEOUT_MS, interval: 10_000 }).toEqual([]);

      const files = await stateFiles(product.statePath);
      expect(marksIn(await everythingTheApiSays())).toEqual([]);
      expect(marksIn([...files, { where: 'the log', text: product.output }])).toEqual([]);
      expect(await ledgerTotals()).toMatchObject({ pending: 0, held: 0, dead: 0 });
    },
    2 * TIMEOUT_MS,
  );
});

type Text = { where: string; text: string };

/** Returns the places of marks, with their encoding. */
function marksIn(texts: readonly Text[]): string[] {
  return texts.flatMap(({ where, text }) => sightings.in(text).map((form) => `${form} in ${where}`));
}

/** Creates one source, and an integration for each of LinkedIn's reactions to a token. */
async function setUp(): Promise<void> {
  const now = Date.now();
  const token = { client_id: 'app-canary', member: 'manager', scopes: ['r_ads', 'rw_conversions'], issued_at: now };
  product.sandbox.setState({
    clients: { 'app-canary': { secret: tokens.secret, redirect_uris: [], scopes: token.scopes } },
    tokens: {
      [tokens.ok]: { ...token, expires_at: null, revoked: false },
      [tokens.expired]: { ...token, expires_at: now - 1_000, revoked: false },
      [tokens.revoked]: { ...token, expires_at: null, revoked: true },
    },
    refresh_tokens: { [tokens.refresh]: { ...token, revoked: false } },
  });
  await made('/sources', { id: 'src_canary', write_key: 'wk_canary', name: 'Canary' });
  const key = await made('/sources/src_canary/server-keys', {});
  serverKey = String(key['key']);
  const rules = { 'Lead Generated': ['1001', '1002', '1003', '987655'], page: '1001' };
  const integrations = [
    {
      id: 'int_ok',
      config: {
        access_token: tokens.ok,
        send_ip: true,
        send_external_id: true,
        mappings: NOSY.map((trigger) => ({ trigger, conversion_rule_id: '987656' })),
      },
    },
    {
      id: 'int_renewed',
      config: {
        access_token: tokens.expired,
        refresh_token: tokens.refresh,
        oauth_client_id: 'app-canary',
        oauth_client_secret: tokens.secret,
        hash_names: true,
      },
    },
    { id: 'int_revoked', config: { access_token: tokens.revoked } },
    { id: 'int_waits', config: { access_token: tokens.ok, hold_for_identity_minutes: 60, send_ip: true } },
  ];
  for (const { id, config } of integrations)
    await made('/integrations', {
      id,
      source_id: 'src_canary',
      config: { account_id: '100', conversion_rule_id: rules, ...config },
    });
}

/** Triggers that look at all personal data. The values that they saw are stored with each event. */
const NOSY = [
  'contains(traits.email, "@") and properties.email != "nobody@example.com"',
  'match(properties.firstName, "*first*") or lowercase(traits.lastName) = "doe" or length(properties.note) > 3',
  'userId != null and anonymousId = "somebody" and context.ip = "192.0.2.1" and context.userAgent != null',
  'contains(context.page.url, "shop") and properties.total > 1 and properties.phone >= 1 and traits.phone >= 1',
  'typeof(properties.address) = "object" and properties.coupon in ["A", "B"] and properties.address.city = "Berlin"',
  'properties.li_fat_id != null and properties.company > properties.title and traits.company = properties.company',
];

async function made(path: string, body: object): Promise<Record<string, unknown>> {
  const { status, body: answer } = await product.admin(path, { method: 'POST', body });
  if (status !== 201 || typeof answer !== 'object' || answer === null)
    throw new Error(`Cannot set the canary up: ${path} answered ${status} ${JSON.stringify(answer)}`);
  return { ...answer };
}

/**
 * Every kind that the sandbox knows, echoing the whole request, in LinkedIn's messages and in unknown ones. Those that
 * blame no event are placed between those that do: three of them in a row would make every integration wait.
 */
const FAULTS: FaultOrder[] = [
  {
    status: 422,
    body: { message: 'Index: 0, ERROR :: /user/userInfo/firstName :: {{sent}} cannot be coerced to String' },
  },
  { status: 500, body: { message: 'Cannot handle {{sent}} of {{token}}' } },
  { status: 422, body: { message: 'ERROR :: /user/userIds/0/idValue :: "{{sent}}" is not valid' } },
  { status: 503, body: 'unavailable for {{sent}}' },
  { kind: 'slow', delay_ms: 200 },
  { kind: 'html', body: '<html><body>{{sent}}</body></html>' },
  { status: 422, body: { message: 'Index: 0, nobody is known by {{sent}}' } },
  { kind: 'reset' },
  { status: 429, headers: { 'Retry-After': '1' }, body: { message: 'Throttled: {{sent}}' } },
  { kind: 'accept_then_reset' },
  { status: 400, body: { message: 'Invalid values {{sent}}, indices [0] (0-indexed).' } },
  { kind: 'accept_then_status', body: { message: 'Timed out with {{sent}}' } },
  { status: 401, body: { message: 'The token {{token}} used in the request has expired' } },
  { kind: 'redirect', headers: { Location: `https://www.linkedin.com/?who=${mark}` } },
  { status: 403, body: { message: 'Not enough permissions for {{sent}}', code: 'ACCESS_DENIED' } },
  { kind: 'huge', size_bytes: 200_000 },
  // It takes the ten seconds of a timeout, so it comes once.
  { kind: 'hang' },
];

const RENEWAL_FAULT: FaultOrder = {
  path: '/oauth/v2/accessToken',
  status: 500,
  body: { error: 'server_error', error_description: 'Cannot renew {{sent}}' },
};

async function sendAll(own: readonly MarkedPerson[]): Promise<void> {
  const events = own.flatMap((person) => eventsOf(person));
  const half = Math.ceil(events.length / 2);
  await post('wk_canary', { batch: events.slice(0, half), consent: { advertising: true } });
  await post(serverKey, { batch: events.slice(half) });
  const [person] = own;
  if (person === undefined) return;
  const { email, firstName, clickId } = person;
  // Their problems must not repeat the values.
  await post('wk_canary', `{"batch":[{"type":"track","email":"${email}"`);
  await post(`wk_${firstName}`, { batch: events.slice(0, 1) });
  await post(`sk_${clickId}`, { batch: events.slice(0, 1) });
  await post('wk_canary', { batch: [{ type: email, event: 'Lead Generated' }] });
  await post('wk_canary', {
    batch: [
      { type: 'group' },
      { type: email, messageId: email },
      { type: 'track', event: `Lead of ${email}`, timestamp: '9999-12-31' },
    ],
    consent: { [email]: false },
  });
  await post('wk_canary', { batch: [{ type: 'track', event: 'Lead Generated', timestamp: email, properties: email }] });
  await post('wk_canary', {
    batch: [{ type: 'track', event: 'Lead Generated', traits: [email], messageId: clickId.repeat(50) }],
  });
  await post('wk_canary', { batch: [{ ...events[0], properties: { text: email.repeat(2_000) } }] });
}

/** A visit with page, form and orders, with consent and without, and with everything that people put into events. */
function eventsOf(person: MarkedPerson): Record<string, unknown>[] {
  const { email, firstName, lastName, company, title, clickId, userId, anonymousId, ip } = person;
  const common = (): Record<string, unknown> => ({ messageId: crypto.randomUUID(), anonymousId });
  const names = { firstName, lastName, company, title, phone: `+${mark}`, address: { city: mark, country: 'DE' } };
  const context = {
    ip,
    userAgent: `${mark} browser`,
    page: {
      url: `https://shop.example/${mark}?email=${encodeURIComponent(email)}&li_fat_id=${clickId}`,
      referrer: email,
    },
    traits: { email: ` ${email.toUpperCase()} ` },
  };
  const track = { type: 'track', event: 'Lead Generated' };
  return [
    { ...common(), type: 'page', name: `Landing of ${email}`, context },
    {
      ...common(),
      ...track,
      anonymousId,
      context: { ip, page: context.page },
      properties: { total: 5, currency: 'EUR' },
    },
    { ...common(), type: 'identify', userId, traits: { email, ...names } },
    {
      ...common(),
      ...track,
      userId,
      context,
      properties: { email, value: 10, currency: 'EUR', note: email, ...names },
    },
    { ...common(), ...track, properties: { li_fat_id: clickId, total: 'many', coupon: mark } },
    {
      ...common(),
      ...track,
      // Personal data that people put into names by mistake.
      event: `Not Mapped, ${encodeURIComponent(email)}`,
      messageId: `${crypto.randomUUID()} of ${email}`,
      context,
      properties: { email, ...names, [email]: true, [`by ${email}`]: 1 },
    },
    {
      ...common(),
      ...track,
      // Half of them say no, which erases their waiting deliveries, even those from their server (T7).
      context: { ...context, consent: { categoryPreferences: { advertising: people.indexOf(person) % 2 === 0 } } },
      properties: { email, ...names },
    },
    { ...common(), type: 'group', traits: { email, ...names }, context },
  ];
}

async function post(key: string, body: object | string): Promise<void> {
  const response = await fetch(`${product.url}/v1/batch?who=${mark}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'User-Agent': `${mark} browser` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  // The visitor's own click ID is returned to them as a cookie.
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie');
  answers.push({ where: String(response.status), text: `${JSON.stringify(headers)} ${await response.text()}` });
}

async function ledgerTotals(): Promise<unknown> {
  const { body } = await product.admin('/sources/src_canary/ledger');
  return typeof body === 'object' && body !== null && 'totals' in body ? body.totals : undefined;
}

/** Reads every page of every list, and the history of the first deliveries in each state. */
async function everythingTheApiSays(): Promise<Text[]> {
  const read: Text[] = [];
  const get = async (path: string, request?: { method: string }): Promise<unknown> => {
    const { body } = await product.admin(path, request);
    read.push({ where: path, text: JSON.stringify(body ?? null) });
    return body;
  };
  for (const path of ['/sources', '/sources/src_canary', '/sources/src_canary/ledger', '/integrations', '/audit-log'])
    await get(path);
  await get('/sources/src_canary/ledger/rules');
  await get('/sources/src_canary/ledger?hours=24');
  const events = await pagesOf('/sources/src_canary/events?limit=200', get);
  for (const event of events.slice(0, STORIES)) await get(`/sources/src_canary/events/${encodeURIComponent(event)}`);
  for (const id of INTEGRATION_IDS) {
    for (const part of ['', '/status', '/mappings', '/conversion-rules', '/causes'])
      await get(`/integrations/${id}${part}`);
    await get(`/integrations/${id}/doctor`, { method: 'POST' });
    for (const state of ['pending', 'held', 'dead', 'delivered', 'skipped']) {
      const deliveries = await pagesOf(`/integrations/${id}/deliveries?limit=200&state=${state}`, get);
      for (const delivery of deliveries.slice(0, 5))
        await get(`/integrations/${id}/deliveries/${encodeURIComponent(delivery)}`);
    }
  }
  return read;
}

/** Reads a list to its end. Returns the IDs in it. */
async function pagesOf(path: string, get: (path: string) => Promise<unknown>): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ;) {
    const body = await get(`${path}${cursor}`);
    if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data)) return ids;
    for (const row of body.data) {
      const id: unknown = row?.id ?? row?.message_id;
      if (typeof id === 'string') ids.push(id);
    }
    if (!('next_cursor' in body) || typeof body.next_cursor !== 'string') return ids;
    cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
  }
}

/** Uses every ID of a person: an event with only the anonymous ID isn't found by the e-mail. */
async function eraseAll(): Promise<void> {
  for (const { email, userId, anonymousId } of people) {
    const who = { email, user_id: userId, anonymous_id: anonymousId };
    const { status } = await product.admin('/people/erase', { method: 'POST', body: who });
    if (status !== 200) throw new Error(`Cannot erase: the API answered ${status}`);
  }
}
