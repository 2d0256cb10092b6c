import type { Env } from '../../env.ts';
import { vaultOf } from '../credentials/vault-of.ts';
import { logFault } from '../log-fault.ts';
import type { Sql } from '../sql.ts';

/** What the registry has deleted, and other objects still have something of. */
export type Leaving =
  | { kind: 'source'; id: string }
  | { kind: 'integration'; id: string; sourceId: string; incarnation: string | undefined; isDiscarded: boolean };

/** Cleared away in one run of the cron trigger; the next one goes on. */
const CLEARED_A_RUN = 50;

/**
 * Remembers what is deleted until it is gone everywhere. It is written in the turn that deletes, so whatever dies or cannot
 * be reached in between, the cron trigger goes on. Until then nothing else gets its id.
 */
export class Leavings {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add(leaving: Leaving): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO leavings (kind, id, body) VALUES (?, ?, ?)',
      leaving.kind,
      leaving.id,
      JSON.stringify(leaving),
    );
  }

  has(kind: Leaving['kind'], id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM leavings WHERE kind = ? AND id = ?', kind, id).toArray().length > 0;
  }

  /** Some of those that are left, and others each time: one that cannot be cleared away keeps none waiting. */
  list(): Leaving[] {
    return (
      this.#sql
        .exec<{ body: string }>('SELECT body FROM leavings ORDER BY random() LIMIT ?', CLEARED_A_RUN)
        .toArray()
        // Written by `add`.
        .map(({ body }): Leaving => JSON.parse(body))
    );
  }

  remove({ kind, id }: Leaving): void {
    this.#sql.exec('DELETE FROM leavings WHERE kind = ? AND id = ?', kind, id);
  }
}

/** Clears away what something that was deleted has left in other objects. May be done again. */
export async function clearAway(env: Env, leaving: Leaving): Promise<void> {
  if (leaving.kind === 'source') {
    await env.OUTBOX.getByName(leaving.id).erase();
    await env.REFUSALS.getByName(leaving.id).erase();
  } else {
    await vaultOf(env, leaving).erase();
    if (leaving.isDiscarded) await env.OUTBOX.getByName(leaving.sourceId).discard(leaving.id);
  }
  await env.REGISTRY.getByName('registry').cleared(leaving);
}

/** Run by the cron trigger: what could not be cleared away when it was deleted is cleared away now. */
export async function clearLeavings(env: Env): Promise<void> {
  for (const leaving of await env.REGISTRY.getByName('registry').leavings()) {
    try {
      await clearAway(env, leaving);
    } catch (error) {
      logFault('cron.clear', error);
    }
  }
}
