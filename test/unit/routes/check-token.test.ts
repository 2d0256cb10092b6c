import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { aSandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';
import type { SandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';

let linkedIn: SandboxedLinkedIn;
let source: MadeSource;
beforeAll(async () => {
  linkedIn = aSandboxedLinkedIn();
  source = await aSource();
});
beforeEach(() => linkedIn.instead(undefined));

const check = (body: object): Promise<Response> => admin(`/sources/${source.id}/check-token`, { body });

type Checked = { findings: { code: string; detail: string | null }[]; ad_accounts: { id: string }[] | null };

describe('a token that is checked before it is stored', () => {
  it.each([
    ['works', { access_token: 'tok-ok' }, []],
    ['works for the account', { access_token: 'tok-ok', account_id: '123456789' }, []],
    ['belongs to no app', { access_token: 'tok-direct' }, []],
    ['is made up', { access_token: 'AQVh7-this-is-wrong' }, ['token_refused']],
    ['has expired', { access_token: 'tok-expired' }, ['token_refused']],
    ['is revoked', { access_token: 'tok-revoked', account_id: '123456789' }, ['token_refused']],
    ['lacks a scope', { access_token: 'tok-noscope' }, ['scope_conversions_missing']],
    [
      'lacks a scope, for the account',
      { access_token: 'tok-noscope', account_id: '123456789' },
      ['scope_conversions_missing'],
    ],
    ['may only read', { access_token: 'tok-viewer' }, ['role_too_small']],
    ['may only read the account', { access_token: 'tok-ok', account_id: '300' }, ['role_too_small']],
    ['has no role on the account', { access_token: 'tok-ok', account_id: '555' }, ['account_unknown']],
  ])('%s', async (_, body, codes) => {
    const response = await check(body);

    expect(response.status).toBe(200);
    const { findings, ad_accounts: accounts } = await response.json<Checked>();
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(accounts === null).toBe(codes.includes('token_refused'));
    expect(JSON.stringify(findings)).not.toContain(body.access_token);
  });

  const APP = { oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' };

  it.each([
    ['has expired, with a refresh token', { refresh_token: 'ref-ok', ...APP }, [], true],
    ['has expired, with an invalid refresh token', { refresh_token: 'ref-wrong', ...APP }, ['token_refused'], false],
    ['has expired, with a refresh token without its app', { refresh_token: 'ref-ok' }, ['token_refused'], false],
    ['has expired, with the app alone', APP, ['token_refused'], false],
    [
      'has expired, and its account is of nobody',
      { refresh_token: 'ref-ok', ...APP, account_id: '555' },
      ['account_unknown'],
      true,
    ],
  ])('%s', async (_, given, codes, isRenewed) => {
    const { findings, renewed } = await (
      await check({ access_token: 'tok-expired', ...given })
    ).json<Checked & { renewed: boolean }>();

    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(renewed).toBe(isRenewed);
    expect(JSON.stringify(findings)).not.toMatch(/tok-expired|ref-|secret-1/);
  });

  it('that works is not renewed', async () => {
    const given = { access_token: 'tok-ok', refresh_token: 'ref-ok', ...APP };

    expect(await (await check(given)).json()).toMatchObject({ findings: [], renewed: false });
  });

  it('is renewed with the app that is stored, of an integration of the same source', async () => {
    const integration = await anIntegrationOf(source, { config: { access_token: null, ...APP } });
    const other = await anIntegrationOf(await aSource(), { config: { access_token: null, ...APP } });
    const given = { access_token: 'tok-expired', refresh_token: 'ref-ok' };

    expect(await (await check({ ...given, integration_id: integration.id })).json()).toMatchObject({ renewed: true });
    const foreign = await check({ ...given, integration_id: other.id });
    expect(await foreign.json()).toMatchObject({ status: 400, errors: [{ pointer: '/integration_id' }] });
  });

  it('is not judged when LinkedIn cannot be reached', async () => {
    linkedIn.instead(() => Promise.reject(new TypeError('Network connection lost.')));

    const { findings } = await (await check({ access_token: 'tok-unreached' })).json<Checked>();

    expect(findings.map(({ code }) => code)).toEqual(['linkedin_unreachable']);
  });

  it.each([
    [{}, '/access_token'],
    [{ access_token: 'two words' }, '/access_token'],
    [{ access_token: 'tok-ok', account_id: 'mine' }, '/account_id'],
    [{ access_token: 'tok-ok', more: 1 }, '/more'],
  ])('is refused as input: %j', async (body, pointer) => {
    const response = await check(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });
});
