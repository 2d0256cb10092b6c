import { FORGET_GUESSES_MS, guessableAtMs, withGuess } from '../../domain/access/guess-backoff.ts';
import type { Guesses } from '../../domain/access/guess-backoff.ts';
import type { Principal } from '../../domain/access/permission.ts';
import type { AccessTokenView, Role } from '../../schema/settings/access-token.ts';
import { logFault } from '../log-fault.ts';
import type { Sql } from '../sql.ts';

/** How long a console session lasts. */
const SESSION_LIFETIME_MS = 12 * 60 * 60_000;

/** The clocks of two machines differ by less than this. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The last use of a token is stored at most this often: one write per request would be too expensive. */
const USED_EVERY_MS = 60 * 60_000;

/** The credentials that a caller presents. Secrets are given as their hashes. */
export type Credential =
  | { kind: 'token'; sha256: string; isAdminToken: boolean; address: string }
  | { kind: 'session'; sha256: string };

export type Entry =
  | { kind: 'let_in'; principal: Principal }
  | { kind: 'unknown' }
  | { kind: 'expired'; atMs: number }
  /** The token is wrong, and too many wrong ones came from the same address before. */
  | { kind: 'blocked'; retryAfterMs: number };

/** A token to be stored: its hash and its rights. */
export type NewAccessToken = {
  id: string;
  sha256: string;
  last4: string;
  name: string;
  role: Role;
  sourceIds: readonly string[] | undefined;
  expiresAtMs: number | undefined;
};

type TokenRow = {
  id: string;
  name: string;
  role: string;
  source_ids: string | null;
  last4: string;
  created_at_ms: number;
  expires_at_ms: number | null;
  used_at_ms: number | null;
};

const TOKEN_COLUMNS = 'id, name, role, source_ids, last4, created_at_ms, expires_at_ms, used_at_ms';

const ADMIN = { id: 'admin_token', name: 'ADMIN_TOKEN', role: 'owner', sourceIds: undefined } as const;

/** Identifies callers by their tokens and sessions, and slows down guessing. */
export class AccessTokens {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /**
   * Admits a caller, or returns why not.
   *
   * @param adminTokenId Identifies the current ADMIN_TOKEN without revealing it.
   */
  enter(credential: Credential, adminTokenId: string): Entry {
    return credential.kind === 'session'
      ? this.#enterBySession(credential.sha256, adminTokenId)
      : this.#enterByToken(credential);
  }

