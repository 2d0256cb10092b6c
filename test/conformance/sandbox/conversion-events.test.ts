import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { anEvent, anEventOf, DAY_MS, HOUR_MS, NOW, RULE_URN, SHA256_EMAIL } from './an-event.ts';
import { ask, type Question } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const post = (body: unknown, headers: Question['headers'] = {}) =>
  ask(sandbox, '/rest/conversionEvents', { method: 'POST', headers, body });

const postBatch = (elements: readonly unknown[], headers: Question['headers'] = {}) =>
  post({ elements }, { 'X-RestLi-Method': 'BATCH_CREATE', ...headers });

const refused = (status: number, message: string) => ({ message, status });
const schemaRefused = (...lines: string[]) => refused(422, lines.map((line) => `${line}\n`).join(''));

const REQUIRED = 'field is required but not found and has no default value';
const UNRECOGNIZED = 'unrecognized field found but not allowed';
const BAD_URN = 'Invalid Urn format. Invalid prefix.';
const TIME = (indices: string) =>
  `Conversion time should be within 90 days and not exceed current time, indices [${indices}] (0-indexed).`;
const NO_IDENTITY = (index: number) =>
  `{field=Invalid User Identification, batchIndex=${index}, type=INVALID_USER_IDENTIFICATION_FIELD_VALUE, message=` +
  'The request must contain one of these fields: SHA256_EMAIL or LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID or ACXIOM_ID ' +
  'or PLAINTEXT_IP_ADDRESS or GOOGLE_AID or (firstName and lastName) or externalIds or lead, ' +
  "and the input shouldn't be empty string}";
const NAMES = { firstName: 'John', lastName: 'Doe' };

describe('the answer to valid events', () => {
  it('row 1: answers a single event with 201 and an empty body with its length', async () => {
    const reply = await post(anEvent());

    expect(reply.status).toBe(201);
    expect(reply.text).toBe('');
    expect(reply.headers.get('content-length')).toBe('0');
    expect(sandbox.events.map(({ element }) => element)).toEqual([anEvent()]);
  });

  it('row 1: accepts a trailing slash', async () => {
    const reply = await ask(sandbox, '/rest/conversionEvents/', { body: anEvent() });

    expect(reply.status).toBe(201);
  });

  it('row 2: answers a batch with 200 and a status for each element', async () => {
    const reply = await postBatch([anEvent(), anEvent({ eventId: 'evt-2' })]);

    expect(reply.status).toBe(200);
    expect(reply.text).toBe('{"elements":[{"status":201},{"status":201}]}');
    expect(sandbox.events.map(({ element, index }) => [element['eventId'], index])).toEqual([
      ['evt-1', 0],
      ['evt-2', 1],
    ]);
  });

  it.each([
    [
      'row 21: accepts an event of 89 days and 23 hours',
      anEvent({ conversionHappenedAt: NOW - 90 * DAY_MS + HOUR_MS }),
    ],
    [
      "row 24: accepts a currency that doesn't exist",
      anEvent({ conversionValue: { currencyCode: 'XXQ', amount: '50.0' } }),
    ],
    ['row 30: accepts an empty userIds with both names', anEventOf({ userIds: [], userInfo: NAMES })],
    [
      'row 35: accepts a hashed name on 202609',
      anEventOf({ userIds: [], userInfo: { hashedFirstName: SHA256_EMAIL, lastName: 'Doe' } }),
    ],
    [
      'row 37: accepts a lead as the only identifier',
      anEventOf({ userIds: [], lead: 'urn:li:leadGenFormResponse:abc' }),
    ],
    ['row 38: accepts two external IDs', anEventOf({ externalIds: ['crm-42', 'crm-43'] })],
    [
      'row 39: accepts an invalid address',
      anEventOf({ userIds: [{ idType: 'PLAINTEXT_IP_ADDRESS', idValue: '999.999.999.999' }] }),
    ],
    [
      "accepts any rule of six digits or more, such as the documentation's",
      anEvent({ conversion: `${RULE_URN}987654` }),
    ],
  ])('%s', async (_name, event) => {
    const reply = await post(event);

    expect([reply.status, reply.text]).toEqual([201, '']);
    expect(sandbox.events).toHaveLength(1);
  });

  it("row 47: doesn't require the protocol version here", async () => {
    const reply = await post(anEvent(), { 'X-Restli-Protocol-Version': undefined });

    expect(reply.status).toBe(201);
  });
});

