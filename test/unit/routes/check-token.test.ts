import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { admin, aSource } from '../support/api.ts';
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
