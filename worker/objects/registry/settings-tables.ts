import type { Hook, HookPatch } from '../../schema/settings/hook.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import { SOURCE_DEFAULTS } from '../../schema/settings/source.ts';
import type { Source } from '../../schema/settings/source.ts';
import type { Sql } from '../sql.ts';

export type Page = { limit: number; after: string | undefined };

/** Limits a list to these sources; undefined means all. */
export type OfSources = { only?: readonly string[] | undefined };

type StoredSource = Omit<Source, 'write_keys'> & Partial<Pick<Source, 'write_keys'>>;

/** Reads and writes sources and integrations. Its callers decide what a change means. */
export class SettingsTables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Tests whether there are no settings, and no deletions that are not complete. */
  isEmpty(): boolean {
    return (
      this.#sql
        .exec('SELECT 1 FROM sources UNION ALL SELECT 1 FROM integrations UNION ALL SELECT 1 FROM leavings LIMIT 1')
        .toArray().length === 0
    );
  }

  source(id: string): Source | undefined {
    return this.#bodies<StoredSource>('SELECT body FROM sources WHERE id = ?', id).map(withWriteKeys)[0];
  }

  sources({ limit, after, only }: Page & OfSources): Source[] {
    return this.#bodies<StoredSource>(
      `SELECT body FROM sources WHERE id > ?1 AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))
       ORDER BY id LIMIT ?3`,
      after ?? '',
      only === undefined ? null : JSON.stringify(only),
      limit,
    ).map(withWriteKeys);
  }

  /** Returns the source that has a key now, by the key's name in KV. */
  ownerOf(configKey: string): string | undefined {
    return this.#sql
      .exec<{ source_id: string }>(
        `SELECT source_id FROM write_keys WHERE key = substr(?1, length('config:') + 1)
         UNION ALL SELECT sources.id FROM sources, json_each(body, '$.server_keys') AS own
         WHERE 'config:server:' || (own.value ->> 'sha256') = ?1 LIMIT 1`,
        configKey,
      )
      .toArray()[0]?.source_id;
  }

  /** Returns IDs in order, from the first one after `after`, and starts again at the beginning after the last. */
  sourceIdsFrom(after: string, atMost: number): string[] {
    return this.#sql
      .exec<{ id: string }>(
        'SELECT id FROM (SELECT id, id <= ?1 AS again FROM sources WHERE is_used = 1 ORDER BY again, id LIMIT ?2)',
        after,
        atMost,
      )
      .toArray()
      .map(({ id }) => id);
  }

  addSource(source: Source): void {
    this.#sql.exec(
      'INSERT INTO sources (id, write_key, body) VALUES (?, ?, ?)',
      source.id,
      source.write_key,
      JSON.stringify(source),
    );
    this.addWriteKey(source.write_key, source.id);
  }

  replaceSource(source: Source): void {
    this.#sql.exec(
      'UPDATE sources SET write_key = ?, body = ? WHERE id = ?',
      source.write_key,
      JSON.stringify(source),
      source.id,
    );
  }

  removeSource(id: string): void {
    this.#sql.exec('DELETE FROM sources WHERE id = ?', id);
    this.#sql.exec('DELETE FROM write_keys WHERE source_id = ?', id);
    this.#sql.exec('DELETE FROM hooks WHERE source_id = ?', id);
  }

  hasWriteKey(writeKey: string): boolean {
    return this.#sql.exec('SELECT 1 FROM write_keys WHERE key = ?', writeKey).toArray().length > 0;
  }

  addWriteKey(writeKey: string, sourceId: string): void {
    this.#sql.exec('INSERT INTO write_keys (key, source_id) VALUES (?, ?)', writeKey, sourceId);
  }

  removeWriteKey(writeKey: string): void {
    this.#sql.exec('DELETE FROM write_keys WHERE key = ?', writeKey);
  }

  hook(id: string): Hook | undefined {
    return this.#bodies<Hook>('SELECT body FROM hooks WHERE id = ?', id)[0];
  }

  hooks(sourceId: string): Hook[] {
    return this.#bodies<Hook>('SELECT body FROM hooks WHERE source_id = ? ORDER BY id', sourceId);
  }

  /** Returns false when the source has as many as it may have. */
  addHook(hook: Hook, atMost: number): boolean {
    if (this.hooks(hook.source_id).length >= atMost) return false;
    this.#sql.exec(
      'INSERT INTO hooks (id, source_id, body) VALUES (?, ?, ?)',
      hook.id,
      hook.source_id,
      JSON.stringify(hook),
    );
    return true;
  }

  changeHook(sourceId: string, id: string, change: HookPatch): Hook | undefined {
    const before = this.hook(id);
    if (before?.source_id !== sourceId) return undefined;
    const changed: Hook = { ...before, ...change };
    this.#sql.exec('UPDATE hooks SET body = ? WHERE id = ?', JSON.stringify(changed), id);
    return changed;
  }

  removeHook(sourceId: string, id: string): boolean {
    const removed = this.#sql.exec('DELETE FROM hooks WHERE source_id = ? AND id = ? RETURNING 1', sourceId, id);
    return removed.toArray().length > 0;
  }

  /** Returns the consent policies in use, as JSON. */
  consentPolicies(): string {
    const policies = this.#sql
      .exec<{ policy: string }>(`SELECT DISTINCT body ->> '$.unknown_consent' AS policy FROM sources ORDER BY policy`)
      .toArray()
      .map(({ policy }) => policy);
    return JSON.stringify(policies);
  }

  integration(id: string): Integration | undefined {
    return this.#bodies<Integration>('SELECT body FROM integrations WHERE id = ?', id)[0];
  }

  integrations({ limit, after, sourceId, only }: Page & OfSources & { sourceId: string | undefined }): Integration[] {
    return this.#bodies<Integration>(
      `SELECT body FROM integrations WHERE id > ?1 AND (?2 IS NULL OR source_id = ?2)
       AND (?3 IS NULL OR source_id IN (SELECT value FROM json_each(?3))) ORDER BY id LIMIT ?4`,
      after ?? '',
      sourceId ?? null,
      only === undefined ? null : JSON.stringify(only),
      limit,
    );
  }

  /** Returns the integration with this ID, if it still is the one that the caller has seen. */
  sameIntegration(id: string, incarnation: string | undefined): Integration | undefined {
    const known = this.integration(id);
    return known?.incarnation === incarnation ? known : undefined;
  }

  addIntegration(integration: Integration): void {
    this.#sql.exec(
      'INSERT INTO integrations (id, source_id, body) VALUES (?, ?, ?)',
      integration.id,
      integration.source_id,
      JSON.stringify(integration),
    );
  }

  replaceIntegration(integration: Integration): void {
    this.#sql.exec('UPDATE integrations SET body = ? WHERE id = ?', JSON.stringify(integration), integration.id);
  }

  removeIntegration(id: string): void {
    this.#sql.exec('DELETE FROM integrations WHERE id = ?', id);
  }

  #bodies<Body>(query: string, ...bindings: (string | number | null)[]): Body[] {
    return (
      this.#sql
        .exec<{ body: string }>(query, ...bindings)
        .toArray()
        // This class wrote it from a value of this type.
        .map(({ body }): Body => JSON.parse(body))
    );
  }
}

/** Completes a source that an older release stored, with a single write key and fewer settings. */
function withWriteKeys(source: StoredSource): Source {
  return {
    ...SOURCE_DEFAULTS,
    ...source,
    write_keys: source.write_keys ?? [{ key: source.write_key, created_at: source.created_at }],
  };
}
