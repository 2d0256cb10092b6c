import type { Access } from '../../domain/delivery/linkedin-access.ts';
import { chooseToken, nextTokenAtMs, withRefusal, withToken } from '../../domain/delivery/token-choice.ts';
import type { KeptToken } from '../../domain/delivery/token-choice.ts';
import type { IssuedTokens } from '../../linkedin/exchange-code.ts';
import type { RefreshedToken } from '../../linkedin/refresh-token.ts';
import { Mutex } from '../mutex.ts';

/** The stored secrets of a connection to LinkedIn. */
export type Secrets = {
  /** The newest first. An older token is used until the newest one has worked. */
  tokens: readonly KeptToken[];
  refreshToken?: string;
  refreshTokenExpiresAtMs?: number;
  clientId?: string;
  clientSecret?: string;
};

export type SecretChanges = {
  access_token?: string | null;
  refresh_token?: string | null;
  oauth_client_id?: string | null;
  oauth_client_secret?: string | null;
};

/** The storage of the secrets, and everything else that comes from outside. */
export type Vault = {
  /** Returns `absent` when nothing was ever stored, and `sealed` when it cannot be decrypted. */
  read(): Promise<Secrets | 'absent' | 'sealed'>;
  write(secrets: Secrets): Promise<void>;
  /** Deletes everything. */
  clear(): Promise<void>;
  /** Returns an ID that identifies a token without revealing it. */
  tokenId(token: string): Promise<string>;
  renew(grant: { refreshToken: string; clientId: string; clientSecret: string }): Promise<RefreshedToken>;
  now(): number;
};

const DAY_MS = 86_400_000;

/** A token is renewed this long before it expires, so that an outage at LinkedIn does no harm. */
const RENEW_AHEAD_MS = 7 * DAY_MS;

/** The wait before another renewal, after LinkedIn refused a renewal or the token that came from one. */
const RENEW_AGAIN_MS = 10 * 60_000;

/**
 * Returns a token that works. Renews it before it expires, or when LinkedIn refuses it. Concurrent callers share one
 * renewal.
 *
 * The old token is kept until the new one has worked, because LinkedIn may refuse a new token for some minutes.
 */
export class TokenStore {
  readonly #vault: Vault;
  /** Serialises every read that is followed by a write. A renewal asks LinkedIn first and takes its turn afterwards. */
  readonly #mutex = new Mutex();
  #renewing: { grant: string; done: Promise<Access> } | undefined;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Sets the given values, clears those that are null, and leaves the rest. */
  change(changes: SecretChanges): Promise<void> {
    return this.#mutex.runExclusive(() => this.#change(changes));
  }

