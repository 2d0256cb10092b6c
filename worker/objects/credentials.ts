import { DurableObject } from 'cloudflare:workers';

import type { Access } from '../domain/access.ts';
import { sha256Hex } from '../domain/email.ts';
import { IV_BYTES, open, parseKeyRing, seal } from '../domain/sealed-box.ts';
import type { Env } from '../env.ts';
import { refreshToken } from '../linkedin/refresh-token.ts';

/** What is kept of a connection to LinkedIn, sealed. */
type Secrets = {
  access_token?: string;
  refresh_token?: string;
  oauth_client_id?: string;
  oauth_client_secret?: string;
};

export type SecretChanges = { [Name in keyof Secrets]?: string | null };

const SEALED = 'sealed';
const OWNER = 'owner';

/**
 * Keeps the tokens of one integration and gives one that works. One object per integration.
 *
 * Only this object refreshes, and once at a time, however many ask: LinkedIn may refuse a refresh that comes twice. The
 * tokens are on disk under AES-GCM, with a key derived from `ENCRYPTION_KEY`, and in clear only while they are used.
 */
export class Credentials extends DurableObject<Env> {
  #refreshing: Promise<Access> | undefined;

  /** Sets what is given, clears what is null, and leaves the rest. */
  async change(integrationId: string, changes: SecretChanges): Promise<void> {
    const known = (await this.#read())?.secrets ?? {};
    const entries = Object.entries({ ...known, ...changes }).filter(([, value]) => value !== null);
    this.ctx.storage.kv.put(OWNER, integrationId);
    await this.#write(Object.fromEntries(entries), integrationId);
  }

  /** Forgets everything: the integration was deleted. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  async access(): Promise<Access> {
    const read = await this.#read();
    if (read === undefined) return { kind: 'none', reason: 'credentials_missing' };
    if (read.secrets === undefined) return { kind: 'none', reason: 'encryption_key_missing' };
    if (read.secrets.access_token === undefined) {
      // A refresh token alone is enough: it is how a connection without a token starts.
      return isRenewable(read.secrets) ? this.refresh('') : { kind: 'none', reason: 'credentials_missing' };
    }
    return accessWith(read.secrets, read.secrets.access_token);
  }

  /** Gets a new token in place of one that LinkedIn refused; if another is there already, that one is the answer. */
  async refresh(rejectedTokenId: string): Promise<Access> {
    const read = await this.#read();
    if (read?.secrets === undefined) return { kind: 'none', reason: 'credentials_missing' };
    const { access_token: token } = read.secrets;
    if (token !== undefined && (await tokenIdOf(token)) !== rejectedTokenId) return accessWith(read.secrets, token);
    this.#refreshing ??= this.#renew(read.secrets, read.owner).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #renew(secrets: Secrets, owner: string): Promise<Access> {
    const { refresh_token: renewal, oauth_client_id: clientId, oauth_client_secret: clientSecret } = secrets;
    if (renewal === undefined || clientId === undefined || clientSecret === undefined)
      return { kind: 'none', reason: 'token_refused' };
    const renewed = await refreshToken(
      { authUrl: this.env.LINKEDIN_AUTH_URL, refreshToken: renewal, clientId, clientSecret },
      (...args) => fetch(...args),
    );
    switch (renewed.kind) {
      case 'refused':
        return { kind: 'none', reason: 'token_refused' };
      case 'unavailable':
        return { kind: 'unavailable' };
      case 'refreshed': {
        const fresh: Secrets = {
          ...secrets,
          access_token: renewed.accessToken,
          refresh_token: renewed.refreshToken ?? renewal,
        };
        // On disk before its first use: the token that it replaces may already be dead.
        await this.#write(fresh, owner);
        return accessWith(fresh, renewed.accessToken);
      }
    }
  }

  /** Undefined when nothing was ever stored; `secrets` undefined when it cannot be opened. */
  async #read(): Promise<{ secrets: Secrets | undefined; owner: string } | undefined> {
    const sealed = this.ctx.storage.kv.get<string>(SEALED);
    const owner = this.ctx.storage.kv.get<string>(OWNER);
    if (sealed === undefined || owner === undefined) return undefined;
    if (this.env.ENCRYPTION_KEY === undefined) return { secrets: undefined, owner };
    const keyRing = parseKeyRing(this.env.ENCRYPTION_KEY);
    const text = await open(sealed, { keyRing, binding: { purpose: 'credentials', owner } });
    return { secrets: text === undefined ? undefined : readSecrets(text), owner };
  }

  async #write(secrets: Secrets, owner: string): Promise<void> {
    if (this.env.ENCRYPTION_KEY === undefined) throw new Error('Cannot keep credentials: ENCRYPTION_KEY is not set');
    const sealed = await seal(JSON.stringify(secrets), {
      keyRing: parseKeyRing(this.env.ENCRYPTION_KEY),
      binding: { purpose: 'credentials', owner },
      iv: crypto.getRandomValues(new Uint8Array(IV_BYTES)),
    });
    this.ctx.storage.kv.put(SEALED, sealed);
  }
}

function readSecrets(text: string): Secrets {
  // Sealed by `#write` and authenticated, so it is what was put in.
  return JSON.parse(text);
}

function isRenewable({ refresh_token: token, oauth_client_id: id, oauth_client_secret: secret }: Secrets): boolean {
  return token !== undefined && id !== undefined && secret !== undefined;
}

async function accessWith(secrets: Secrets, token: string): Promise<Access> {
  const tokenId = await tokenIdOf(token);
  const { oauth_client_id: clientId } = secrets;
  return { kind: 'token', token, tokenId, limiterKey: clientId === undefined ? `token:${tokenId}` : `app:${clientId}` };
}

async function tokenIdOf(token: string): Promise<string> {
  return (await sha256Hex(`token:${token}`)).slice(0, 16);
}
