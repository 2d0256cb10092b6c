import type { AuditedChange, AuditEntry } from '../../schema/reports/audit.ts';
import type { Role } from '../../schema/settings/access-token.ts';
import type { Sql } from '../sql.ts';

const DAY_MS = 86_400_000;

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
  fields: string;
  changes: string | null;
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

  /** Lists the entries that a filter matches, the newest first. */
  list({
    limit,
    beforeSeq,
    sourceId,
    actorId,
    from,
    to,
  }: {
    limit: number;
    beforeSeq: number | undefined;
    sourceId: string | undefined;
    actorId?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
  }): AuditEntry[] {
    return this.#sql
      .exec<Row>(
        `SELECT seq, at_ms, actor_id, access_tokens.name AS actor_name, actor_role, method, path, source_id, fields,
           changes
         FROM audit_log LEFT JOIN access_tokens ON access_tokens.id = actor_id
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
      .toArray()
      .map((row) => ({
        id: String(row.seq),
        at: new Date(row.at_ms).toISOString(),
        actor: { id: row.actor_id, name: row.actor_name, role: row.actor_role },
        method: row.method,
        path: row.path,
        source_id: row.source_id,
        fields: JSON.parse(row.fields),
        changes: row.changes === null ? null : JSON.parse(row.changes),
      }));
  }
}
