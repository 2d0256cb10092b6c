import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { anEvent, DAY_MS, NOW } from './an-event.ts';
import { ask, askForm, type Reply } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const REDIRECT_URI = 'http://localhost:8787/oauth/linkedin/callback';
const APP = { client_id: 'app-1', client_secret: 'secret-1' };
const REQUEST = {
  response_type: 'code',
  client_id: 'app-1',
  redirect_uri: REDIRECT_URI,
  state: 'state-1',
  scope: 'r_ads rw_conversions',
};

const decide = (decision: string, over: Record<string, string> = {}) =>
  askForm(sandbox, '/oauth/v2/authorization', { ...REQUEST, ...over, decision });

const locationOf = ({ headers }: Reply) => new URL(headers.get('location') ?? '');

const newCode = async (over: Record<string, string> = {}) =>
  locationOf(await decide('allow', over)).searchParams.get('code') ?? '';

const exchange = (form: Record<string, string>) => askForm(sandbox, '/oauth/v2/accessToken', form);
const exchangeCode = (code: string, over: Record<string, string> = {}) =>
  exchange({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, ...APP, ...over });
const refresh = (over: Record<string, string> = {}) =>
  exchange({ grant_type: 'refresh_token', refresh_token: 'ref-ok', ...APP, ...over });

const post = (token: unknown) =>
  ask(sandbox, '/rest/conversionEvents', {
    headers: { Authorization: `Bearer ${String(token)}` },
    body: anEvent({ conversionHappenedAt: sandbox.state.clock_offset_ms + NOW }),
  });

const tokenOf = ({ json }: Reply): unknown =>
  typeof json === 'object' && json !== null && 'access_token' in json ? json.access_token : undefined;

const invalid = (description: string) => ({ error: 'invalid_request', error_description: description });
const BAD_REFRESH = 'The provided authorization grant or refresh token is invalid, expired or revoked';

describe('asking a member for consent', () => {
  it('row 66: shows a page with a button for each answer', async () => {
    const reply = await ask(sandbox, `/oauth/v2/authorization?${new URLSearchParams(REQUEST)}`);

    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(reply.text).toMatch(/value="allow"[^>]*>Allow</);
    expect(reply.text).toMatch(/value="cancel"[^>]*>Cancel</);
  });

  it('row 66: returns with the error and the same state when the member cancels', async () => {
    const reply = await decide('cancel');

    const { origin, pathname, searchParams } = locationOf(reply);
    expect([reply.status, origin + pathname]).toEqual([302, REDIRECT_URI]);
    expect(Object.fromEntries(searchParams)).toEqual({
      error: 'user_cancelled_authorize',
      error_description: expect.any(String),
      state: 'state-1',
    });
  });

  it('row 66: returns with a code and the same state when the member allows', async () => {
    const reply = await decide('allow', { redirect_uri: `${REDIRECT_URI}?tab=1` });

    expect(reply.status).toBe(302);
    expect(Object.fromEntries(locationOf(reply).searchParams)).toEqual({
      tab: '1',
      code: expect.any(String),
      state: 'state-1',
    });
  });

  it.each([
    ['an unknown app', { client_id: 'app-9' }],
    ['an address without https', { redirect_uri: 'http://example.com/callback' }],
    ['an address with a fragment', { redirect_uri: `${REDIRECT_URI}#x` }],
    ["a scope that the app doesn't have", { scope: 'w_member_social' }],
    ['another response type', { response_type: 'token' }],
    ['no state', { state: '' }],
  ])('row 66: explains on its own page what is wrong with %s', async (_name, over) => {
    const reply = await ask(sandbox, `/oauth/v2/authorization?${new URLSearchParams({ ...REQUEST, ...over })}`);

    expect(reply.status).toBe(400);
    expect(reply.headers.has('location')).toBe(false);
  });

  it('row 66: shows its input as text, never as markup', async () => {
    const state = '"><script>alert(1)</script>';

    const reply = await ask(sandbox, `/oauth/v2/authorization?${new URLSearchParams({ ...REQUEST, state })}`);

    expect(reply.text).not.toContain('<script>');
  });
});

