import type { Incident } from '../../domain/incidents/incident.ts';
import type { Sql } from '../sql.ts';

/** How long a closed incident can be read. */
const CLOSED_MS = 90 * 86_400_000;

/** An incident that closed more recently opens again if its cause comes back; see `applyLooks`. */
const LATELY_MS = 15 * 60_000;

/** The rows that are in memory at once. */
const CHUNK = 100;

/** Stores incidents. */
export class IncidentStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Returns the open incidents, and those that closed recently. */
  current(nowMs: number): Incident[] {
    return this.#read('WHERE closed_at_ms IS NULL OR closed_at_ms > ?', nowMs - LATELY_MS);
  }

  one(id: string): Incident | undefined {
    return this.#read('WHERE id = ?', id)[0];
  }

  write(incident: Incident): void {
    this.#sql.exec(
      `INSERT INTO incidents (id, key, opened_at_ms, closed_at_ms, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET closed_at_ms = excluded.closed_at_ms, body = excluded.body`,
      incident.id,
      incident.key,
      incident.openedAtMs,
      incident.closedAtMs ?? null,
      JSON.stringify(incident),
    );
  }

  /** Reads the incidents one by one, the newest first. */
  *newest({ state, beforeSeq }: { state: 'open' | 'closed' | undefined; beforeSeq: number | undefined }): Generator<{
    seq: number;
    incident: Incident;
  }> {
    let before = beforeSeq ?? Number.MAX_SAFE_INTEGER;
    const condition = state === undefined ? '1' : `closed_at_ms IS ${state === 'open' ? '' : 'NOT '}NULL`;
    for (;;) {
      const rows = this.#sql
        .exec<{ seq: number; body: string }>(
          `SELECT seq, body FROM incidents WHERE seq < ? AND ${condition} ORDER BY seq DESC LIMIT ${CHUNK}`,
          before,
        )
        .toArray();
      for (const { seq, body } of rows) yield { seq, incident: incidentOf(body) };
      if (rows.length < CHUNK) return;
      before = rows.at(-1)?.seq ?? 0;
    }
  }

  forgetOld(nowMs: number): void {
    this.#sql.exec('DELETE FROM incidents WHERE closed_at_ms < ?', nowMs - CLOSED_MS);
  }

  #read(where: string, binding: string | number): Incident[] {
    return this.#sql
      .exec<{ body: string }>(`SELECT body FROM incidents ${where} ORDER BY seq`, binding)
      .toArray()
      .map(({ body }) => incidentOf(body));
  }
}

/** `write` wrote it from a value of this type. JSON has no undefined, which reads like an absent member. */
function incidentOf(body: string): Incident {
  return JSON.parse(body);
}
