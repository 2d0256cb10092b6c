import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Env } from '../../../worker/env.ts';
import worker from '../../../worker/index.ts';
import { COLLECTOR, aRequest, problemOf } from '../support/api.ts';
import type { Call } from '../support/api.ts';

const TEAM = 'https://example.cloudflareaccess.com';
const AUD = 'the-application';
const SET_UP: Partial<Env> = { ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUD, ACCESS_ROLE: 'owner' };

type Claims = { iss?: string; aud?: string; sub?: string; exp?: number; common_name?: string };

let keys: CryptoKeyPair;
let others: CryptoKeyPair;

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  others = await generateKeyPair('RS256', { extractable: true });
});

/** The header that Cloudflare Access adds. */
function anAssertion(claims: Claims = {}, key = keys.privateKey): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  return new SignJWT({ iss: TEAM, aud: AUD, sub: 'a-person', exp: nowSeconds + 60, iat: nowSeconds, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .sign(key);
}

async function askWith(bindings: Partial<Env>, path: string, call: Call): Promise<Response> {
  // A request from outside has none of our properties, but the types don't express that.
  const request = new Request<unknown, IncomingRequestCfProperties>(aRequest(`/v1/admin${path}`, call));
  return worker.fetch(request, { ...env, ...bindings }, createExecutionContext());
}

const asserting = (assertion: string, headers: Record<string, string> = {}): Call => ({
  headers: { 'Cf-Access-Jwt-Assertion': assertion, ...headers },
});

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    if (new Request(input).url !== `${TEAM}/cdn-cgi/access/certs`) throw new TypeError('Network connection lost.');
    return Response.json({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }] });
  });
});
afterEach(() => vi.restoreAllMocks());

describe('Cloudflare Access', () => {
  it('identifies the person when it is set up', async () => {
    const response = await askWith(SET_UP, '/session', asserting(await anAssertion()));

    expect(await response.json()).toMatchObject({
      id: 'access:a-person',
      role: 'owner',
      source_ids: null,
      by: 'access',
    });
  });

  it('identifies a service by its name', async () => {
    const assertion = await anAssertion({ sub: '', common_name: 'deploy-bot' });

    const response = await askWith(SET_UP, '/session', asserting(assertion));

    expect(await response.json()).toMatchObject({ id: 'access:deploy-bot' });
  });

  it.each([
    ['', 'viewer'],
    ['nonsense', 'viewer'],
    ['editor', 'editor'],
  ])('gives people the role in ACCESS_ROLE: "%s" is %s', async (ACCESS_ROLE, role) => {
    const response = await askWith({ ...SET_UP, ACCESS_ROLE }, '/session', asserting(await anAssertion()));

    expect(await response.json()).toMatchObject({ role });
  });

  it.each([{}, { ACCESS_AUD: AUD }, { ACCESS_TEAM_DOMAIN: TEAM }, { ACCESS_TEAM_DOMAIN: '', ACCESS_AUD: AUD }])(
    'opens nothing while it is only partly set up: %o',
    async (bindings) => {
      const response = await askWith(bindings, '/session', asserting(await anAssertion()));

      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_missing' });
    },
  );

  it.each<[string, Claims]>([
    ['for another application', { aud: 'another' }],
    ['for another team', { iss: 'https://evil.cloudflareaccess.com' }],
    ['that has expired', { exp: 1 }],
    ['without a name', { sub: '' }],
  ])('refuses an assertion %s', async (_what, claims) => {
    const response = await askWith(SET_UP, '/session', asserting(await anAssertion(claims)));

    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_invalid' });
  });

  it("refuses another key's signature, a missing one, and nonsense", async () => {
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ iss: TEAM, aud: AUD, sub: 'x', exp: 9e9 }))}.`;
    const assertions = [await anAssertion({}, others.privateKey), none.replaceAll('=', ''), 'nonsense', 'a.b.c'];

    const answers = await Promise.all(assertions.map((assertion) => askWith(SET_UP, '/session', asserting(assertion))));

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  it("lets nobody in while its keys can't be read", async () => {
    vi.mocked(globalThis.fetch).mockRejectedValue(new TypeError('Network connection lost.'));
    const team = 'another.cloudflareaccess.com';

    const response = await askWith(
      { ...SET_UP, ACCESS_TEAM_DOMAIN: team },
      '/session',
      asserting(await anAssertion({ iss: `https://${team}` })),
    );

    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'token_invalid' });
  });

  it("changes nothing for another site's page, whose requests would carry its cookie", async () => {
    const call = asserting(await anAssertion(), { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' });

    const response = await askWith(SET_UP, '/sources', { ...call, body: {} });

    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'cross_site' });
  });

  it('changes data for its own page', async () => {
    const call = asserting(await anAssertion(), { Origin: COLLECTOR });

    expect((await askWith(SET_UP, '/sources', { ...call, body: {} })).status).toBe(201);
  });
});
