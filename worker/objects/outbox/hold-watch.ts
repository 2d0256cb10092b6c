import type { Env } from '../../env.ts';
import { logFault } from '../log-fault.ts';
import type { Sql } from '../sql.ts';

/** Notices when a hold has begun or ended, so that it is reported at once, and not only in the next round. */
export class HoldWatch {
  readonly #sql: Sql;
  /**
   * The holds as they were last reported. They are in memory only: if the object stops before it reports a change, the
   * next round of the alerts finds the change. An idle object stops after seconds, so a new one starts with the holds
   * that it finds.
   */
  #told: string;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#told = this.#holds();
  }

  /** Notifies the alerts if a hold has begun or ended. Never throws. */
  async tell(sourceId: string | undefined, env: Pick<Env, 'ALERTS'>): Promise<void> {
    try {
      if (sourceId !== undefined && this.hasChanged()) await env.ALERTS.getByName('alerts').notice(sourceId);
    } catch (error) {
      logFault('outbox.holds', error);
    }
  }

  /** Returns whether the holds differ from those at the last call. */
  hasChanged(): boolean {
    const holds = this.#holds();
    if (holds === this.#told) return false;
    this.#told = holds;
    return true;
  }

  #holds(): string {
    return this.#sql
      .exec<{ place: string; reason: string }>(
        `SELECT integration_id AS place, reason FROM integration_holds
         UNION ALL SELECT 'rule ' || id, hold_reason FROM lanes WHERE hold_reason IS NOT NULL ORDER BY 1`,
      )
      .toArray()
      .map(({ place, reason }) => `${place} ${reason}`)
      .join('\n');
  }
}
