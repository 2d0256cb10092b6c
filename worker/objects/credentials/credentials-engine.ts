import { takeState, withBegun } from '../../domain/access/oauth-state.ts';
import type { BegunConnection, TakenState } from '../../domain/access/oauth-state.ts';
import type { Access } from '../../domain/delivery/linkedin-access.ts';
import { remainingMs } from '../../domain/delivery/remaining-wait.ts';
import { sha256Hex } from '../../domain/identity/sha256.ts';
import { IV_BYTES, open, parseKeyRing, seal } from '../../domain/sealing/sealed-box.ts';
import type { Env } from '../../env.ts';
import { missingScopes } from '../../linkedin/authorization.ts';
import { exchangeCode } from '../../linkedin/exchange-code.ts';
import type { ExchangedCode } from '../../linkedin/exchange-code.ts';
import { refreshToken } from '../../linkedin/refresh-token.ts';
import type { RefreshedToken, RefreshRequest } from '../../linkedin/refresh-token.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import { recordStream } from '../copy/copied-object.ts';
import { KEY_IS_MISSING } from '../copy/paste-tables.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { logFault } from '../log-fault.ts';
import { TokenStore, renewalDueMs } from './token-store.ts';
import type { SecretChanges, Secrets } from './token-store.ts';

const SEALED = 'sealed';
const OWNER = 'owner';
const BEGUN = 'begun';

/** Longer than all requests to LinkedIn take together. Work that takes longer has died. */
const UNDER_WAY_MS = 2 * 60_000;

/** A refresh token that is not stored. The app is the stored one's where it is not given. */
export type RefreshTokenToTry = Pick<RefreshRequest, 'refreshToken'> & Partial<Omit<RefreshRequest, 'authUrl'>>;

/**
 * How an attempt to connect ended. Contains only the last characters of the tokens: the tokens never leave this object.
 */
export type Connected =
  | { kind: 'connected'; accessTokenLast4: string; refreshTokenLast4: string | undefined }
  | { kind: 'scopes_missing'; scopes: string[] }
  | { kind: 'app_missing' }
  | Exclude<ExchangedCode, { kind: 'issued' }>;

/** The wait before the next attempt when an early renewal could not even be tried. */
const RENEW_RETRY_MS = 6 * 60 * 60_000;

type Settings = Pick<Env, 'ENCRYPTION_KEY' | 'LINKEDIN_AUTH_URL'>;

/** The operations of an integration's credentials, without the platform. */
export class CredentialsEngine {
  readonly #storage: DurableObjectStorage;
  readonly #env: Settings;
  readonly #tokens: TokenStore;
  /**
   * The work in progress, with the time until which it is believed to be running. In memory only: an object is not
   * evicted while it works.
   */
  readonly #underWay = new Map<string, number>();