  /**
   * Checks the token before the address, so that a right token is never refused because of other people's guesses.
   *
   * The protection against guessing is the number of possible tokens: generated ones have 256 random bits. The wait
   * only keeps a flood of wrong tokens from being stored, and slows down a script that has an old token.
   */
  #enterByToken({ sha256, isAdminToken, address }: Extract<Credential, { kind: 'token' }>): Entry {
    if (isAdminToken) return { kind: 'let_in', principal: { ...ADMIN, by: 'token', expiresAtMs: undefined } };
    // Looked up by its hash, which no attacker can choose. So the time that this takes reveals nothing about other
    // tokens.
    const [token] = this.#tokens('WHERE sha256 = ?', sha256);
    if (token !== undefined) return this.#asToken(token);
    const nowMs = this.#now();
    const guesses = this.#guesses(address, nowMs);
    const guessableMs = guesses === undefined ? 0 : guessableAtMs(guesses);
    if (guessableMs > nowMs) return { kind: 'blocked', retryAfterMs: guessableMs - nowMs };
    this.#keepGuesses(address, withGuess(guesses, nowMs));
    return { kind: 'unknown' };
  }

  /** Returns the wrong tokens of the last hour from an address; undefined when there were none. */
  #guesses(address: string, nowMs: number): Guesses | undefined {
    const [row] = this.#sql
      .exec<{ failures: number; last_at_ms: number }>(
        'SELECT failures, last_at_ms FROM guesses WHERE address = ?',
        address,
      )
      .toArray();
    if (row === undefined || nowMs - row.last_at_ms >= FORGET_GUESSES_MS) return undefined;
    const guesses = { failures: row.failures, lastAtMs: Math.min(row.last_at_ms, nowMs) };
    // The clock was set back. Times in the future are stored as now, because otherwise the wait would never end.
    if (row.last_at_ms > nowMs) this.#keepGuesses(address, guesses);
    return guesses;
  }

  #keepGuesses(address: string, { failures, lastAtMs }: Guesses): void {
    this.#noted(() => {
      this.#sql.exec('DELETE FROM guesses WHERE last_at_ms <= ?', lastAtMs - FORGET_GUESSES_MS);
      this.#sql.exec(
        `INSERT INTO guesses (address, failures, last_at_ms) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET failures = excluded.failures, last_at_ms = excluded.last_at_ms`,
        address,
        failures,
        lastAtMs,
      );
    });
  }

  /**
   * Writes data that no decision depends on. When the disk is full, a right token still works and a wrong one is
   * refused.
   */
  #noted(write: () => void): void {
    try {
      write();
    } catch (error) {
      logFault('registry.access', error);
    }
  }

  #asToken(token: TokenRow): Entry {
    const nowMs = this.#now();
    if (token.expires_at_ms !== null && token.expires_at_ms <= nowMs)
      return { kind: 'expired', atMs: token.expires_at_ms };
    if (token.used_at_ms === null || nowMs - token.used_at_ms >= USED_EVERY_MS)
      this.#noted(() => this.#sql.exec('UPDATE access_tokens SET used_at_ms = ? WHERE id = ?', nowMs, token.id));
    return {
      kind: 'let_in',
      principal: {
        id: token.id,
        name: token.name,
        role: roleOf(token),
        sourceIds: sourceIdsOf(token),
        by: 'token',
        expiresAtMs: token.expires_at_ms ?? undefined,
      },
    };
  }

  #enterBySession(sha256: string, adminTokenId: string): Entry {
    const nowMs = this.#now();
    const [session] = this.#sql
      .exec<{ token_id: string; expires_at_ms: number }>(
        'SELECT token_id, expires_at_ms FROM sessions WHERE sha256 = ?',
        sha256,
      )
      .toArray();
    if (session === undefined) return { kind: 'unknown' };
    const { token_id: tokenId, expires_at_ms: expiresAtMs } = session;
    // A session that ends later than possible was begun while the clock was ahead.
    if (expiresAtMs <= nowMs || expiresAtMs > nowMs + SESSION_LIFETIME_MS + CLOCK_TOLERANCE_MS)
      return { kind: 'expired', atMs: Math.min(expiresAtMs, nowMs) };
    const byCookie = { by: 'cookie', expiresAtMs } as const;
    if (tokenId === adminTokenId) return { kind: 'let_in', principal: { ...ADMIN, ...byCookie } };
    const [token] = this.#tokens('WHERE id = ? AND sha256 IS NOT NULL', tokenId);
    const entry: Entry = token === undefined ? { kind: 'unknown' } : this.#asToken(token);
    return entry.kind === 'let_in' ? { ...entry, principal: { ...entry.principal, ...byCookie } } : entry;
  }

  /**
   * Begins a session for a caller who came with a token.
   *
   * @returns When the session ends: not later than the token expires.
   */
  beginSession(sha256: string, { id, expiresAtMs }: Principal, adminTokenId: string): number {
    const nowMs = this.#now();
    const endsAtMs = Math.min(nowMs + SESSION_LIFETIME_MS, expiresAtMs ?? Number.POSITIVE_INFINITY);
    this.#sql.exec('DELETE FROM sessions WHERE expires_at_ms <= ?', nowMs);
    this.#sql.exec(
      'INSERT INTO sessions (sha256, token_id, expires_at_ms) VALUES (?, ?, ?)',
      sha256,
      id === ADMIN.id ? adminTokenId : id,
      endsAtMs,
    );
    return endsAtMs;
  }

  endSession(sha256: string): void {
    this.#sql.exec('DELETE FROM sessions WHERE sha256 = ?', sha256);
  }

  add({ id, sha256, last4, name, role, sourceIds, expiresAtMs }: NewAccessToken): AccessTokenView {
    const [added] = this.#sql
      .exec<TokenRow>(
        `INSERT INTO access_tokens (id, sha256, name, role, source_ids, last4, created_at_ms, expires_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${TOKEN_COLUMNS}`,
        id,
        sha256,
        name,
        role,
        sourceIds === undefined ? null : JSON.stringify(sourceIds),
        last4,
        this.#now(),
        expiresAtMs ?? null,
      )
      .toArray();
    if (added === undefined) throw new Error('Cannot keep a token: SQLite gave no row back');
    return view(added);
  }

  list({ limit, after }: { limit: number; after: string | undefined }): AccessTokenView[] {
    return this.#tokens('WHERE sha256 IS NOT NULL AND id > ? ORDER BY id LIMIT ?', after ?? '', limit).map(view);
  }

  /** Revokes a token and ends its sessions. */
  revoke(id: string): 'revoked' | 'not_found' {
    if (this.#tokens('WHERE id = ? AND sha256 IS NOT NULL', id).length === 0) return 'not_found';
    this.#sql.exec('UPDATE access_tokens SET sha256 = NULL WHERE id = ?', id);
    this.#sql.exec('DELETE FROM sessions WHERE token_id = ?', id);
    return 'revoked';
  }

  /** Removes a deleted source from all tokens: a new source with the same ID must not be visible to them. */
  forgetSource(sourceId: string): void {
    for (const token of this.#tokens('WHERE source_ids IS NOT NULL')) {
      const left = (sourceIdsOf(token) ?? []).filter((id) => id !== sourceId);
      this.#sql.exec('UPDATE access_tokens SET source_ids = ? WHERE id = ?', JSON.stringify(left), token.id);
    }
  }

  #tokens(where: string, ...bindings: (string | number)[]): TokenRow[] {
    return this.#sql.exec<TokenRow>(`SELECT ${TOKEN_COLUMNS} FROM access_tokens ${where}`, ...bindings).toArray();
  }
}

function view(token: TokenRow): AccessTokenView {
  return {
    id: token.id,
    name: token.name,
    role: roleOf(token),
    source_ids: sourceIdsOf(token) ?? null,
    last4: token.last4,
    created_at: new Date(token.created_at_ms).toISOString(),
    expires_at: instant(token.expires_at_ms),
    last_used_at: instant(token.used_at_ms),
  };
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Returns the role of a token. A role that only a later release knows counts as the lowest one. */
function roleOf({ role }: TokenRow): Role {
  return role === 'owner' || role === 'editor' ? role : 'viewer';
}

function sourceIdsOf({ source_ids: text }: TokenRow): string[] | undefined {
  // `add` and `forgetSource` wrote it.
  return text === null ? undefined : JSON.parse(text);
}
