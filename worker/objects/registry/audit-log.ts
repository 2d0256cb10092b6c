import { isMentioned } from '../../domain/access/mentioned-in-audit.ts';
import type { AuditedChange, AuditEntry } from '../../schema/reports/audit.ts';
import type { Role } from '../../schema/settings/access-token.ts';
import type { Sql } from '../sql.ts';

const DAY_MS = 86_400_000;

/** How many entries are read at a time while a text is searched for. */
const SEARCHED_AT_ONCE = 500;

/** A change to be logged. */
export type Change = {
  actor: { id: string; role: Role };
  method: AuditEntry['method'];
  path: string;
  sourceId: string | undefined;
  fields: readonly string[];
  /** Undefined when it changed no settings. */
  changes?: readonly AuditedChange[] | undefined;
};

type Row = {
  seq: number;
  at_ms: number;
  actor_id: string;
  actor_name: string | null;
  actor_role: Role;
  method: AuditEntry['method'];
  path: string;
  source_id: string | null;
  source_name: string | null;
  fields: string;
  changes: string | null;
};

/** Which entries of the log are wanted. The days are both included. */
type Wanted = {
  beforeSeq: number | undefined;
  sourceId: string | undefined;
  actorId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/**
 * Records who changed what, permanently: triggers on its table forbid changing or deleting rows. Only the values of a
 * deleted source's settings are removed.
 */
export class AuditLog {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /** Removes the values of a source's settings, because it is deleted. Who changed which of them stays. */
  forgetValuesOf(sourceId: string): void {
    this.#sql.exec('UPDATE audit_log SET changes = NULL WHERE source_id = ? AND changes IS NOT NULL', sourceId);
  }

  append({ actor, method, path, sourceId, fields, changes }: Change): void {
    this.#sql.exec(
      `INSERT INTO audit_log (at_ms, actor_id, actor_role, method, path, source_id, fields, changes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      this.#now(),
      actor.id,
      actor.role,
      method,
      path,
      sourceId ?? null,
      JSON.stringify(fields),
      changes === undefined ? null : JSON.stringify(changes),
    );
  }

  /**
   * Lists the entries that a filter matches, the newest first.
   *
   * @param text Only entries that mention it, see `isMentioned`. SQLite folds the case of ASCII only, so each is read.
   */
  list({ limit, text, ...wanted }: Wanted & { limit: number; text?: string | undefined }): AuditEntry[] {
    if (text === undefined) return this.#rows(wanted, limit).map(entryOf);
    const found: AuditEntry[] = [];
    let { beforeSeq } = wanted;
    while (found.length < limit) {
      const rows = this.#rows({ ...wanted, beforeSeq }, SEARCHED_AT_ONCE);
      beforeSeq = rows.at(-1)?.seq;
      found.push(
        ...rows.flatMap((row) => {
          const entry = entryOf(row);
          return isMentioned(text, entry, row.source_name ?? undefined) ? [entry] : [];
        }),
      );
      if (rows.length < SEARCHED_AT_ONCE) break;
    }
    return found.slice(0, limit);
  }

  #rows({ beforeSeq, sourceId, actorId, from, to }: Wanted, limit: number): Row[] {
    return this.#sql
      .exec<Row>(
        `SELECT seq, at_ms, actor_id, access_tokens.name AS actor_name, actor_role, method, path, source_id,
           json_extract(sources.body, '$.name') AS source_name, fields, changes
         FROM audit_log LEFT JOIN access_tokens ON access_tokens.id = actor_id
           LEFT JOIN sources ON sources.id = source_id
         WHERE seq < ?1 AND (?2 IS NULL OR source_id = ?2) AND (?3 IS NULL OR actor_id = ?3)
           AND at_ms >= ?4 AND at_ms < ?5
         ORDER BY seq DESC LIMIT ?6`,
        beforeSeq ?? Number.MAX_SAFE_INTEGER,
        sourceId ?? null,
        actorId ?? null,
        from === undefined ? 0 : Date.parse(from),
        to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to) + DAY_MS,
        limit,
      )
      .toArray();
  }
}

function entryOf(row: Row): AuditEntry {
  return {
    id: String(row.seq),
    at: new Date(row.at_ms).toISOString(),
    actor: { id: row.actor_id, name: row.actor_name, role: row.actor_role },
    method: row.method,
    path: row.path,
    source_id: row.source_id,
    fields: JSON.parse(row.fields),
    changes: row.changes === null ? null : JSON.parse(row.changes),
  };
}
