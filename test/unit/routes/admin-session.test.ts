import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Env } from '../../../worker/env.ts';
import worker from '../../../worker/index.ts';
import { adminAs, aToken } from '../support/access.ts';
import { COLLECTOR, aRequest, admin, ask, aSource, problemOf } from '../support/api.ts';
import type { Call } from '../support/api.ts';
import { foundIn, objectsAtRest } from '../support/at-rest.ts';

const PATH = '/v1/admin/session';
const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin', Origin: COLLECTOR };

/** Signs in with a token, as the console does. */
async function signIn(token?: string): Promise<{ Cookie: string }> {
  const response =
    token === undefined
      ? await admin('/session', { method: 'POST' })
      : await adminAs(token, '/session', { method: 'POST' });
  return { Cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

async function askWith(bindings: Partial<Env>, path: string, call: Call): Promise<Response> {
  // A request from outside has none of our properties, but the types don't express that.
  const request = new Request<unknown, IncomingRequestCfProperties>(aRequest(path, call));
  return worker.fetch(request, { ...env, ...bindings }, createExecutionContext());
}

afterEach(() => vi.useRealTimers());

describe('a console session', () => {
  it('starts with a token, and is stored in a cookie that no script and no other site can read', async () => {
    const response = await admin('/session', { method: 'POST' });

    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ id: 'admin_token', role: 'owner', source_ids: null, by: 'cookie' });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^_df_console=[a-z0-9]{43}; Max-Age=43\d{3}; Path=\/v1\/admin; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
  });

  it('is stored below BASE_PATH too, and without Secure when there is no TLS', async () => {
    const response = await askWith({ BASE_PATH: '/_df/' }, `http://localhost:8787/_df${PATH}`, {
      method: 'POST',
      headers: { Authorization: 'Bearer test-admin-token' },
    });

    expect(response.headers.getSetCookie().map((cookie) => cookie.replace(/^[^;]*; Max-Age=\d+; /, ''))).toEqual([
      'Path=/v1/admin; HttpOnly; SameSite=Strict',
      'Path=/_df/v1/admin; HttpOnly; SameSite=Strict',
    ]);
  });

  it('has the same rights as its token', async () => {
    const { id: sourceId } = await aSource();
    const { id, token } = await aToken('viewer', { source_ids: [sourceId], name: 'Agency' });
    const headers = { ...(await signIn(token)), ...OWN_PAGE };

    const who = await ask(PATH, { headers });
    const reading = await ask(`/v1/admin/sources/${sourceId}`, { headers });
    const changing = await ask(`/v1/admin/sources/${sourceId}`, { method: 'PATCH', body: { name: 'x' }, headers });

    expect(await who.json()).toMatchObject({
      id,
      name: 'Agency',
      role: 'viewer',
      source_ids: [sourceId],
      by: 'cookie',
    });
    expect(reading.status).toBe(200);
    expect(await problemOf(changing)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  // Case T17.
  it('ends when the clock that was ahead at sign-in is corrected', async () => {
    const now = Date.now();
    vi.useFakeTimers({ now: now + 30 * 24 * 60 * 60_000, toFake: ['Date'] });
    const headers = { ...(await signIn()), ...OWN_PAGE };
    const ahead = await ask(PATH, { headers });
    vi.setSystemTime(now);

    expect([ahead.status, (await ask(PATH, { headers })).status]).toEqual([200, 401]);
  });

  it("can't start another session, so it can't last for ever", async () => {
    const response = await ask(PATH, { method: 'POST', headers: { ...(await signIn()), ...OWN_PAGE } });

    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('ends at sign-out, and the cookie is removed', async () => {
    const headers = { ...(await signIn()), ...OWN_PAGE };

    const signedOut = await ask(PATH, { method: 'DELETE', headers });
    const after = await ask(PATH, { headers });

    expect(signedOut.status).toBe(204);
    expect(signedOut.headers.get('Set-Cookie')).toContain('_df_console=; Max-Age=0; Path=/v1/admin');
    expect(await problemOf(after)).toMatchObject({ status: 401, code: 'token_invalid' });
  });

  it('ends after twelve hours', async () => {
    const headers = await signIn();
    vi.useFakeTimers({ now: Date.now() + 12 * 60 * 60_000, toFake: ['Date'] });

    expect(await problemOf(await ask(PATH, { headers }))).toMatchObject({ status: 401, code: 'token_expired' });
  });

  it('ends with its token', async () => {
    const ending = await aToken('owner', { expires_at: new Date(Date.now() + 60_000).toISOString() });
    const revoked = await aToken('owner');
    const [ofEnding, ofRevoked] = [await signIn(ending.token), await signIn(revoked.token)];

    await admin(`/tokens/${revoked.id}`, { method: 'DELETE' });
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });

    expect((await ask(PATH, { headers: ofRevoked })).status).toBe(401);
    expect(await problemOf(await ask(PATH, { headers: ofEnding }))).toMatchObject({ code: 'token_expired' });
  });

  it('of an ADMIN_TOKEN ends when that token is replaced', async () => {
    const headers = await signIn();

    const response = await askWith({ ADMIN_TOKEN: 'another-admin-token' }, PATH, { headers });

    expect(response.status).toBe(401);
  });

  it('is stored as a hash', async () => {
    const { Cookie } = await signIn();

    expect(foundIn(await objectsAtRest(), [Cookie.split('=')[1] ?? ''])).toEqual([]);
  });

  it.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
    ['a sibling subdomain', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://blog.example.com' }],
    ['an old browser on another site', { Origin: 'https://evil.example' }],
    ['a sandboxed frame', { Origin: 'null' }],
    ['no page at all', {}],
  ])('changes nothing when the request comes from %s', async (_who, headers) => {
    const response = await ask('/v1/admin/sources', { body: {}, headers: { ...(await signIn()), ...headers } });

    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'cross_site' });
  });

  it.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a sibling subdomain', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ["the console's own pages", { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['the address bar', { 'Sec-Fetch-Site': 'none' }, 200],
  ])('returns data or refuses it, by the origin of the request: %s', async (_who, headers, status) => {
    expect((await ask('/v1/admin/sources', { headers: { ...(await signIn()), ...headers } })).status).toBe(status);
  });

  it.each([OWN_PAGE, { Origin: COLLECTOR }])('works from its own page: %o', async (headers) => {
    const response = await ask('/v1/admin/sources', { body: {}, headers: { ...(await signIn()), ...headers } });

    expect(response.status).toBe(201);
  });

  it('is ignored when there is a Bearer token, even a wrong one', async () => {
    const headers = { ...(await signIn()), ...OWN_PAGE, Authorization: 'Bearer wrong' };

    expect(await problemOf(await ask(PATH, { headers }))).toMatchObject({ code: 'token_invalid' });
  });
});
