import type { RefusedVersion } from '../../../domain/delivery/next-version.ts';
import type { Sql } from '../../sql.ts';
import { Learned } from './learned-from-linkedin.ts';

/** What an outbox knows about the API versions of an integration. */
export type VersionsLearned = {
  inUse: string;
  /** The version that the next batch tries. */
  next: string | undefined;
  refused: readonly RefusedVersion[];
};

const NEXT = 'next_version';
const REFUSED = 'refused_version_';

/**
 * The integrations of each outbox for which a batch is trying a version. This is in memory only, because a batch that
 * died is sent again anyway.
 */
const trying = new WeakMap<Sql, Set<string>>();

/** Lets one batch of an integration try a newer API version, and stores LinkedIn's answer. */
export class VersionTrials {
  readonly #sql: Sql;
  readonly #learned: Learned;
  readonly #trying: Set<string>;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#learned = new Learned(sql);
    this.#trying = trying.get(sql) ?? new Set();
    trying.set(sql, this.#trying);
  }

  /** Returns what is known about an integration's versions. */
  versions(integrationId: string, configured: string): VersionsLearned {
    const inUse = this.#learned.workingVersion(integrationId, configured);
    const refused = this.#sql
      .exec<{ value: string }>(
        `SELECT value FROM learnt WHERE integration_id = ? AND fact LIKE '${REFUSED}%'`,
        integrationId,
      )
      .toArray();
    // `refuse` wrote them from values of this type.
    return { inUse, next: this.#next(integrationId, inUse), refused: refused.map(({ value }) => JSON.parse(value)) };
  }

  #next(integrationId: string, inUse: string): string | undefined {
    const [row] = this.#sql
      .exec<{ value: string }>('SELECT value FROM learnt WHERE integration_id = ? AND fact = ?', integrationId, NEXT)
      .toArray();
    // A later release, or a person, may have chosen a newer one since.
    return row !== undefined && row.value > inUse ? row.value : undefined;
  }

  /**
   * Stores the version that the next batch of an integration tries. If it is held because its version is retired, it
   * asks again now.
   */
  offer(integrationId: string, version: string): void {
    this.#store(integrationId, NEXT, version);
    this.#sql.exec(
      `UPDATE integration_holds SET due_at_ms = 0 WHERE integration_id = ? AND reason = 'version_sunset'`,
      integrationId,
    );
  }

  /**
   * Returns the version to try, unless another batch is trying it now. If a version is returned, call `end` afterwards.
   */
  begin(integrationId: string, configured: string): string | undefined {
    if (this.#trying.has(integrationId)) return undefined;
    const next = this.#next(integrationId, this.#learned.workingVersion(integrationId, configured));
    if (next !== undefined) this.#trying.add(integrationId);
    return next;
  }

  end(integrationId: string): void {
    this.#trying.delete(integrationId);
  }

  /** Called when LinkedIn did not accept a batch with a version. The version in use stays. */
  refuse(integrationId: string, refused: RefusedVersion): void {
    this.#sql.exec('DELETE FROM learnt WHERE integration_id = ? AND fact = ?', integrationId, NEXT);
    this.#store(integrationId, `${REFUSED}${refused.version}`, JSON.stringify(refused));
  }

  /**
   * Called when the version in use got the same answer. So the answer was not about the version, and the next batch
   * tries the new one again.
   */
  excuse(integrationId: string, version: string): void {
    this.#sql.exec('DELETE FROM learnt WHERE integration_id = ? AND fact = ?', integrationId, `${REFUSED}${version}`);
    this.#store(integrationId, NEXT, version);
  }

  /** Called when LinkedIn accepted a batch with a version. All other batches use it from now on. */
  follow(integrationId: string, { configured, version }: { configured: string; version: string }): void {
    this.#sql.exec(
      `DELETE FROM learnt WHERE integration_id = ? AND (fact = '${NEXT}' OR fact LIKE '${REFUSED}%')`,
      integrationId,
    );
    this.#learned.replaceVersion(integrationId, { retired: configured, working: version });
  }

  #store(integrationId: string, fact: string, value: string): void {
    this.#sql.exec('DELETE FROM learnt WHERE integration_id = ? AND fact = ?', integrationId, fact);
    this.#sql.exec('INSERT INTO learnt (integration_id, fact, value) VALUES (?, ?, ?)', integrationId, fact, value);
  }
}
