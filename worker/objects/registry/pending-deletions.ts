import type { Env } from '../../env.ts';
import { vaultOf } from '../credentials/vault-of.ts';
import { logFault } from '../log-fault.ts';
import type { Sql } from '../sql.ts';

/** A deleted source or integration whose data other objects still have. */
export type PendingDeletion =
  | { kind: 'source'; id: string }
  | { kind: 'integration'; id: string; sourceId: string; incarnation: string | undefined; isDiscarded: boolean };

/** The number of deletions that one run of the cron trigger completes. The next run continues. */
const CLEARED_A_RUN = 50;

/**
 * Remembers deletions until no other object holds data of them. The entry is written in the same turn as the deletion,
 * so the cron trigger completes it after any crash or outage. Until then the ID cannot be used again.
 */
export class PendingDeletions {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add(leaving: PendingDeletion): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO leavings (kind, id, body) VALUES (?, ?, ?)',
      leaving.kind,
      leaving.id,
      JSON.stringify(leaving),
    );
  }

  has(kind: PendingDeletion['kind'], id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM leavings WHERE kind = ? AND id = ?', kind, id).toArray().length > 0;
  }

  /**
   * Returns some of the entries, different ones each time, so that one that keeps failing does not block the others.
   */
  list(): PendingDeletion[] {
    return (
      this.#sql
        .exec<{ body: string }>('SELECT body FROM leavings ORDER BY random() LIMIT ?', CLEARED_A_RUN)
        .toArray()
        // `add` wrote it.
        .map(({ body }): PendingDeletion => JSON.parse(body))
    );
  }

  remove({ kind, id }: PendingDeletion): void {
    this.#sql.exec('DELETE FROM leavings WHERE kind = ? AND id = ?', kind, id);
  }
}

/** Deletes what other objects still hold of a deleted source or integration. Can be repeated. */
export async function clearAway(env: Env, leaving: PendingDeletion): Promise<void> {
  if (leaving.kind === 'source') {
    await env.OUTBOX.getByName(leaving.id).erase();
    await env.TALLY.getByName(leaving.id).erase();
    await env.REFUSALS.getByName(leaving.id).erase();
    await env.IMPORTS.getByName(leaving.id).eraseAll();
  } else {
    await vaultOf(env, leaving).erase();
    if (leaving.isDiscarded) await env.OUTBOX.getByName(leaving.sourceId).discard(leaving.id);
  }
  await env.REGISTRY.getByName('registry').cleared(leaving);
}

/** Completes deletions that failed at first. Run by the cron trigger. */
export async function completeDeletions(env: Env): Promise<void> {
  for (const leaving of await env.REGISTRY.getByName('registry').leavings()) {
    try {
      await clearAway(env, leaving);
    } catch (error) {
      logFault('cron.clear', error);
    }
  }
}
