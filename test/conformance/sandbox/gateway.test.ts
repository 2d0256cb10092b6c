import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { anEvent, NOW } from './an-event.ts';
import { ask, type Question } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const post = (headers: Question['headers'], body: unknown = anEvent()) =>
  ask(sandbox, '/rest/conversionEvents', { method: 'POST', headers, body });

const token = (text: string) => ({ Authorization: `Bearer ${text}` });
const unauthorized = (serviceErrorCode: number, code: string, message: string) => ({
  status: 401,
  serviceErrorCode,
  code,
  message,
});
const inactive = (version: string) => ({
  status: 426,
  code: 'NONEXISTENT_VERSION',
  message: `Requested version ${version} is not active`,
});

describe('the gateway', () => {
  it.each<[name: string, headers: Question['headers'], expected: Record<string, unknown>]>([
    [
      'row 3: refuses a call without a version',
      { 'LinkedIn-Version': undefined },
      {
        status: 400,
        code: 'VERSION_MISSING',
        message: 'A version must be present. Please specify a version by adding the LinkedIn-Version header.',
      },
    ],
    ['row 4: refuses an expired version', { 'LinkedIn-Version': '202511' }, inactive('20251101')],
    ['row 4: refuses a version that never existed', { 'LinkedIn-Version': '202512' }, inactive('20251201')],
    ['row 4: refuses a future version', { 'LinkedIn-Version': '209901' }, inactive('20990101')],
    [
      'row 6: refuses a call without a token',
      { Authorization: undefined },
      unauthorized(65604, 'EMPTY_ACCESS_TOKEN', 'Empty oauth2 access token'),
    ],
    [
      'row 7: refuses an unknown token',
      token('garbage'),
      unauthorized(65600, 'INVALID_ACCESS_TOKEN', 'Invalid access token'),
    ],
    [
      'row 8: refuses a revoked token',
      token('tok-revoked'),
      unauthorized(65601, 'REVOKED_ACCESS_TOKEN', 'The token used in the request has been revoked by the user'),
    ],
    [
      'row 9: refuses an expired token',
      token('tok-expired'),
      unauthorized(65602, 'EXPIRED_ACCESS_TOKEN', 'The token used in the request has expired'),
    ],
    [
      'row 10: refuses a token without rw_conversions',
      token('tok-noscope'),
      {
        status: 403,
        serviceErrorCode: 100,
        code: 'ACCESS_DENIED',
        message: 'Not enough permissions to access: conversionEvents.CREATE.20260901',
      },
    ],
  ])('%s', async (_name, headers, expected) => {
    const reply = await post(headers);

    expect([reply.status, reply.text]).toEqual([expected['status'], JSON.stringify(expected)]);
    expect(reply.headers.has('x-restli-gateway-error')).toBe(true);
    expect(sandbox.events).toEqual([]);
  });

  it('row 5: refuses a version in another form', async () => {
    const reply = await post({ 'LinkedIn-Version': '2026-09' });

    expect(reply).toMatchObject({ status: 400, json: { status: 400, code: 'VERSION_INVALID' } });
  });

  it('row 10: names the batch method in the missing permission', async () => {
    const reply = await post({ ...token('tok-noscope'), 'X-RestLi-Method': 'BATCH_CREATE' }, { elements: [anEvent()] });

    expect(reply.json).toMatchObject({
      message: 'Not enough permissions to access: conversionEvents.BATCH_CREATE.20260901',
    });
  });

  it('row 11: refuses a member with the viewer role', async () => {
    const reply = await post(token('tok-viewer'));

    expect(reply).toMatchObject({ status: 403, json: { status: 403, code: 'USER_NOT_AUTHORIZED' } });
    expect(sandbox.events).toEqual([]);
  });

  it('row 45: refuses the 601st request of a minute, and accepts the next after the minute has passed', async () => {
    for (let sent = 0; sent < 600; sent += 1) {
      // One after the other, so that it is certain which request is the 601st.
      expect((await post({})).status).toBe(201);
    }

    const throttled = await post({});
    const ofAnother = await post(token('tok-direct'));
    sandbox.setState({ clock_offset_ms: 60_001 });
    const later = await post({});

    expect([throttled.status, throttled.text]).toEqual([
      429,
      '{"message":"Resource level throttle limit for calls to this resource is reached.","status":429}',
    ]);
    expect(throttled.headers.has('retry-after')).toBe(false);
    expect([ofAnother.status, later.status]).toEqual([201, 201]);
    expect(sandbox.events).toHaveLength(602);
  });

  it.each([
    ['row 57: refuses an unknown path', '/rest/nothing'],
    ['row 57: refuses an unversioned API', '/v2/conversionEvents'],
    ["row 57: refuses an event's key", '/rest/conversionEvents/1'],
  ])('%s', async (_name, path) => {
    const reply = await ask(sandbox, path, { body: anEvent(), headers: { Authorization: undefined } });

    expect([reply.status, reply.text]).toEqual([
      404,
      '{"status":404,"code":"RESOURCE_NOT_FOUND","message":"No virtual resource found"}',
    ]);
    expect(reply.headers.has('x-restli-gateway-error')).toBe(true);
  });

  it("answers 405 to a method that the resource doesn't have", async () => {
    const reply = await ask(sandbox, '/rest/conversionEvents', { method: 'DELETE' });

    expect(reply).toMatchObject({ status: 405, json: { status: 405, code: 'METHOD_NOT_ALLOWED' } });
  });
});

describe('the order of the checks', () => {
  const bad = { conversion: 1 };
  it.each<[name: string, headers: Question['headers'], body: unknown, status: number]>([
    ['the token before the version', { Authorization: 'Bearer garbage', 'LinkedIn-Version': '202511' }, bad, 401],
    ['the version before the scope', { ...token('tok-noscope'), 'LinkedIn-Version': '202511' }, bad, 426],
    ['the scope before the media type', { ...token('tok-noscope'), 'Content-Type': 'text/plain' }, bad, 403],
    ['the media type before the schema', { 'Content-Type': 'text/plain' }, bad, 415],
    ['the method before the schema', { 'X-RestLi-Method': 'BATCH_CREATE' }, bad, 400],
    ['the schema before the role', token('tok-viewer'), bad, 422],
  ])('row 46: checks %s', async (_name, headers, body, status) => {
    const reply = await post(headers, body);

    expect(reply.status).toBe(status);
  });

  it('row 46: checks the rate last', async () => {
    sandbox.setState({ rate_limit_per_minute: 0 });

    const statuses = [await post({}, bad), await post({})].map(({ status }) => status);

    expect(statuses).toEqual([422, 429]);
  });
});

describe('the lifetime of a version', () => {
  it.each([
    ['2026-11-15T23:59:59.999Z', '202511', 201],
    ['2026-11-16T00:00:00Z', '202511', 426],
    ['2027-09-15T00:00:00Z', '202609', 426],
  ])('row 4: at %s version %s gets %i', async (now, version, status) => {
    sandbox.setState({ now });

    const reply = await post({ 'LinkedIn-Version': version }, anEvent({ conversionHappenedAt: Date.parse(now) }));

    expect(reply.status).toBe(status);
  });

  it('row 4: ends when a test says so', async () => {
    sandbox.setState({ sunset: ['202609'] });

    const reply = await post({});

    expect(reply).toMatchObject({ status: 426, json: inactive('20260901') });
  });
});
