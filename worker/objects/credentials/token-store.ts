import type { Access } from '../../domain/delivery/access.ts';
import { chooseToken, nextTokenAtMs, withRefusal, withToken } from '../../domain/delivery/token-choice.ts';
import type { KeptToken } from '../../domain/delivery/token-choice.ts';
import type { IssuedTokens } from '../../linkedin/exchange-code.ts';
import type { RefreshedToken } from '../../linkedin/refresh-token.ts';
import { Turns } from '../turns.ts';

/** What is kept of a connection to LinkedIn. */
export type Secrets = {
  /** The newest first; an older one serves on until the newest has worked. */
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

/** Where the secrets are kept, and the world outside. */
export type Vault = {
  /** `absent` when nothing was ever stored, `sealed` when it cannot be opened. */
  read(): Promise<Secrets | 'absent' | 'sealed'>;
  write(secrets: Secrets): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
  /** Names a token without saying it. */
  tokenId(token: string): Promise<string>;
  renew(grant: { refreshToken: string; clientId: string; clientSecret: string }): Promise<RefreshedToken>;
  now(): number;
};

const DAY_MS = 86_400_000;

/** A token is renewed this long before it ends, so that a bad day at LinkedIn costs nothing. */
const RENEW_AHEAD_MS = 7 * DAY_MS;

/** After a renewal that LinkedIn refused, or whose token it refuses, not again before this. */
const RENEW_AGAIN_MS = 10 * 60_000;

/**
 * Gives a token that works, and renews it: ahead of its end, or when LinkedIn refuses it. Once at a time, however many ask.
 *
 * The token before stays until the new one has worked, since LinkedIn may refuse a new one for some minutes.
 */
export class TokenStore {
  readonly #vault: Vault;
  /** Whoever reads the secrets in order to write them takes a turn. A renewal asks LinkedIn first, and then takes one. */
  readonly #turns = new Turns();
  #renewing: { grant: string; done: Promise<Access> } | undefined;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Sets what is given, clears what is null, and leaves the rest. */
  change(changes: SecretChanges): Promise<void> {
    return this.#turns.take(() => this.#change(changes));
  }

  async #change(changes: SecretChanges): Promise<void> {
    const read = await this.#vault.read();
    // What can no longer be opened is replaced: it is what a person does after losing the key.
    const known: Secrets = read === 'absent' || read === 'sealed' ? { tokens: [] } : read;
    this.#renewedAtMs = Number.NEGATIVE_INFINITY;
    const refreshToken = changed(changes.refresh_token, known.refreshToken);
    const clientId = changed(changes.oauth_client_id, known.clientId);
    const clientSecret = changed(changes.oauth_client_secret, known.clientSecret);
    // A new refresh token has an end of its own, which nobody has told us.
    const expiresAtMs = changes.refresh_token === undefined ? known.refreshTokenExpiresAtMs : undefined;
    await this.#vault.write({
      tokens: this.#tokensAfter(known, changes.access_token),
      ...(refreshToken !== undefined && { refreshToken }),
      ...(expiresAtMs !== undefined && { refreshTokenExpiresAtMs: expiresAtMs }),
      ...(clientId !== undefined && { clientId }),
      ...(clientSecret !== undefined && { clientSecret }),
    });
  }

  /** The app through which a person connects; undefined when its id or secret is missing. */
  async app(): Promise<{ clientId: string; clientSecret: string } | undefined> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return undefined;
    const { clientId, clientSecret } = secrets;
    return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
  }

  /** Forgets everything: the integration was deleted. What is renewed just now is not kept. */
  forget(): Promise<void> {
    return this.#turns.take(() => this.#vault.clear());
  }

  /**
   * Takes the tokens of a new consent in place of all there were: they may be of another member.
   *
   * @param issuedTo The app that they are of.
   * @returns False when that is no longer the integration's app: then nothing is kept.
   */
  connect(tokens: IssuedTokens, issuedTo: { clientId: string }): Promise<boolean> {
    return this.#turns.take(() => this.#connect(tokens, issuedTo));
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

  /** Says that LinkedIn refused a token, and gives another; if another is there already, that one is the answer. */
  async refused(tokenId: string): Promise<Access> {
    await this.#turns.take(() => this.#markRefused(tokenId));
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

  /** Renews a token that is near its end. Returns when to look again; undefined when there is nothing to renew. */
  async renewAhead(): Promise<number | undefined> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return undefined;
    const dueAtMs = renewalDueMs(secrets);
    if (dueAtMs === undefined || dueAtMs > this.#vault.now()) return dueAtMs;
    await this.#renewOnce(secrets);
    // A renewal that worked has a due time far ahead; one that did not is tried again in some hours.
    const renewed = await this.#vault.read();
    const nextMs = renewed === 'absent' || renewed === 'sealed' ? undefined : renewalDueMs(renewed);
    return Math.max(nextMs ?? 0, this.#vault.now() + DAY_MS / 4);
  }

  /** What is known of the connection's ends, for people: never a token. */
  async ends(): Promise<
    { accessExpiresAtMs: number | undefined; refreshExpiresAtMs: number | undefined; isRenewable: boolean } | undefined
  > {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return undefined;
    return {
      accessExpiresAtMs: secrets.tokens[0]?.expiresAtMs,
      refreshExpiresAtMs: secrets.refreshTokenExpiresAtMs,
      isRenewable: isRenewable(secrets),
    };
  }

  #tokensAfter({ tokens }: Secrets, change: string | null | undefined): readonly KeptToken[] {
    if (change === undefined) return tokens;
    // A person's token replaces all: whoever pastes one knows which should be used.
    return change === null ? [] : [{ token: change, issuedAtMs: this.#vault.now() }];
  }

  async #accessWith(secrets: Secrets): Promise<Access> {
    const chosen = chooseToken(secrets.tokens, this.#vault.now());
    if (chosen !== undefined) return this.#access(secrets, chosen.token);
    // A renewal in the future was one by a clock that was wrong.
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

  /** One renewal at a time. One that was begun with what somebody has replaced meanwhile is waited for, and no answer. */
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
        return this.#turns.take(() => this.#notRenewed(secrets));
      case 'refreshed':
        return this.#turns.take(() => this.#keepRenewed(renewed, secrets));
    }
  }

  /** LinkedIn refused. What somebody has set meanwhile has a try of its own. */
  async #notRenewed(askedWith: Secrets): Promise<Access> {
    const secrets = await this.#vault.read();
    if (secrets === 'absent' || secrets === 'sealed') return this.access();
    if (grantOf(secrets) !== grantOf(askedWith)) return this.#accessNow(secrets);
    this.#renewedAtMs = this.#vault.now();
    return { kind: 'none', reason: 'token_refused', retryAfterMs: RENEW_AGAIN_MS };
  }

  /** Keeps what was renewed, unless somebody has set something else while LinkedIn was asked: their word is the last. */
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
    // A person's own token stands, and what it is to be renewed with is kept all the same.
    const isReplaced = tokensOf(secrets) !== tokensOf(askedWith);
    // On disk before its first use: the token that it replaces may already be dead.
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

  /** What there is, without asking LinkedIn. */
  async #accessNow(secrets: Secrets): Promise<Access> {
    const chosen = chooseToken(secrets.tokens, this.#vault.now());
    return chosen === undefined ? { kind: 'unavailable' } : this.#access(secrets, chosen.token);
  }
}

/** What a renewal is asked with. */
function grantOf({ refreshToken, clientId, clientSecret }: Secrets): string {
  return JSON.stringify([refreshToken, clientId, clientSecret]);
}

function tokensOf({ tokens }: Secrets): string {
  return JSON.stringify(tokens.map(({ token }) => token));
}

/** When the newest token is due to be renewed ahead of its end; undefined when nobody told us its end, or it cannot be. */
export function renewalDueMs(secrets: Secrets): number | undefined {
  const expiresAtMs = secrets.tokens[0]?.expiresAtMs;
  return expiresAtMs === undefined || !isRenewable(secrets) ? undefined : expiresAtMs - RENEW_AHEAD_MS;
}

/** How often somebody looks whether there is a token now, when there was none. */
const NONE_RETRY_MS = 10 * 60_000;

function none(reason: 'credentials_missing' | 'encryption_key_missing' | 'token_refused'): Access {
  return { kind: 'none', reason, retryAfterMs: NONE_RETRY_MS };
}

function isRenewable({ refreshToken, clientId, clientSecret }: Secrets): boolean {
  return refreshToken !== undefined && clientId !== undefined && clientSecret !== undefined;
}

/** The value after a change: left out it stays, null clears it. */
function changed<Value>(change: Value | null | undefined, known: Value | undefined): Value | undefined {
  return change === undefined ? known : (change ?? undefined);
}
