import type { Sql } from '../sql.ts';

/** LinkedIn accepts a conversion for 90 days after it happened, so an older lead can't be sent any more. */
const KEEP_MS = 90 * 24 * 60 * 60 * 1000;

/** Remembers the leads of LinkedIn's own forms that were deleted, because a change of the same lead may arrive later. */
export class DeletedLeads {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param key A keyed hash of the lead. */
  note(key: string, atMs: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO deleted_leads (key, at_ms) VALUES (?, ?)', key, atMs);
  }

  has(key: string): boolean {
    return this.#sql.exec('SELECT 1 FROM deleted_leads WHERE key = ?', key).toArray().length > 0;
  }

  removeOld(nowMs: number): void {
    this.#sql.exec('DELETE FROM deleted_leads WHERE at_ms < ?', nowMs - KEEP_MS);
  }
}

/** Returns the text whose keyed hash is the key of a lead. */
export function deletedLead(urn: string): string {
  return `deleted lead ${urn}`;
}