  async #change(changes: SecretChanges): Promise<void> {
    const read = await this.#vault.read();
    // Secrets that cannot be decrypted are replaced: people enter them again after losing the key.
    const known: Secrets = read === 'absent' || read === 'sealed' ? { tokens: [] } : read;
    this.#renewedAtMs = Number.NEGATIVE_INFINITY;
    const refreshToken = changed(changes.refresh_token, known.refreshToken);
    const clientId = changed(changes.oauth_client_id, known.clientId);
    const clientSecret = changed(changes.oauth_client_secret, known.clientSecret);
    // A new refresh token has its own expiry, which we do not know.
    const expiresAtMs = changes.refresh_token === undefined ? known.refreshTokenExpiresAtMs : undefined;
    await this.#vault.write({
      tokens: this.#tokensAfter(known, changes.access_token),
      ...(refreshToken !== undefined && { refreshToken }),
      ...(expiresAtMs !== undefined && { refreshTokenExpiresAtMs: expiresAtMs }),
      ...(clientId !== undefined && { clientId }),
      ...(clientSecret !== undefined && { clientSecret }),
    });
  }

  /** Returns the app through which a person connects; undefined when its ID or secret is missing. */
  async app(): Promise<{ clientId: string; clientSecret: string } | undefined> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return undefined;
    const { clientId, clientSecret } = secrets;
    return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
  }

  /** Deletes everything, because the integration was deleted. The result of a running renewal is dropped. */
  forget(): Promise<void> {
    return this.#mutex.runExclusive(() => this.#vault.clear());
  }

  /**
   * Replaces all tokens by those of a new consent, because that may be another member's.
   *
   * @param issuedTo The app that the tokens were issued to.
   * @returns False when the integration has another app by now. Then nothing is stored.
   */
  connect(tokens: IssuedTokens, issuedTo: { clientId: string }): Promise<boolean> {
    return this.#mutex.runExclusive(() => this.#connect(tokens, issuedTo));
  }

  async #connect(
    { accessToken, expiresInSeconds, ...renewal }: IssuedTokens,
    { clientId }: { clientId: string },
  ): Promise<boolean> {
    const app = await this.app();
    if (app?.clientId !== clientId) return false;
    const nowMs = this.#vault.now();
    const endMs = (seconds: number): number => nowMs + seconds * 1000;
    this.#renewedAtMs = Number.NEGATIVE_INFINITY;
    await this.#vault.write({
      ...app,
      tokens: [
        {
          token: accessToken,
          issuedAtMs: nowMs,
          ...(expiresInSeconds !== undefined && { expiresAtMs: endMs(expiresInSeconds) }),
        },
      ],
      ...(renewal.refreshToken !== undefined && { refreshToken: renewal.refreshToken }),
      ...(renewal.refreshTokenExpiresInSeconds !== undefined && {
        refreshTokenExpiresAtMs: endMs(renewal.refreshTokenExpiresInSeconds),
      }),
    });
    return true;
  }

  async access(): Promise<Access> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent') return none('credentials_missing');
    if (secrets === 'sealed') return none('encryption_key_missing');
    return this.#accessWith(secrets);
  }

  /** Marks a token as refused by LinkedIn and returns another one, which may be there already. */
  async refused(tokenId: string): Promise<Access> {
    await this.#mutex.runExclusive(() => this.#markRefused(tokenId));
    return this.access();
  }

  async #markRefused(tokenId: string): Promise<void> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return;
    for (const { token } of secrets.tokens) {
      if ((await this.#vault.tokenId(token)) !== tokenId) continue;
      await this.#vault.write({ ...secrets, tokens: withRefusal(secrets.tokens, token, this.#vault.now()) });
      return;
    }
  }

  /** Renews a token that expires soon. Returns the time of the next check; undefined when nothing can be renewed. */
  async renewAhead(): Promise<number | undefined> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return undefined;
    const dueAtMs = renewalDueMs(secrets);
    if (dueAtMs === undefined || dueAtMs > this.#vault.now()) return dueAtMs;
    await this.#renewOnce(secrets);
    // After a successful renewal the next one is due much later. After a failed one, the next attempt comes in six
    // hours.
    const renewed = await this.#vault.read();
    const nextMs = renewed === 'absent' || renewed === 'sealed' ? undefined : renewalDueMs(renewed);
    return Math.max(nextMs ?? 0, this.#vault.now() + DAY_MS / 4);
  }

  /** Returns when the tokens expire, for people to see. Never returns a token. */
  async ends(): Promise<
    | {
        hasToken: boolean;
        accessExpiresAtMs: number | undefined;
        refreshExpiresAtMs: number | undefined;
        isRenewable: boolean;
      }
    | undefined
  > {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return undefined;
    return {
      hasToken: secrets.tokens.length > 0,
      accessExpiresAtMs: secrets.tokens[0]?.expiresAtMs,
      refreshExpiresAtMs: secrets.refreshTokenExpiresAtMs,
      isRenewable: isRenewable(secrets),
    };
  }

  #tokensAfter({ tokens }: Secrets, change: string | null | undefined): readonly KeptToken[] {
    if (change === undefined) return tokens;
    // A token that a person pastes replaces all others: they know which one to use.
    return change === null ? [] : [{ token: change, issuedAtMs: this.#vault.now() }];
  }

  async #accessWith(secrets: Secrets): Promise<Access> {
    const chosen = chooseToken(secrets.tokens, this.#vault.now());
    if (chosen !== undefined) return this.#access(secrets, chosen.token);
    // A renewal time in the future was written while the clock was wrong, so it does not count.
    if (isRenewable(secrets) && Math.abs(this.#vault.now() - this.#renewedAtMs) >= RENEW_AGAIN_MS)
      return this.#renewOnce(secrets);
    const againAtMs = nextTokenAtMs(secrets.tokens, this.#vault.now());
    return againAtMs === undefined
      ? none('credentials_missing')
      : { kind: 'none', reason: 'token_refused', retryAfterMs: Math.max(1_000, againAtMs - this.#vault.now()) };
  }

  async #access({ clientId }: Secrets, token: string): Promise<Access> {
    const tokenId = await this.#vault.tokenId(token);
    return {
      kind: 'token',
      token,
      tokenId,
      limiterKey: clientId === undefined ? `token:${tokenId}` : `app:${clientId}`,
    };
  }

  /**
   * Runs one renewal at a time. If one is running with secrets that have been replaced, waits for it and ignores its
   * result.
   */
  async #renewOnce(secrets: Secrets): Promise<Access> {
    const grant = grantOf(secrets);
    if (this.#renewing !== undefined && this.#renewing.grant !== grant) {
      await this.#renewing.done.catch(() => undefined);
      return this.access();
    }
    this.#renewing ??= {
      grant,
      done: this.#renew(secrets).finally(() => {
        this.#renewing = undefined;
      }),
    };
    return this.#renewing.done;
  }

  async #renew(secrets: Secrets): Promise<Access> {
    const { refreshToken, clientId, clientSecret } = secrets;
    if (refreshToken === undefined || clientId === undefined || clientSecret === undefined)
      return none('token_refused');
    const renewed = await this.#vault.renew({ refreshToken, clientId, clientSecret });
    switch (renewed.kind) {
      case 'unavailable':
        return { kind: 'unavailable' };
      case 'refused':
        return this.#mutex.runExclusive(() => this.#notRenewed(secrets));
      case 'refreshed':
        return this.#mutex.runExclusive(() => this.#keepRenewed(renewed, secrets));
    }
  }

  /** Handles a refused renewal. Secrets that were set in the meantime get their own attempt. */
  async #notRenewed(askedWith: Secrets): Promise<Access> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return this.access();
    if (grantOf(secrets) !== grantOf(askedWith)) return this.#accessNow(secrets);
    this.#renewedAtMs = this.#vault.now();
    return { kind: 'none', reason: 'token_refused', retryAfterMs: RENEW_AGAIN_MS };
  }

  /** Stores the renewed token, unless a person set other secrets while we asked LinkedIn. Theirs win. */
  async #keepRenewed(renewed: Extract<RefreshedToken, { kind: 'refreshed' }>, askedWith: Secrets): Promise<Access> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return this.access();
    if (grantOf(secrets) !== grantOf(askedWith)) return this.#accessNow(secrets);
    const nowMs = this.#vault.now();
    const fresh: KeptToken = {
      token: renewed.accessToken,
      issuedAtMs: nowMs,
      ...(renewed.expiresInSeconds !== undefined && { expiresAtMs: nowMs + renewed.expiresInSeconds * 1000 }),
    };
    // A token that a person pasted in the meantime stays, and the new refresh token is stored anyway.
    const isReplaced = tokensOf(secrets) !== tokensOf(askedWith);
    // Stored before its first use: the token that it replaces may already be dead.
    const kept: Secrets = {
      ...secrets,
      tokens: isReplaced ? secrets.tokens : withToken(secrets.tokens, fresh),
      ...(renewed.refreshToken !== undefined && { refreshToken: renewed.refreshToken }),
      ...(renewed.refreshTokenExpiresInSeconds !== undefined && {
        refreshTokenExpiresAtMs: nowMs + renewed.refreshTokenExpiresInSeconds * 1000,
      }),
    };
    await this.#vault.write(kept);
    if (isReplaced) return this.#accessNow(kept);
    this.#renewedAtMs = nowMs;
    return this.#access(kept, renewed.accessToken);
  }

  /** Returns a token that is already here, without asking LinkedIn. */
  async #accessNow(secrets: Secrets): Promise<Access> {
    const chosen = chooseToken(secrets.tokens, this.#vault.now());
    return chosen === undefined ? { kind: 'unavailable' } : this.#access(secrets, chosen.token);
  }
}