describe('a single invalid event', () => {
  const amountless = { currencyCode: 'USD' };
  it.each<[name: string, event: Record<string, unknown>, expected: { status: number; message: string }]>([
    [
      'row 12: refuses an unknown rule as a missing account',
      anEvent({ conversion: `${RULE_URN}9999` }),
      refused(403, 'No ad accounts found'),
    ],
    [
      'row 13: refuses a rule URN with another prefix',
      anEvent({ conversion: 'urn:lla:llaConversionRule:1001' }),
      schemaRefused(`ERROR :: /conversion :: ${BAD_URN}`),
    ],
    [
      'row 14: refuses a bare rule ID',
      anEvent({ conversion: '1001' }),
      schemaRefused(`ERROR :: /conversion :: ${BAD_URN}`),
    ],
    [
      'row 15: refuses an Insight Tag rule',
      anEvent({ conversion: `${RULE_URN}1003` }),
      refused(
        400,
        "Incorrect conversions information provided. Conversion's method should be CONVERSIONS_API, indices [0] (0-indexed)",
      ),
    ],
    [
      'row 16: refuses a disabled rule',
      anEvent({ conversion: `${RULE_URN}1002` }),
      refused(
        400,
        "Invalid Conversion information provided, this event(s) is associated to a conversion that's marked as deleted. Conversion enabled should be true",
      ),
    ],
    [
      'row 17: refuses an event without a time',
      anEvent({ conversionHappenedAt: undefined }),
      schemaRefused(`ERROR :: /conversionHappenedAt :: ${REQUIRED}`),
    ],
    [
      'row 18: refuses an event of 100 days',
      anEvent({ conversionHappenedAt: NOW - 100 * DAY_MS }),
      refused(400, TIME('0')),
    ],
    [
      'row 19: refuses an event from the future',
      anEvent({ conversionHappenedAt: NOW + HOUR_MS }),
      refused(400, TIME('0')),
    ],
    [
      'row 20: refuses seconds in place of milliseconds',
      anEvent({ conversionHappenedAt: Math.floor(NOW / 1_000) }),
      refused(400, TIME('0')),
    ],
    [
      'row 22: refuses an amount that is a number',
      anEvent({ conversionValue: { currencyCode: 'USD', amount: 19.9 } }),
      schemaRefused('ERROR :: /conversionValue/amount :: 19.9 cannot be coerced to String'),
    ],
    [
      'row 23: refuses a value without an amount',
      anEvent({ conversionValue: amountless }),
      schemaRefused(`ERROR :: /conversionValue/amount :: ${REQUIRED}`),
    ],
    ['row 25: refuses an unknown field', anEvent({ foo: 1 }), schemaRefused(`ERROR :: /foo :: ${UNRECOGNIZED}`)],
    [
      'row 26: refuses an address and a user agent beside the identifiers',
      anEventOf({ ipAddress: '203.0.113.9', userAgent: 'x' }),
      schemaRefused(`ERROR :: /user/ipAddress :: ${UNRECOGNIZED}`, `ERROR :: /user/userAgent :: ${UNRECOGNIZED}`),
    ],
    [
      'row 26: refuses an unknown field of userInfo',
      anEventOf({ userInfo: { ...NAMES, city: 'Paris' } }),
      schemaRefused(`ERROR :: /user/userInfo/city :: ${UNRECOGNIZED}`),
    ],
    [
      'row 27: refuses an idType with a typing error',
      anEventOf({ userIds: [{ idType: 'AXCIOM_ID', idValue: 'x' }] }),
      schemaRefused('ERROR :: /user/userIds/0/idType :: "AXCIOM_ID" is not an enum symbol'),
    ],
    [
      'row 28: refuses the idType that LinkedIn removed from its list',
      anEventOf({ userIds: [{ idType: 'ORACLE_MOAT_ID', idValue: 'x' }] }),
      schemaRefused('ERROR :: /user/userIds/0/idType :: "ORACLE_MOAT_ID" is not an enum symbol'),
    ],
    [
      'row 29: refuses names without the key userIds',
      anEvent({ user: { userInfo: NAMES } }),
      schemaRefused(`ERROR :: /user/userIds :: ${REQUIRED}`),
    ],
    [
      'row 31: refuses an event without any identity',
      anEventOf({ userIds: [] }),
      refused(400, `Validation failed because [${NO_IDENTITY(0)}]`),
    ],
    [
      'row 32: refuses an empty identifier',
      anEventOf({ userIds: [{ idType: 'SHA256_EMAIL', idValue: '' }] }),
      refused(400, `Validation failed because [${NO_IDENTITY(0)}]`),
    ],
    [
      'row 33: refuses an identifier without a value',
      anEventOf({ userIds: [{ idType: 'SHA256_EMAIL' }] }),
      schemaRefused(`ERROR :: /user/userIds/0/idValue :: ${REQUIRED}`),
    ],
    [
      'row 34: refuses userInfo without names',
      anEventOf({ userInfo: { companyName: 'Acme' } }),
      schemaRefused(
        `ERROR :: /user/userInfo/firstName :: ${REQUIRED}`,
        `ERROR :: /user/userInfo/lastName :: ${REQUIRED}`,
      ),
    ],
    [
      'row 36: refuses a lead URN with another prefix',
      anEventOf({ lead: 'urn:li:lead:1' }),
      schemaRefused(`ERROR :: /user/lead :: ${BAD_URN}`),
    ],
    [
      'row 43: refuses elements without the header, as an event with an unknown field and none of its own',
      { elements: [anEvent()] },
      schemaRefused(
        `ERROR :: /elements :: ${UNRECOGNIZED}`,
        `ERROR :: /conversion :: ${REQUIRED}`,
        `ERROR :: /conversionHappenedAt :: ${REQUIRED}`,
        `ERROR :: /user :: ${REQUIRED}`,
      ),
    ],
    [
      'row 46: reports only the schema error when the time is wrong too',
      anEvent({ conversionHappenedAt: NOW - 100 * DAY_MS, conversionValue: amountless }),
      schemaRefused(`ERROR :: /conversionValue/amount :: ${REQUIRED}`),
    ],
    [
      'refuses a time as text',
      anEvent({ conversionHappenedAt: String(NOW) }),
      schemaRefused(`ERROR :: /conversionHappenedAt :: ${NOW} cannot be coerced to Long`),
    ],
    [
      'reports every schema error at once',
      anEvent({ eventId: 7, user: [], foo: null }),
      schemaRefused(
        `ERROR :: /foo :: ${UNRECOGNIZED}`,
        'ERROR :: /eventId :: 7 cannot be coerced to String',
        'ERROR :: /user :: record type is not backed by a DataMap',
      ),
    ],
    [
      'refuses an empty name beside a valid identifier',
      anEventOf({ userInfo: { firstName: '', lastName: 'Doe' } }),
      refused(400, `Validation failed because [${NO_IDENTITY(0)}]`),
    ],
  ])('%s', async (_name, event, expected) => {
    const reply = await post(event);

    // Compared as text, not as a value, because LinkedIn's order of keys counts.
    expect([reply.status, reply.text]).toEqual([expected.status, JSON.stringify(expected)]);
    expect(sandbox.events).toEqual([]);
  });

  it('row 35: refuses a hashed name on 202608', async () => {
    const event = anEventOf({ userInfo: { hashedFirstName: SHA256_EMAIL, lastName: 'Doe' } });

    const reply = await post(event, { 'LinkedIn-Version': '202608' });

    expect(reply.json).toEqual(
      schemaRefused(
        `ERROR :: /user/userInfo/hashedFirstName :: ${UNRECOGNIZED}`,
        `ERROR :: /user/userInfo/firstName :: ${REQUIRED}`,
      ),
    );
  });
});