  constructor({ storage }: { storage: DurableObjectStorage }, env: Settings) {
    this.#storage = storage;
    this.#env = env;
    this.#tokens = new TokenStore({
      read: () => this.#read(),
      write: (secrets) => this.#write(secrets),
      clear: () => storage.deleteAll(),
      tokenId: async (token) => (await sha256Hex(`token:${token}`)).slice(0, 16),
      renew: ({ refreshToken: token, clientId, clientSecret }) =>
        refreshToken({ authUrl: env.LINKEDIN_AUTH_URL, refreshToken: token, clientId, clientSecret }, (...args) =>
          fetch(...args),
        ),
      now: () => Date.now(),
    });
  }

  /** Sets the given values, clears those that are null, and leaves the rest. */
  async change(integrationId: string, changes: SecretChanges): Promise<void> {
    this.#storage.kv.put(OWNER, integrationId);
    await this.#tokens.change(changes);
  }

  /** Deletes everything, because the integration was deleted. */
  erase(): Promise<void> {
    return this.#tokens.forget();
  }

  /** Stores the `state` with which a person was sent to LinkedIn's consent page. */
  begin(begun: BegunConnection): void {
    this.#storage.kv.put(BEGUN, withBegun(this.#begun(), begun));
  }

  /**
   * Uses up a `state` that came back from LinkedIn. This is stored before the answer is returned, so that a `state`
   * works only once.
   */
  takeState(stateSha256: string): TakenState {
    const { taken, left } = takeState(this.#begun(), stateSha256, Date.now());
    if (taken.kind === 'fresh') this.#storage.kv.put(BEGUN, left);
    return taken;
  }

  /** Exchanges LinkedIn's code for tokens, and stores them if they have the scopes that we need. */
  async exchange({ code, redirectUri }: { code: string; redirectUri: string }): Promise<Connected> {
    const app = await this.#tokens.app();
    if (app === undefined) return { kind: 'app_missing' };
    const exchanged = await exchangeCode(
      { authUrl: this.#env.LINKEDIN_AUTH_URL, code, redirectUri, ...app },
      (...args) => fetch(...args),
    );
    if (exchanged.kind !== 'issued') return exchanged;
    const { tokens, scopes } = exchanged;
    const missing = scopes === undefined ? [] : missingScopes(scopes);
    if (missing.length > 0) return { kind: 'scopes_missing', scopes: missing };
    // Fails when another app was set in the meantime, because the tokens belong to the old app.
    if (!(await this.#tokens.connect(tokens, app))) return { kind: 'app_missing' };
    return {
      kind: 'connected',
      accessTokenLast4: tokens.accessToken.slice(-4),
      refreshTokenLast4: tokens.refreshToken?.slice(-4),
    };
  }

  /**
   * Asks LinkedIn for an access token with a refresh token that is not stored, and stores nothing. What is not given of
   * the app is the stored one's, which doesn't leave this object.
   */
  async tryRefreshToken({ refreshToken: token, ...given }: RefreshTokenToTry): Promise<RefreshedToken> {
    const app = { ...(await this.#tokens.app()), ...given };
    const { clientId, clientSecret } = app;
    if (clientId === undefined || clientSecret === undefined) return { kind: 'refused' };
    return refreshToken(
      { authUrl: this.#env.LINKEDIN_AUTH_URL, refreshToken: token, clientId, clientSecret },
      (...args) => fetch(...args),
    );
  }

  /**
   * Starts work that LinkedIn would do twice if two people asked for it at once. Returns false when it is already
   * running.
   */
  tryStart(what: string): boolean {
    const nowMs = Date.now();
    const leftMs = remainingMs(this.#underWay.get(what) ?? 0, { nowMs, atMostMs: UNDER_WAY_MS });
    if (leftMs > 0) return false;
    this.#underWay.set(what, nowMs + UNDER_WAY_MS);
    return true;
  }

  finished(what: string): void {
    this.#underWay.delete(what);
  }

  access(): Promise<Access> {
    return this.#tokens.access();
  }

  refused(tokenId: string): Promise<Access> {
    return this.#tokens.refused(tokenId);
  }

  ends(): ReturnType<TokenStore['ends']> {
    return this.#tokens.ends();
  }

  async alarm(): Promise<void> {
    // Set first: if the work below throws, the next attempt comes in six hours. Otherwise there would be none.
    await this.#storage.setAlarm(Date.now() + RENEW_RETRY_MS);
    try {
      await this.#renewAheadLater();
    } catch (error) {
      logFault('credentials.alarm', error);
    }
  }

  backup(): ReadableStream<Uint8Array> {
    return recordStream(this.#records());
  }

  /** Yields nothing when the integration has no secrets. */
  async *#records(): AsyncGenerator<BackupRecord> {
    const { kv } = this.#storage;
    const sealed = kv.get<string>(SEALED);
    const owner = kv.get<string>(OWNER);
    if (sealed === undefined || owner === undefined) return;
    yield { record: 'object', migrations: 0, owner };
    yield { record: 'secrets', owner, sealed, unreadable: (await this.#read()) === 'sealed' };
  }

  async restore(record: BackupRecord): Promise<Unfit | undefined> {
    if (record.record === 'object') return undefined;
    if (record.record !== 'secrets') return { kind: 'unfit', detail: 'an integration has secrets and nothing else' };
    const { owner, sealed, unreadable } = record;
    const { kv } = this.#storage;
    kv.put(OWNER, owner);
    kv.put(SEALED, sealed);
    const secrets = await this.#read();
    if (secrets === 'sealed' && !unreadable) return { kind: 'unfit', detail: KEY_IS_MISSING };
    // Sealed again, with the first key of ENCRYPTION_KEY.
    if (secrets !== 'sealed' && secrets !== 'absent') await this.#seal(secrets, owner);
    return undefined;
  }

  async finishRestore(): Promise<void> {
    const secrets = await this.#read();
    if (secrets !== 'sealed' && secrets !== 'absent') await this.#renewInTime(secrets);
  }

  #begun(): readonly BegunConnection[] {
    return this.#storage.kv.get<BegunConnection[]>(BEGUN) ?? [];
  }

  async #renewAheadLater(): Promise<void> {
    const againAtMs = await this.#tokens.renewAhead();
    if (againAtMs === undefined) await this.#storage.deleteAlarm();
    else await this.#storage.setAlarm(againAtMs);
  }

  async #read(): Promise<Secrets | 'absent' | 'sealed'> {
    const sealed = this.#storage.kv.get<string>(SEALED);
    const owner = this.#storage.kv.get<string>(OWNER);
    if (sealed === undefined || owner === undefined) return 'absent';
    if (this.#env.ENCRYPTION_KEY === undefined) return 'sealed';
    const keyRing = parseKeyRing(this.#env.ENCRYPTION_KEY);
    const text = await open(sealed, { keyRing, binding: { purpose: 'credentials', owner } });
    // `#write` sealed this text and AES-GCM authenticates it, so it has the right shape.
    return text === undefined ? 'sealed' : JSON.parse(text);
  }

  async #write(secrets: Secrets): Promise<void> {
    const owner = this.#storage.kv.get<string>(OWNER);
    if (owner === undefined) throw new Error('Cannot keep credentials: expected an integration');
    await this.#seal(secrets, owner);
    await this.#renewInTime(secrets);
  }

  async #seal(secrets: Secrets, owner: string): Promise<void> {
    if (this.#env.ENCRYPTION_KEY === undefined) throw new Error('Cannot keep credentials: expected ENCRYPTION_KEY');
    const sealed = await seal(JSON.stringify(secrets), {
      keyRing: parseKeyRing(this.#env.ENCRYPTION_KEY),
      binding: { purpose: 'credentials', owner },
      iv: crypto.getRandomValues(new Uint8Array(IV_BYTES)),
    });
    this.#storage.kv.put(SEALED, sealed);
  }

  async #renewInTime(secrets: Secrets): Promise<void> {
    const renewAtMs = renewalDueMs(secrets);
    if (renewAtMs !== undefined) await this.#storage.setAlarm(Math.max(renewAtMs, Date.now()));
  }
}
