import type { RefusedVersion } from '../../../domain/delivery/next-version.ts';
import type { Sql } from '../../sql.ts';

/** What an outbox knows of the API versions of an integration. */
export type VersionsLearned = {
  inUse: string;
  /** The version that the next batch tries. */
  next: string | undefined;
  refused: readonly RefusedVersion[];
};

const NEXT_VERSION = 'next_version';
const REFUSED_VERSION = 'refused_version_';

/** Stores what we learned about an integration from LinkedIn's answers, so that each batch does not learn it again. */
export class Learned {
  readonly #sql: Sql;
  /** The integrations of which a batch tries a version now. In memory: a batch that died is sent again anyway. */
  readonly #trying = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Returns the identifier types that LinkedIn refuses. */
  refusedIdTypes(integrationId: string): ReadonlySet<string> {
    return new Set(
      this.#sql
        .exec<{ value: string }>(
          `SELECT value FROM learnt WHERE integration_id = ? AND fact = 'refused_id_type'`,
          integrationId,
        )
        .toArray()
        .map(({ value }) => value),
    );
  }

  refuseIdTypes(integrationId: string, idTypes: readonly string[]): void {
    for (const idType of idTypes) this.#learn(integrationId, 'refused_id_type', idType);
  }

  /** Returns the configured version, or the one that was found to work after LinkedIn had retired it. */
  workingVersion(integrationId: string, configured: string): string {
    return this.#replacementOf(integrationId, configured) ?? configured;
  }

  #replacementOf(integrationId: string, version: string): string | undefined {
    const [row] = this.#sql
      .exec<{ value: string }>(
        'SELECT value FROM learnt WHERE integration_id = ? AND fact = ?',
        integrationId,
        `replaces_version_${version}`,
      )
      .toArray();
    return row?.value;
  }

  /** The newest version that was found to work counts, because the one before was retired too. */
  replaceVersion(integrationId: string, { retired, working }: { retired: string; working: string }): void {
    if (this.#replacementOf(integrationId, retired) === working) return;
    this.#sql.exec(
      'DELETE FROM learnt WHERE integration_id = ? AND fact = ?',
      integrationId,
      `replaces_version_${retired}`,
    );
    this.#sql.exec(
      `DELETE FROM learnt WHERE integration_id = ? AND (fact = '${NEXT_VERSION}' OR fact LIKE '${REFUSED_VERSION}%')`,
      integrationId,
    );
    this.#learn(integrationId, `replaces_version_${retired}`, working);
  }

  /** Returns what is known of an integration's versions. */
  versions(integrationId: string, configured: string): VersionsLearned {
    const inUse = this.workingVersion(integrationId, configured);
    const refused = this.#sql
      .exec<{ value: string }>(
        `SELECT value FROM learnt WHERE integration_id = ? AND fact LIKE '${REFUSED_VERSION}%'`,
        integrationId,
      )
      .toArray();
    // `refuseVersion` wrote them from values of this type.
    return { inUse, next: this.#next(integrationId, inUse), refused: refused.map(({ value }) => JSON.parse(value)) };
  }

  #next(integrationId: string, inUse: string): string | undefined {
    const [row] = this.#sql
      .exec<{ value: string }>(
        'SELECT value FROM learnt WHERE integration_id = ? AND fact = ?',
        integrationId,
        NEXT_VERSION,
      )
      .toArray();
    // A later release, or a person, may have chosen a newer one since.
    return row !== undefined && row.value > inUse ? row.value : undefined;
  }

  /** Stores the version that the next batch of an integration tries. */
  tryVersion(integrationId: string, version: string): void {
    this.#sql.exec('DELETE FROM learnt WHERE integration_id = ? AND fact = ?', integrationId, NEXT_VERSION);
    this.#learn(integrationId, NEXT_VERSION, version);
  }

  /** Returns the version to try, unless another batch tries it now. After a version, call `endTrial`. */
  beginTrial(integrationId: string, inUse: string): string | undefined {
    const next = this.#trying.has(integrationId) ? undefined : this.#next(integrationId, inUse);
    if (next !== undefined) this.#trying.add(integrationId);
    return next;
  }

  endTrial(integrationId: string): void {
    this.#trying.delete(integrationId);
  }

  /** LinkedIn did not accept a batch with a version: the one in use stays. */
  refuseVersion(integrationId: string, refused: RefusedVersion): void {
    const fact = `${REFUSED_VERSION}${refused.version}`;
    this.#sql.exec('DELETE FROM learnt WHERE integration_id = ? AND fact IN (?, ?)', integrationId, NEXT_VERSION, fact);
    this.#learn(integrationId, fact, JSON.stringify(refused));
  }

  /** The version in use got the same answer, so it was not about the version: the next batch tries it again. */
  excuseVersion(integrationId: string, version: string): void {
    this.#sql.exec(
      'DELETE FROM learnt WHERE integration_id = ? AND fact = ?',
      integrationId,
      `${REFUSED_VERSION}${version}`,
    );
    this.tryVersion(integrationId, version);
  }

  /** Forgets everything, because a person changed the integration: LinkedIn may accept now what it refused. */
  forget(integrationId: string): void {
    this.#sql.exec('DELETE FROM learnt WHERE integration_id = ?', integrationId);
  }

  #learn(integrationId: string, fact: string, value: string): void {
    this.#sql.exec(
      'INSERT INTO learnt (integration_id, fact, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      integrationId,
      fact,
      value,
    );
  }
}