/** Returns the secrets that a renewal uses, as a text to compare. */
function grantOf({ refreshToken, clientId, clientSecret }: Secrets): string {
  return JSON.stringify([refreshToken, clientId, clientSecret]);
}

function tokensOf({ tokens }: Secrets): string {
  return JSON.stringify(tokens.map(({ token }) => token));
}

/** Returns when the newest token is due for renewal; undefined when we do not know its expiry or cannot renew it. */
export function renewalDueMs(secrets: Secrets): number | undefined {
  const expiresAtMs = secrets.tokens[0]?.expiresAtMs;
  return expiresAtMs === undefined || !isRenewable(secrets) ? undefined : expiresAtMs - RENEW_AHEAD_MS;
}

/** How often callers check again after there was no token. */
const NONE_RETRY_MS = 10 * 60_000;

function none(reason: 'credentials_missing' | 'encryption_key_missing' | 'token_refused'): Access {
  return { kind: 'none', reason, retryAfterMs: NONE_RETRY_MS };
}

function isRenewable({ refreshToken, clientId, clientSecret }: Secrets): boolean {
  return refreshToken !== undefined && clientId !== undefined && clientSecret !== undefined;
}

/** Returns the value after a change: undefined leaves it, null clears it. */
function changed<Value>(change: Value | null | undefined, known: Value | undefined): Value | undefined {
  return change === undefined ? known : (change ?? undefined);
}
