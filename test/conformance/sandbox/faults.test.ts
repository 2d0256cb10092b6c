import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { NAMED_ANSWERS } from '../../sandbox/controls/named-answers.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { anEvent, NOW, SHA256_EMAIL } from './an-event.ts';
import { ask, askForm } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const post = () => ask(sandbox, '/rest/conversionEvents', { body: anEvent() });
const arm = (order: unknown) => ask(sandbox, '/_sandbox/faults', { method: 'POST', body: order });
const statuses = async (count: number): Promise<number[]> => {
  const seen: number[] = [];
  // One after the other, because faults are applied in the order of the requests.
  while (seen.length < count) seen.push((await post()).status);
  return seen;
};

describe('a fault with a status', () => {
  it('applies to as many requests as ordered', async () => {
    await arm({ status: 429, times: 3, headers: { 'Retry-After': 7 }, delay_ms: 0, path: '/rest/conversionEvents' });

    const elsewhere = await ask(sandbox, '/rest/adAccounts?q=search');
    const first = await post();
    const seen = await statuses(3);

    expect(elsewhere.status).toBe(200);
    expect(first.headers.get('retry-after')).toBe('7');
    expect(first.json).toEqual({
      message: 'Resource level throttle limit for calls to this resource is reached.',
      status: 429,
    });
    expect([first.status, ...seen]).toEqual([429, 429, 429, 201]);
    expect(sandbox.events).toHaveLength(1);
    expect(sandbox.requests.map(({ status, fault }) => [status, fault])).toEqual([
      [200, null],
      [429, 'status'],
      [429, 'status'],
      [429, 'status'],
      [201, null],
    ]);
  });

  it('applies to any LinkedIn path when it names none, once', async () => {
    await arm({ status: 503 });

    const reply = await askForm(sandbox, '/oauth/v2/accessToken', {});

    expect([reply.status, ...(await statuses(1))]).toEqual([503, 201]);
  });

  it.each([
    [{ status: 500 }, 500, '{"message":"Internal Server Error","status":500}'],
    [{ status: 401 }, 401, expect.stringContaining('65600')],
    [{ status: 400, body: { message: 'x', status: 400 } }, 400, '{"message":"x","status":400}'],
    [{ status: 200, body: '' }, 200, ''],
    [{ status: 200, body: '{"elements":[' }, 200, '{"elements":['],
    [{ status: 204 }, 204, ''],
  ])('answers %j with its status and body', async (order, status, text) => {
    await arm(order);

    const reply = await post();

    expect([reply.status, reply.text]).toEqual([status, text]);
    expect(sandbox.events).toEqual([]);
  });

  it('waits before it answers', async () => {
    await arm({ status: 503, delay_ms: 200 });
    const start = performance.now();

    const reply = await post();

    expect(reply.status).toBe(503);
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
  });
});

describe('a fault by its kind', () => {
  it.each([
    { kind: 'reset' },
    { reset: true },
    { fault: 'reset' },
    { type: 'reset' },
    { kind: 'reset', times: 1, path: '/rest/conversionEvents?q=x' },
  ])('resets the connection for %j, and stores nothing', async (order) => {
    const armed = await arm(order);

    await expect(post()).rejects.toThrow('fetch failed');

    expect(armed.status).toBe(201);
    expect(sandbox.events).toEqual([]);
    expect(sandbox.requests).toMatchObject([{ status: null, fault: 'reset', elements: 1 }]);
    expect(await statuses(1)).toEqual([201]);
  });

  it.each([{ kind: 'accept_then_reset' }, { acceptThenReset: true }, { type: 'accept-then-reset' }])(
    'stores the elements and then resets the connection for %j',
    async (order) => {
      await arm(order);

      await expect(post()).rejects.toThrow('fetch failed');

      expect(sandbox.events.map(({ element }) => element)).toEqual([anEvent()]);
    },
  );

  it('stores the elements and then answers 504 for accept_then_status', async () => {
    await arm({ kind: 'accept_then_status' });

    const reply = await post();

    expect(reply.status).toBe(504);
    expect(sandbox.events).toHaveLength(1);
  });

  it('answers with an HTML page for html', async () => {
    await arm({ html: true });

    const reply = await post();

    expect(reply.status).toBe(502);
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(reply.text).toContain('<html>');
    expect(sandbox.events).toEqual([]);
  });

  it('answers with the ordered size for huge', async () => {
    await arm({ kind: 'huge', size_bytes: 3_000_000, status: 200 });

    const reply = await post();

    expect(reply.status).toBe(200);
    expect(reply.text.length).toBeGreaterThan(3_000_000);
  });

  it('redirects for redirect', async () => {
    await arm({ kind: 'redirect', status: 307, headers: { Location: 'http://example.invalid/' } });

    const reply = await post();

    expect([reply.status, reply.headers.get('location')]).toEqual([307, 'http://example.invalid/']);
  });

  it("doesn't answer for hang until the client has gone, and stores nothing", async () => {
    await arm({ kind: 'hang' });

    const asked = fetch(`${sandbox.url}/rest/conversionEvents`, {
      method: 'POST',
      headers: { Authorization: 'Bearer tok-ok', 'LinkedIn-Version': '202609', 'Content-Type': 'application/json' },
      body: JSON.stringify(anEvent()),
      signal: AbortSignal.timeout(200),
    });

    await expect(asked).rejects.toThrow(/timeout|aborted/);
    expect(sandbox.events).toEqual([]);
    expect(await statuses(1)).toEqual([201]);
  });

  it.each([{ kind: 'slow', delay_ms: 150 }, { delay_ms: 150 }])('gives the usual answer late for %j', async (order) => {
    await arm(order);
    const start = performance.now();

    const reply = await post();

    expect(reply.status).toBe(201);
    expect(performance.now() - start).toBeGreaterThanOrEqual(140);
  });

  it('applies to one method only when it names it', async () => {
    await arm({ status: 500, method: 'get' });

    expect(await statuses(1)).toEqual([201]);
    expect((await ask(sandbox, '/rest/adAccounts?q=search')).status).toBe(500);
  });
});

