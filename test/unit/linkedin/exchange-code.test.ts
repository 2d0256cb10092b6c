import { describe, expect, it, vi } from 'vitest';

import { authorizationUrl, missingScopes } from '../../../worker/linkedin/authorization.ts';
import { exchangeCode } from '../../../worker/linkedin/exchange-code.ts';

const REQUEST = {
  authUrl: 'https://www.linkedin.com',
  code: 'AQT&1',
  redirectUri: 'https://t.example.com/_df/oauth/linkedin/callback',
  clientId: 'app-1',
  clientSecret: 's&cret=1',
};

const answering = (body: unknown, init: ResponseInit = {}) =>
  vi.fn<typeof fetch>(async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), init));

describe('the exchange of an authorization code', () => {
  it('sends a form in the body, and follows no redirect', async () => {
    const fetch = answering({ access_token: 'fresh' });

    await exchangeCode(REQUEST, fetch);

    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('https://www.linkedin.com/oauth/v2/accessToken');
    expect(init).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      body:
        'grant_type=authorization_code&code=AQT%261&client_id=app-1&client_secret=s%26cret%3D1' +
        '&redirect_uri=https%3A%2F%2Ft.example.com%2F_df%2Foauth%2Flinkedin%2Fcallback',
    });
  });

  it.each([
    ['r_ads,rw_conversions', ['r_ads', 'rw_conversions']],
    ['r_ads rw_conversions', ['r_ads', 'rw_conversions']],
    [undefined, undefined],
    ['', undefined],
  ])('reads the scopes %j', async (scope, scopes) => {
    expect(await exchangeCode(REQUEST, answering({ access_token: 'fresh', scope }))).toMatchObject({
      kind: 'issued',
      scopes,
    });
  });

  it('keeps the lifetimes that LinkedIn states, and invents none', async () => {
    const body = { access_token: 'fresh', expires_in: 5_184_000, refresh_token: '', refresh_token_expires_in: 'x' };

    expect(await exchangeCode(REQUEST, answering(body))).toMatchObject({
      tokens: {
        accessToken: 'fresh',
        expiresInSeconds: 5_184_000,
        refreshToken: undefined,
        refreshTokenExpiresInSeconds: undefined,
      },
    });
  });

  it.each([
    [400, { error: 'invalid_redirect_uri', error_description: 'does not match' }, 'invalid_redirect_uri'],
    [401, { error: 'invalid_client' }, 'invalid_client'],
    [400, { error: '<script>' }, 'invalid_request'],
  ])('that is refused with %d is reported as %j', async (status, body, error) => {
    expect(await exchangeCode(REQUEST, answering(body, { status }))).toMatchObject({ kind: 'refused', error });
  });

  it.each([
    ['an HTML page', answering('<html>', { status: 200 })],
    ['an answer without a token', answering({ expires_in: 1 })],
    ['an outage', answering({}, { status: 503 })],
    ['a redirect', answering('', { status: 302 })],
    ['no answer', vi.fn<typeof fetch>(() => Promise.reject(new TypeError('Network connection lost.')))],
  ])('gives no token after %s', async (_what, fetch) => {
    expect(await exchangeCode(REQUEST, fetch)).toEqual({ kind: 'unavailable' });
  });
});

describe('the consent page', () => {
  it('is requested with everything encoded, and scopes separated by %20', () => {
    expect(
      authorizationUrl({
        ...REQUEST,
        clientId: 'a&b',
        redirectUri: 'https://t.example.com/callback',
        state: 'int_1.x',
      }),
    ).toBe(
      'https://www.linkedin.com/oauth/v2/authorization?response_type=code&client_id=a%26b' +
        '&redirect_uri=https%3A%2F%2Ft.example.com%2Fcallback&state=int_1.x&scope=r_ads%20rw_conversions',
    );
  });

  it.each([
    [['r_ads', 'rw_conversions'], []],
    [['rw_ads', 'rw_conversions', 'r_basicprofile'], []],
    [['rw_conversions'], ['r_ads']],
    [['r_ads'], ['rw_conversions']],
    [[], ['r_ads', 'rw_conversions']],
  ])('that returned the scopes %j lacks %j', (given, missing) => {
    expect(missingScopes(given)).toEqual(missing);
  });
});
