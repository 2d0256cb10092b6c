import { DurableObject } from 'cloudflare:workers';

import type { BegunConnection, TakenState } from '../../domain/access/oauth-state.ts';
import type { Access } from '../../domain/delivery/linkedin-access.ts';
import type { Env } from '../../env.ts';
import type { RefreshedToken } from '../../linkedin/refresh-token.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import type { CopiedInBackups } from '../copy/copied-in-backups.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import type { Connected, CredentialsEngine, RefreshTokenToTry } from './credentials-engine.ts';
import type { SecretChanges, TokenStore } from './token-store.ts';

/**
 * Stores the tokens of one integration and returns one that works. Each integration has its own object, and only this
 * object renews the tokens.
 *
 * The tokens are stored encrypted (AES-GCM, with a key derived from `ENCRYPTION_KEY`) and decrypted only to be used.
 *
 * This class is the Durable Object with its public methods. `CredentialsEngine` does the work; a collector request
 * doesn't load it (docs/decisions/0025).
 */
export class Credentials extends DurableObject<Env> implements CopiedInBackups {
  #engine!: CredentialsEngine;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const later = await import('../later.ts');
      this.#engine = new later.CredentialsEngine(ctx, env);
    });
  }

  /** Sets the given values, clears those that are null, and leaves the rest. */
  change(integrationId: string, changes: SecretChanges): Promise<void> {
    return this.#engine.change(integrationId, changes);
  }

  /** Deletes everything, because the integration was deleted. */
  erase(): Promise<void> {
    return this.#engine.erase();
  }

  /** Stores the `state` with which a person was sent to LinkedIn's consent page. */
  begin(begun: BegunConnection): void {
    return this.#engine.begin(begun);
  }

  /**
   * Uses up a `state` that came back from LinkedIn. This is stored before the answer is returned, so that a `state`
   * works only once.
   */
  takeState(stateSha256: string): TakenState {
    return this.#engine.takeState(stateSha256);
  }

  /** Exchanges LinkedIn's code for tokens, and stores them if they have the scopes that we need. */
  exchange(answer: { code: string; redirectUri: string }): Promise<Connected> {
    return this.#engine.exchange(answer);
  }

  /** Asks LinkedIn for an access token with a refresh token that is not stored, and stores nothing. */
  tryRefreshToken(given: RefreshTokenToTry): Promise<RefreshedToken> {
    return this.#engine.tryRefreshToken(given);
  }

  /**
   * Starts work that LinkedIn would do twice if two people asked for it at once. Returns false when it is already
   * running.
   */
  tryStart(what: string): boolean {
    return this.#engine.tryStart(what);
  }

  finished(what: string): void {
    return this.#engine.finished(what);
  }

  access(): Promise<Access> {
    return this.#engine.access();
  }

  refused(tokenId: string): Promise<Access> {
    return this.#engine.refused(tokenId);
  }

  ends(): ReturnType<TokenStore['ends']> {
    return this.#engine.ends();
  }

  backup(): ReadableStream<Uint8Array> {
    return this.#engine.backup();
  }

  restore(record: BackupRecord): Promise<Unfit | undefined> {
    return this.#engine.restore(record);
  }

  finishRestore(): Promise<void> {
    return this.#engine.finishRestore();
  }

  undoRestore(): Promise<void> {
    return this.#engine.erase();
  }

  override alarm(): Promise<void> {
    return this.#engine.alarm();
  }
}
