import type { Sql } from '../sql.ts';

/** Remembers when something last happened. */
export class Marks {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  set(name: string, atMs: number, value?: string): void {
    this.#sql.exec(
      'INSERT INTO marks (name, at_ms, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, value = excluded.value',
      name,
      atMs,
      value ?? null,
    );
  }

  get(name: string): { atMs: number; value: string | undefined } | undefined {
    const [row] = this.#sql
      .exec<{ at_ms: number; value: string | null }>('SELECT at_ms, value FROM marks WHERE name = ?', name)
      .toArray();
    return row === undefined ? undefined : { atMs: row.at_ms, value: row.value ?? undefined };
  }
}