describe('a batch that is refused', () => {
  it('row 40: names the element once, with all of its errors, and stores nothing', async () => {
    const bad = anEventOf({ userInfo: {} }, { conversionValue: { currencyCode: 'USD' } });

    const reply = await postBatch([anEvent(), bad]);

    expect(reply.status).toBe(422);
    expect(reply.json).toEqual(
      schemaRefused(
        `Index: 1, ERROR :: /conversionValue/amount :: ${REQUIRED}`,
        `ERROR :: /user/userInfo/firstName :: ${REQUIRED}`,
        `ERROR :: /user/userInfo/lastName :: ${REQUIRED}`,
      ),
    );
    expect(sandbox.events).toEqual([]);
  });

  it('row 41: lists the elements that are too old, and stores nothing', async () => {
    const old = anEvent({ conversionHappenedAt: NOW - 91 * DAY_MS });

    const reply = await postBatch([old, anEvent(), old]);

    expect([reply.status, reply.json]).toEqual([400, refused(400, TIME('0, 2'))]);
    expect(sandbox.events).toEqual([]);
  });

  it('row 42: accepts 5,000 elements', async () => {
    const elements = Array.from({ length: 5_000 }, (_, index) => anEvent({ eventId: `evt-${index}` }));

    const reply = await postBatch(elements);

    expect(reply.status).toBe(200);
    expect(sandbox.events).toHaveLength(5_000);
  });

  it('row 42: refuses 5,001 elements', async () => {
    const reply = await postBatch(Array.from({ length: 5_001 }, () => anEvent()));

    expect(reply.status).toBe(400);
    expect(sandbox.events).toEqual([]);
  });

  it('row 44: refuses a single event under BATCH_CREATE', async () => {
    const reply = await post(anEvent(), { 'X-RestLi-Method': 'BATCH_CREATE' });

    expect(reply.status).toBe(400);
    expect(sandbox.events).toEqual([]);
  });

  it.each([
    ['row 12', 9999, 403, 'No ad accounts found'],
    ['row 15', 1003, 400, 'indices [1] (0-indexed)'],
    ['row 16', 1002, 400, 'marked as deleted'],
  ])('%s: refuses the whole batch for one rule, %s', async (_row, rule, status, message) => {
    const reply = await postBatch([anEvent(), anEvent({ conversion: `${RULE_URN}${rule}` })]);

    expect(reply).toMatchObject({ status, json: { message: expect.stringContaining(message) } });
    expect(sandbox.events).toEqual([]);
  });

  it('row 31: names each element without an identity by its batchIndex', async () => {
    const nobody = anEventOf({ userIds: [] });

    const reply = await postBatch([nobody, anEvent(), nobody]);

    expect(reply.json).toEqual(refused(400, `Validation failed because [${NO_IDENTITY(0)}, ${NO_IDENTITY(2)}]`));
  });
});

describe("a request that isn't an event", () => {
  it.each([
    ["text that isn't JSON", '{"conversion":', {}, 400],
    ['another content type', anEvent(), { 'Content-Type': 'text/plain' }, 415],
    ["a method that the resource doesn't have", anEvent(), { 'X-RestLi-Method': 'BATCH_UPDATE' }, 400],
  ])('refuses %s', async (_name, body, headers, status) => {
    const reply = await post(body, headers);

    expect(reply.status).toBe(status);
    expect(sandbox.events).toEqual([]);
  });
});
