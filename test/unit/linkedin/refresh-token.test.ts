import { describe, expect, it, vi } from 'vitest';

import { refreshToken } from '../../../worker/linkedin/refresh-token.ts';

const REQUEST = {
  authUrl: 'https://www.linkedin.com',
  refreshToken: 'ref-ok',
  clientId: 'app-1',
  clientSecret: 's&cret=1',
};

const answering = (body: unknown, init: ResponseInit = {}) =>
  vi.fn<typeof fetch>(async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), init));

describe('a new access token', () => {
  it('is requested with a form in the body, and no redirect is followed', async () => {
    const fetch = answering({ access_token: 'fresh' });

    await refreshToken(REQUEST, fetch);

    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('https://www.linkedin.com/oauth/v2/accessToken');
    expect(init).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      body: 'grant_type=refresh_token&refresh_token=ref-ok&client_id=app-1&client_secret=s%26cret%3D1',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
  });

  it('comes with the lifetime that LinkedIn states', async () => {
    const fetch = answering({
      access_token: 'fresh',
      expires_in: 5_184_000,
      refresh_token: 'ref-2',
      refresh_token_expires_in: 31_000_000,
    });

    expect(await refreshToken(REQUEST, fetch)).toEqual({
      kind: 'refreshed',
      accessToken: 'fresh',
      expiresInSeconds: 5_184_000,
      refreshToken: 'ref-2',
      refreshTokenExpiresInSeconds: 31_000_000,
    });
  });

  it.each(['abc', -1, 0, null, undefined, '5184000'])(
    'has an unknown expiry when LinkedIn says %j',
    async (expires_in) => {
      const fetch = answering({ access_token: 'fresh', expires_in, refresh_token: '' });

      expect(await refreshToken(REQUEST, fetch)).toEqual({
        kind: 'refreshed',
        accessToken: 'fresh',
        expiresInSeconds: undefined,
        refreshToken: undefined,
        refreshTokenExpiresInSeconds: undefined,
      });
    },
  );

  it.each([400, 401])('is refused for good with a %i', async (status) => {
    const fetch = answering({ error: 'invalid_request' }, { status });

    expect(await refreshToken(REQUEST, fetch)).toEqual({ kind: 'refused' });
  });

  it.each([
    ['a login page', '<html>', { status: 200 }],
    ['an answer without a token', {}, { status: 200 }],
    ['an empty token', { access_token: '' }, { status: 200 }],
    ["a token that isn't a text", { access_token: 7 }, { status: 200 }],
    ['a list', [], { status: 200 }],
    ['a server error', '', { status: 500 }],
    ['a redirect', '', { status: 302 }],
    ['a rate limit', '', { status: 429 }],
  ])('is unavailable for now when the answer is %s', async (_, body, init) => {
    expect(await refreshToken(REQUEST, answering(body, init))).toEqual({ kind: 'unavailable' });
  });

  it('is unavailable for now when there is no answer', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.reject(new TypeError('Network connection lost.')));

    expect(await refreshToken(REQUEST, fetch)).toEqual({ kind: 'unavailable' });
  });
});
