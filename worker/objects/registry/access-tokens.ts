import { FORGET_GUESSES_MS, guessableAtMs, withGuess } from '../../domain/access/guess-backoff.ts';
import type { Guesses } from '../../domain/access/guess-backoff.ts';
import type { Principal } from '../../domain/access/permission.ts';
import type { AccessTokenView, Role } from '../../schema/settings/access-token.ts';
import { logFault } from '../log-fault.ts';
import type { Sql } from '../sql.ts';

/** How long the console stays signed in. */
export const SESSION_LIFETIME_MS = 12 * 60 * 60_000;

/** Clocks of two machines differ by less. */
const CLOCK_TOLERANCE_MS = 60_000;

/** A write for each request would cost more than it tells. */
const USED_EVERY_MS = 60 * 60_000;

/** What somebody shows to be let in. Secrets come as their hashes. */
export type Credential =
  | { kind: 'token'; sha256: string; isAdminToken: boolean; address: string }
  | { kind: 'session'; sha256: string };

export type Entry =
  | { kind: 'let_in'; principal: Principal }
  | { kind: 'unknown' }
  | { kind: 'expired'; atMs: number }
  /** It is wrong, and too many wrong ones came from there before. */
  | { kind: 'blocked'; retryAfterMs: number };

/** A token to be kept: its hash, and what it may. */
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

/** Says who somebody is by what they show, and slows those who guess. */
export class AccessTokens {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /**
   * Lets somebody in, or says why not.
   *
   * @param adminTokenId Names the ADMIN_TOKEN of now, without saying it.
   */
  enter(credential: Credential, adminTokenId: string): Entry {
    return credential.kind === 'session'
      ? this.#enterBySession(credential.sha256, adminTokenId)
      : this.#enterByToken(credential);
  }

  /**
   * Looks at the token first and at the address after: a right token is never refused for what others guess beside it.
   *
   * What it costs to guess is not the wait but the number of tokens that there are: made ones have 256 random bits. The wait
   * keeps a flood of wrong ones from being written down, and tells a script with an old token to be quiet.
   */
  #enterByToken({ sha256, isAdminToken, address }: Extract<Credential, { kind: 'token' }>): Entry {
    if (isAdminToken) return { kind: 'let_in', principal: { ...ADMIN, by: 'token', expiresAtMs: undefined } };
    // By its hash, which nobody can choose: how long that takes tells nothing of any token.
    const [token] = this.#tokens('WHERE sha256 = ?', sha256);
    if (token !== undefined) return this.#asToken(token);
    const nowMs = this.#now();
    const guesses = this.#guesses(address, nowMs);
    const guessableMs = guesses === undefined ? 0 : guessableAtMs(guesses);
    if (guessableMs > nowMs) return { kind: 'blocked', retryAfterMs: guessableMs - nowMs };
    this.#keepGuesses(address, withGuess(guesses, nowMs));
    return { kind: 'unknown' };
  }

  /** Those of the last hour; undefined when there were none. */
  #guesses(address: string, nowMs: number): Guesses | undefined {
    const [row] = this.#sql
      .exec<{ failures: number; last_at_ms: number }>(
        'SELECT failures, last_at_ms FROM guesses WHERE address = ?',
        address,
      )
      .toArray();
    if (row === undefined || nowMs - row.last_at_ms >= FORGET_GUESSES_MS) return undefined;
    const guesses = { failures: row.failures, lastAtMs: Math.min(row.last_at_ms, nowMs) };
    // The clock was put back: what it had in its future counts as of now, and is written so, or the wait would never end.
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

  /** Writes down what decides nothing: when the disk is full, a right token is still right and a wrong one still wrong. */
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
    // One that would last longer than any was begun by a clock that was ahead.
    if (expiresAtMs <= nowMs || expiresAtMs > nowMs + SESSION_LIFETIME_MS + CLOCK_TOLERANCE_MS)
      return { kind: 'expired', atMs: Math.min(expiresAtMs, nowMs) };
    const byCookie = { by: 'cookie', expiresAtMs } as const;
    if (tokenId === adminTokenId) return { kind: 'let_in', principal: { ...ADMIN, ...byCookie } };
    const [token] = this.#tokens('WHERE id = ? AND sha256 IS NOT NULL', tokenId);
    const entry: Entry = token === undefined ? { kind: 'unknown' } : this.#asToken(token);
    return entry.kind === 'let_in' ? { ...entry, principal: { ...entry.principal, ...byCookie } } : entry;
  }

  /**
   * Begins a session of whoever came in by a token.
   *
   * @returns When it ends: with the token at the latest.
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

  /** Revokes a token; its sessions end with it. */
  revoke(id: string): 'revoked' | 'not_found' {
    if (this.#tokens('WHERE id = ? AND sha256 IS NOT NULL', id).length === 0) return 'not_found';
    this.#sql.exec('UPDATE access_tokens SET sha256 = NULL WHERE id = ?', id);
    this.#sql.exec('DELETE FROM sessions WHERE token_id = ?', id);
    return 'revoked';
  }

  /** A source is gone: whoever makes another of its id owes nothing to those who saw this one. */
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

/** A role that a later release wrote, and this one does not know, is the least. */
function roleOf({ role }: TokenRow): Role {
  return role === 'owner' || role === 'editor' ? role : 'viewer';
}

function sourceIdsOf({ source_ids: text }: TokenRow): string[] | undefined {
  // Written by `add` and `forgetSource`.
  return text === null ? undefined : JSON.parse(text);
}
