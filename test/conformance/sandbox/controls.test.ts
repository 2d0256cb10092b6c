import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { anEvent, DAY_MS, NOW, RULE_URN } from './an-event.ts';
import { ask } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const post = (over: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  ask(sandbox, '/rest/conversionEvents', { body: anEvent(over), headers });
const control = (path: string, method = 'GET', body?: unknown) =>
  ask(sandbox, `/_sandbox${path}`, body === undefined ? { method } : { method, body });

describe('the list of received events', () => {
  it('shows every accepted element with its headers and time', async () => {
    await post({}, { 'X-RestLi-Method': 'CREATE' });

    const reply = await control('/events');

    expect(reply.json).toEqual({
      count: 1,
      data: [
        {
          sequence: 1,
          received_at: new Date(NOW).toISOString(),
          request_id: sandbox.events[0]?.request_id,
          index: 0,
          element: anEvent(),
          headers: expect.objectContaining({
            authorization: 'Bearer tok-ok',
            'linkedin-version': '202609',
            'x-restli-method': 'CREATE',
          }),
          warnings: [],
          discarded: false,
        },
      ],
    });
  });

  it('shows only the end of a secret token', async () => {
    sandbox.setState({ tokens: { 'AQX-very-secret-1234': {} } });
    await post({}, { Authorization: 'Bearer AQX-very-secret-1234' });

    const seen = [await control('/events'), await control('/requests')].map(({ text }) => text).join('');

    expect(seen).toContain('…1234');
    expect(seen).not.toContain('secret');
  });

  it('shows every request, even a refused one', async () => {
    await post();
    await post({ conversion: `${RULE_URN}9999` }, { 'X-RestLi-Method': 'CREATE' });
    await ask(sandbox, '/nothing?a=b', { headers: { Authorization: undefined } });

    const reply = await control('/requests');

    const usual = { received_at: expect.any(String), request_id: expect.any(Number), fault: null };
    expect(reply.json).toEqual({
      count: 3,
      data: [
        {
          ...usual,
          method: 'POST',
          path: '/rest/conversionEvents',
          query: '',
          restli_method: null,
          version: '202609',
          token: 'tok-ok',
          elements: 1,
          status: 201,
          message: null,
        },
        {
          ...usual,
          method: 'POST',
          path: '/rest/conversionEvents',
          query: '',
          restli_method: 'CREATE',
          version: '202609',
          token: 'tok-ok',
          elements: 1,
          status: 403,
          message: 'No ad accounts found',
        },
        {
          ...usual,
          method: 'GET',
          path: '/nothing',
          query: 'a=b',
          restli_method: null,
          version: '202609',
          token: null,
          elements: 0,
          status: 404,
          message: 'No virtual resource found',
        },
      ],
    });
  });

  it('returns the newest when there is a limit', async () => {
    await post({ eventId: 'evt-1' });
    await post({ eventId: 'evt-2' });

    const reply = await control('/events?limit=1');

    expect(reply.json).toMatchObject({ count: 2, data: [{ element: { eventId: 'evt-2' } }] });
  });

  it.each(['/events', '/requests'])('is cleared with DELETE %s', async (path) => {
    await post();

    const reply = await control(path, 'DELETE');

    expect(reply.status).toBe(204);
    expect((await control('/events')).json).toEqual({ count: 0, data: [] });
    expect((await control('/requests')).json).toEqual({ count: 0, data: [] });
  });

  it.each([
    [
      'an unhashed e-mail',
      { user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: 'a@b.example' }] } },
      '/user/userIds/0',
    ],
    ['an invalid address', { user: { userIds: [{ idType: 'PLAINTEXT_IP_ADDRESS', idValue: '::1' }] } }, 'IPv4'],
    ['a currency that does not exist', { conversionValue: { currencyCode: 'XXQ', amount: '1' } }, 'ISO 4217'],
    [
      "an amount that isn't a number",
      { conversionValue: { currencyCode: 'USD', amount: 'NaN' } },
      '/conversionValue/amount',
    ],
    ['an empty event ID', { eventId: '' }, '/eventId'],
  ])('warns of %s, which LinkedIn accepts without an error', async (_name, over, warning) => {
    const reply = await post(over);

    expect(reply.status).toBe(201);
    expect(sandbox.events[0]?.warnings).toEqual([expect.stringContaining(warning)]);
    expect(sandbox.events[0]?.warnings.join('')).not.toContain('a@b.example');
  });

  it('marks an event as discarded when the Insight Tag has sent it too', async () => {
    await post({ eventId: 'evt-twin' });
    sandbox.setState({ insight_tag_event_ids: ['evt-twin'] });

    expect((await control('/events')).json).toMatchObject({ data: [{ discarded: true }] });
  });

  it('may be read by pages of any origin', async () => {
    const replies = [
      await control('/events'),
      await ask(sandbox, '/_sandbox/events', {
        method: 'OPTIONS',
        headers: { Origin: 'http://localhost:8787', 'Access-Control-Request-Method': 'DELETE' },
      }),
    ];

    expect(replies.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual(['*', '*']);
    expect(replies[1]?.headers.get('access-control-allow-methods')).toContain('DELETE');
  });

  it('waits for events to arrive', async () => {
    const waiting = sandbox.waitForEvents(2);
    await post();
    await post();

    await expect(waiting).resolves.toHaveLength(2);
    await expect(sandbox.waitForEvents(2, 1)).resolves.toHaveLength(2);
    await expect(sandbox.waitForEvents(3, 50)).rejects.toThrow('saw 2');
  });
});

