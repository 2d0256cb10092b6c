/** Q5: a renewal waits for LinkedIn for seconds, and an admin's change doesn't wait for it. */
import { beforeEach, describe, expect, it } from 'vitest';

import type { RefreshedToken } from '../../../worker/linkedin/refresh-token.ts';
import { TokenStore } from '../../../worker/objects/credentials/token-store.ts';
import type { Secrets } from '../../../worker/objects/credentials/token-store.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const APP = { refreshToken: 'ref-1', clientId: 'app-1', clientSecret: 'secret-1' };

/** Secrets that open and seal asynchronously, and a LinkedIn that answers when the test says so. */
class HesitantVault {
  secrets: Secrets | 'absent' = { ...APP, tokens: [{ token: 'old', issuedAtMs: NOW - 1, refusedAtMs: NOW - 1 }] };
  nowMs = NOW;
  readonly asked: string[] = [];
  readonly #answers: ((token: RefreshedToken) => void)[] = [];

  async read(): Promise<Secrets | 'absent'> {
    const read = this.secrets;
    await Promise.resolve();
    return read;
  }

  async write(secrets: Secrets): Promise<void> {
    await Promise.resolve();
    this.secrets = secrets;
  }

  async clear(): Promise<void> {
    this.secrets = 'absent';
  }

  async tokenId(token: string): Promise<string> {
    return token;
  }

  renew({ refreshToken }: { refreshToken: string }): Promise<RefreshedToken> {
    this.asked.push(refreshToken);
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  now(): number {
    return this.nowMs;
  }

  answer(accessToken: string, refreshToken?: string): void {
    this.#answers.shift()?.({
      kind: 'refreshed',
      accessToken,
      expiresInSeconds: 5_184_000,
      refreshToken,
      refreshTokenExpiresInSeconds: undefined,
    });
  }

  refuse(): void {
    this.#answers.shift()?.({ kind: 'refused' });
  }
}

let vault: HesitantVault;
let keeper: TokenStore;

beforeEach(() => {
  vault = new HesitantVault();
  keeper = new TokenStore(vault);
});

/** Waits until everything that can happen has happened. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

const tokenNow = async (): Promise<string> => {
  const access = await keeper.access();
  return access.kind === 'token' ? access.token : access.kind;
};

describe('while a token is renewed', () => {
  it('a token that an admin sets stays, and is the one in use', async () => {
    const renewed = keeper.access();
    await settled();

    await keeper.change({ access_token: 'pasted' });
    vault.answer('renewed');

    expect(await renewed).toMatchObject({ kind: 'token', token: 'pasted' });
    expect(await tokenNow()).toBe('pasted');
  });

  it('a cleared token stays cleared', async () => {
    const renewed = keeper.access();
    await settled();

    await keeper.change({ access_token: null, refresh_token: null });
    vault.answer('renewed');
    await renewed;

    expect(await keeper.access()).toMatchObject({ kind: 'none', reason: 'credentials_missing' });
    expect(vault.secrets).toMatchObject({ tokens: [] });
    expect(vault.secrets).not.toHaveProperty('refreshToken');
  });

  it("another app's credentials aren't overwritten, and its token is renewed with them", async () => {
    const renewed = keeper.access();
    await settled();

    await keeper.change({ oauth_client_id: 'app-2', oauth_client_secret: 'secret-2', refresh_token: 'ref-2' });
    const next = keeper.access();
    vault.answer("the old app's");
    await renewed;
    await settled();
    vault.answer("the new app's");

    expect(vault.asked).toEqual(['ref-1', 'ref-2']);
    expect(await next).toMatchObject({ kind: 'token', token: "the new app's", limiterKey: 'app:app-2' });
    expect(vault.secrets).toMatchObject({ clientId: 'app-2', refreshToken: 'ref-2' });
  });

  it("a refusal of the old grant doesn't block the new one", async () => {
    const renewed = keeper.access();
    await settled();

    await keeper.change({ refresh_token: 'ref-2' });
    vault.refuse();
    await renewed;
    const next = keeper.access();
    await settled();
    vault.answer('renewed');

    expect(await next).toMatchObject({ kind: 'token', token: 'renewed' });
  });

  it("LinkedIn's new refresh token is stored beside a token that an admin sets meanwhile", async () => {
    const renewed = keeper.access();
    await settled();

    await keeper.change({ access_token: 'pasted' });
    vault.answer('renewed', 'ref-rotated');
    await renewed;

    expect(vault.secrets).toMatchObject({ refreshToken: 'ref-rotated', tokens: [{ token: 'pasted' }] });
  });

  it('deleting the integration leaves no secret', async () => {
    const renewed = keeper.access();
    await settled();

    await keeper.forget();
    vault.answer('renewed');
    await renewed;

    expect(vault.secrets).toBe('absent');
  });
});

describe('simultaneous changes', () => {
  it('are all stored', async () => {
    await Promise.all([
      keeper.change({ access_token: 'pasted' }),
      keeper.change({ refresh_token: 'ref-2' }),
      keeper.change({ oauth_client_secret: 'secret-2' }),
      keeper.refused('old'),
    ]);

    expect(vault.secrets).toMatchObject({
      tokens: [{ token: 'pasted' }],
      refreshToken: 'ref-2',
      clientId: 'app-1',
      clientSecret: 'secret-2',
    });
  });

  it("don't store a token of an app that was replaced while a person connected", async () => {
    const tokens = {
      accessToken: 'of app-1',
      expiresInSeconds: undefined,
      refreshToken: undefined,
      refreshTokenExpiresInSeconds: undefined,
    };

    const [, isKept] = await Promise.all([
      keeper.change({ oauth_client_id: 'app-2' }),
      keeper.connect(tokens, { clientId: 'app-1' }),
    ]);

    expect(isKept).toBe(false);
    expect(vault.secrets).toMatchObject({ tokens: [{ token: 'old' }], clientId: 'app-2' });
  });
});

describe('a clock that was set back', () => {
  it("doesn't prevent a renewal", async () => {
    const first = keeper.access();
    await settled();
    vault.refuse();
    await first;
    vault.nowMs = NOW - 30 * 86_400_000;

    const next = keeper.access();
    await settled();
    vault.answer('renewed');

    expect(await next).toMatchObject({ kind: 'token' });
  });
});
