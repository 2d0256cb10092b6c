import type { Sql } from '../sql.ts';

/** A source to check. `asked` shows whether another check was requested in the meantime. */
export type Look = { sourceId: string; asked: number };

/** The sources to check, by time. */
export class LookQueue {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Requests a check of a source, at this time or earlier. */
  ask(sourceId: string, atMs: number): void {
    this.#sql.exec(
      `INSERT INTO looks (source_id, due_at_ms, asked) VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET due_at_ms = min(due_at_ms, excluded.due_at_ms), asked = asked + 1`,
      sourceId,
      atMs,
    );
  }

  due(nowMs: number, atMost: number): Look[] {
    return this.#sql
      .exec<{ source_id: string; asked: number }>(
        'SELECT source_id, asked FROM looks WHERE due_at_ms <= ? ORDER BY due_at_ms LIMIT ?',
        nowMs,
        atMost,
      )
      .toArray()
      .map(({ source_id: sourceId, asked }) => ({ sourceId, asked }));
  }

  /** Ends a check, unless another one was requested while it ran. */
  done({ sourceId, asked }: Look): void {
    this.#sql.exec('DELETE FROM looks WHERE source_id = ? AND asked = ?', sourceId, asked);
  }

  postpone({ sourceId, asked }: Look, untilMs: number): void {
    this.#sql.exec('UPDATE looks SET due_at_ms = ? WHERE source_id = ? AND asked = ?', untilMs, sourceId, asked);
  }

  nextMs(): number | undefined {
    const [row] = this.#sql.exec<{ at: number | null }>('SELECT min(due_at_ms) AS at FROM looks').toArray();
    return row?.at ?? undefined;
  }
}