describe("the sandbox's settings", () => {
  it.each([
    ['its clock', { now: new Date(NOW + 91 * DAY_MS).toISOString() }, {}, 400],
    ['its clock, by its distance', { clock_offset_ms: 91 * DAY_MS }, {}, 400],
    ['its clock, until it is set back', { now: null }, {}, 201],
    ['the expired versions', { sunset: ['202609'] }, {}, 426],
    ['the list of versions', { versions: { '202609': null } }, {}, 426],
    ['a token', { tokens: { 'tok-ok': { revoked: true } } }, {}, 401],
    ['the list of tokens', { tokens: { 'tok-ok': null } }, {}, 401],
    ['a rule', { rules: { '1001': { enabled: false } } }, {}, 400],
    ['the list of rules', { rules: { '9999': {} } }, { conversion: `${RULE_URN}9999` }, 201],
    ['whether long IDs exist', { any_long_id: false }, { conversion: `${RULE_URN}555555` }, 403],
    ['a role', { accounts: { '100': { roles: { manager: 'VIEWER' } } } }, {}, 403],
    ['the accepted idTypes', { refused_id_types: ['SHA256_EMAIL'] }, {}, 422],
    ['the rate', { rate_limit_per_minute: 0 }, {}, 429],
    ['the daily rate', { rate_limit_per_day: 0 }, {}, 429],
  ])('change %s', async (_name, patch, over, status) => {
    const told = await control('/state', 'POST', patch);

    const reply = await post(over);

    expect([told.status, reply.status]).toEqual([200, status]);
  });

  it('change the size limit of a batch', async () => {
    await control('/state', 'POST', { max_elements: 1 });

    const reply = await ask(sandbox, '/rest/conversionEvents', {
      headers: { 'X-RestLi-Method': 'BATCH_CREATE' },
      body: { elements: [anEvent(), anEvent()] },
    });

    expect(reply.status).toBe(400);
  });

  it('stop the clock', async () => {
    let machineNow = NOW;
    const own = await startSandbox({ now: () => machineNow });
    own.setState({ now: NOW + DAY_MS, frozen: true });
    machineNow += 5_000;

    const frozen = await ask(own, '/_sandbox/state');
    own.setState({ frozen: false });
    machineNow += 5_000;
    const running = await ask(own, '/_sandbox/state');

    expect(frozen.json).toMatchObject({ now: new Date(NOW + DAY_MS).toISOString() });
    expect(running.json).toMatchObject({ now: new Date(NOW + DAY_MS + 5_000).toISOString() });
    await own.close();
  });

  it.each([
    ['an unknown member', { foo: 1 }],
    ['an invalid clock', { now: 'yesterday' }],
    ['a rule by a name', { rules: { purchase: {} } }],
    ['an unknown member of a rule', { rules: { '1001': { disabled: true } } }],
    ['a rate as text', { rate_limit_per_minute: '600' }],
    ["text that isn't JSON", 'now'],
  ])('refuse %s, and list what is known', async (_name, patch) => {
    const reply = await control('/state', 'POST', patch);

    expect(reply).toMatchObject({ status: 400, json: { error: expect.stringContaining('Known: now') } });
    expect((await post()).status).toBe(201);
  });

  it('can be reset', async () => {
    const before = await control('/state');
    await control('/state', 'POST', { now: 0, tokens: { 'tok-ok': null }, add_rules: { count: 3 } });
    await control('/faults', 'POST', { status: 500 });
    await post();

    const reply = await control('/reset', 'POST');

    expect(reply.json).toEqual(before.json);
    expect((await control('/requests')).json).toMatchObject({ count: 0 });
    expect((await post()).status).toBe(201);
  });
});

describe('the rest of the sandbox', () => {
  it('names the known controls in the error for an unknown one', async () => {
    const reply = await control('/evnts');

    expect(reply).toMatchObject({ status: 404, json: { error: expect.stringContaining('/_sandbox/events') } });
    expect(sandbox.requests).toEqual([]);
  });

  it('shows a page at /', async () => {
    const reply = await ask(sandbox, '/');

    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch('text/html');
    expect(reply.text).not.toContain('innerHTML');
    expect(sandbox.requests).toEqual([]);
  });

  it.each(['localhost', '127.0.0.1'])('answers at http://%s', async (host) => {
    const response = await fetch(`http://${host}:${sandbox.port}/_sandbox/events`);

    expect(response.status).toBe(200);
  });
});