describe('exchanging a code', () => {
  it('row 60: gives a working token, once', async () => {
    const code = await newCode();

    const first = await exchangeCode(code);
    const second = await exchangeCode(code);
    const sent = await post(tokenOf(first));

    expect([first.status, first.json]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^AQX.{400,}$/),
        expires_in: 5_184_000,
        refresh_token: expect.stringMatching(/^AQW/),
        refresh_token_expires_in: 31_536_000,
        scope: 'r_ads,rw_conversions',
      },
    ]);
    expect([second.status, second.json]).toEqual([
      400,
      invalid('Unable to retrieve access token: authorization code not found'),
    ]);
    expect(sent.status).toBe(201);
  });

  it.each(['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret'])(
    'row 58: refuses an exchange without %s',
    async (name) => {
      const reply = await exchangeCode(await newCode(), { [name]: '' });

      expect([reply.status, reply.text]).toEqual([
        400,
        JSON.stringify(invalid(`A required parameter "${name}" is missing`)),
      ]);
    },
  );

  it.each([
    ['another redirect address', { redirect_uri: 'https://example.com/other' }, 0],
    ['a code older than 30 minutes', {}, 30 * 60_000 + 1],
  ])('row 59: refuses %s', async (_name, over, ageMs) => {
    const code = await newCode();
    sandbox.setState({ clock_offset_ms: ageMs });

    const reply = await exchangeCode(code, over);

    expect([reply.status, reply.json]).toEqual([
      400,
      {
        error: 'invalid_redirect_uri',
        error_description:
          'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. ' +
          'Or authorization code expired. Or external member binding exists',
      },
    ]);
  });

  it.each([
    ['a wrong secret', { client_secret: 'secret-2' }],
    ['an unknown app', { client_id: 'app-2' }],
  ])('row 58: refuses %s', async (_name, over) => {
    const reply = await exchangeCode(await newCode(), over);

    expect(reply).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
  });

  it('row 60: revokes earlier tokens when the scopes differ', async () => {
    const earlier = tokenOf(await exchangeCode(await newCode()));

    await exchangeCode(await newCode({ scope: 'rw_conversions' }));

    expect((await post(earlier)).json).toMatchObject({ serviceErrorCode: 65601 });
    expect((await post('tok-ok')).status).toBe(201);
  });

  it.each([
    ['a JSON body', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: APP }],
    ['a GET', { method: 'GET' }],
  ])('row 64: refuses %s', async (_name, question) => {
    const reply = await ask(sandbox, '/oauth/v2/accessToken', question);

    expect(reply).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  });
});

describe('refreshing a token', () => {
  it.each([
    ['row 61: has 306 days left on day 59', 59, 5_184_000, 26_438_400],
    ['row 62: gives an access token that ends with it on day 360', 360, 432_000, 432_000],
  ])('%s', async (_name, day, expiresIn, refreshExpiresIn) => {
    sandbox.setState({ clock_offset_ms: day * DAY_MS });

    const reply = await refresh();

    expect([reply.status, reply.json]).toEqual([
      200,
      {
        access_token: expect.any(String),
        expires_in: expiresIn,
        refresh_token: 'ref-ok',
        refresh_token_expires_in: refreshExpiresIn,
      },
    ]);
  });

  it('row 61: gives a working token with an expiry', async () => {
    const token = tokenOf(await refresh());

    const early = await post(token);
    sandbox.setState({ clock_offset_ms: 60 * DAY_MS });
    const late = await post(token);

    expect(early.status).toBe(201);
    expect(late).toMatchObject({ status: 401, json: { serviceErrorCode: 65602 } });
  });

  it.each([
    ['on day 366', { clock_offset_ms: 366 * DAY_MS }, {}],
    ['after it was revoked', { refresh_tokens: { 'ref-ok': { revoked: true } } }, {}],
    ['when it is unknown', {}, { refresh_token: 'ref-nok' }],
  ])('row 63: refuses a refresh token %s', async (_name, state, over) => {
    sandbox.setState(state);

    const reply = await refresh(over);

    expect([reply.status, reply.text]).toEqual([400, JSON.stringify(invalid(BAD_REFRESH))]);
  });
});

describe('inspecting a token', () => {
  const introspect = (over: Record<string, string>) =>
    askForm(sandbox, '/oauth/v2/introspectToken', { ...APP, token: 'tok-ok', ...over });

  it('row 65: returns everything about a token of the app', async () => {
    const reply = await introspect({ token: String(tokenOf(await refresh())) });

    expect([reply.status, reply.json]).toEqual([
      200,
      {
        active: true,
        client_id: 'app-1',
        authorized_at: NOW / 1_000,
        created_at: NOW / 1_000,
        status: 'active',
        expires_at: NOW / 1_000 + 5_184_000,
        scope: 'r_ads,rw_conversions',
        auth_type: '3L',
      },
    ]);
  });

  it.each([
    ['row 65: returns nothing about a token of another app', { token: 'tok-other-app' }, 200, { active: false }],
    ['row 65: returns nothing about a token without an app', { token: 'tok-direct' }, 200, { active: false }],
    ['row 65: reports an expired token', { token: 'tok-expired' }, 200, { active: false, status: 'expired' }],
    ['row 65: reports a revoked token', { token: 'tok-revoked' }, 200, { active: false, status: 'revoked' }],
    ['row 65: refuses a wrong secret', { client_secret: 'x' }, 401, { error: 'invalid_client' }],
    ['row 65: refuses an unknown app', { client_id: 'x' }, 400, { error: 'invalid_request' }],
    ['row 65: refuses an unknown token', { token: 'x' }, 400, { error: 'invalid_request' }],
  ])('%s', async (_name, over, status, json) => {
    const reply = await introspect(over);

    expect(reply).toMatchObject({ status, json });
  });
});