describe('an answer by its name', () => {
  // L1 to L6: real answers that a client has to understand.
  it.each([
    ['conversion_target_invalid', 403, 'Invalid conversion target, failed to grant access'],
    ['refused_unknown', 403, 'A policy of this request is not met'],
    ['refused_without_a_word', 403, ''],
    ['role_missing', 403, 'Not enough permissions'],
    ['code_alone', 400, '{"code":"INVALID_VALUE","status":400}'],
    ['input_errors', 400, '"inputErrors":[{"code":"FIELD_VALUE_TOO_HIGH"'],
    ['bad_request_without_a_word', 400, ''],
    ['echo_cut_short', 422, `:: ${SHA256_EMAIL.slice(0, -2)}`],
    ['outage', 503, ''],
  ])('%s is a %i, and nothing is stored', async (answer, status, words) => {
    await arm({ answer });

    const reply = await post();

    expect(reply.status).toBe(status);
    expect(reply.text).toContain(words);
    expect(reply.text === '').toBe(words === '');
    expect(reply.text).not.toContain(SHA256_EMAIL);
    expect(sandbox.events).toEqual([]);
    expect(await statuses(1)).toEqual([201]);
  });

  it.each([
    ['accepted_as_page', '<!doctype html>'],
    ['accepted_as_nothing', '{}'],
    ['accepted_as_nulls', '{"elements":[null,null]}'],
  ])('%s is a 200 that cannot be read, and the events are stored', async (answer, words) => {
    await arm({ answer });

    const reply = await post();

    expect(reply).toMatchObject({ status: 200, text: expect.stringContaining(words) });
    expect(sandbox.events).toHaveLength(1);
  });

  it('token_refused is given only to requests for a token', async () => {
    await arm({ answer: 'token_refused' });

    expect(await statuses(1)).toEqual([201]);
    const reply = await askForm(sandbox, '/oauth/v2/accessToken', {});
    expect(reply).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
  });

  it('comes as often, as late and where the order says', async () => {
    await arm({ answer: 'outage', times: 2, path: '/rest/conversionEvents', status: 502 });

    expect(await statuses(3)).toEqual([502, 502, 201]);
  });

  it('each has a line in the documentation', async () => {
    const page = await readFile(new URL('../../../docs/reference/sandbox.md', import.meta.url), 'utf8');

    for (const name of Object.keys(NAMED_ANSWERS)) expect(page).toContain(`| \`${name}\``);
  });
});

describe('the list of faults', () => {
  it('shows the faults that have not happened yet', async () => {
    await arm({ status: 500, times: 2 });
    await arm({ kind: 'reset', path: '/oauth' });
    await post();

    const reply = await ask(sandbox, '/_sandbox/faults');

    expect(reply.json).toMatchObject({
      data: [
        { id: expect.any(Number), kind: 'status', status: 500, times: 2, remaining: 1 },
        { kind: 'reset', path: '/oauth', remaining: 1 },
      ],
    });
  });

  it('is empty after they were removed', async () => {
    await arm({ status: 500, times: 5 });

    const reply = await ask(sandbox, '/_sandbox/faults', { method: 'DELETE' });

    expect(reply.status).toBe(204);
    expect(await statuses(1)).toEqual([201]);
  });

  it.each([
    ['nothing', {}],
    ['an unknown kind', { kind: 'explode' }],
    ['an unknown answer', { answer: 'toString' }],
    ['an unknown status', { status: 99 }],
    ['an unknown member', { status: 500, count: 3 }],
    ['no times at all', { status: 500, times: 0 }],
    ['an invalid path', { status: 500, path: 'rest' }],
    ['text', '"reset"'],
    ["text that isn't JSON", 'reset'],
    ['a list', []],
  ])('refuses %s, and says what it expected', async (_name, order) => {
    const reply = await arm(order);

    expect(reply).toMatchObject({ status: 400, json: { error: expect.stringContaining('Expected') } });
    expect((await ask(sandbox, '/_sandbox/faults')).json).toEqual({ data: [] });
  });
});
