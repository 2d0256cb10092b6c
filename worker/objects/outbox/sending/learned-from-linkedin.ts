import type { Sql } from '../../sql.ts';

/** Stores what we learned about an integration from LinkedIn's answers, so that each batch does not learn it again. */
export class Learned {
  readonly #sql: Sql;

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
    this.#learn(integrationId, `replaces_version_${retired}`, working);
  }

  /**
   * Deletes everything, because a person changed the integration, so LinkedIn may now accept what it refused before.
   */
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
