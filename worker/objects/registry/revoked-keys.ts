import type { Source } from '../../schema/settings/source.ts';
import type { Sql } from '../sql.ts';
import { configKeysOf } from './config-publisher.ts';

/**
 * The number of revoked keys that are remembered per source. Anybody who still uses an older one has had time to
 * notice.
 */
const MAX_A_SOURCE = 20;

/**
 * Remembers which source a revoked key belonged to, so that its owner can see traffic that still uses it. Keys have the
 * same form as in KV: a server key is stored as its hash.
 */
export class RevokedKeys {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @returns The keys that were forgotten to make room. Remove them from KV. */
  add(configKey: string, sourceId: string, nowMs: number): string[] {
    this.#sql.exec(
      `INSERT INTO revoked_keys (config_key, source_id, revoked_at_ms) VALUES (?1, ?2, ?3)
       ON CONFLICT DO UPDATE SET source_id = ?2, revoked_at_ms = ?3`,
      configKey,
      sourceId,
      nowMs,
    );
    return this.#forget(
      `DELETE FROM revoked_keys WHERE source_id = ?1 AND config_key NOT IN (
         SELECT config_key FROM revoked_keys WHERE source_id = ?1 ORDER BY revoked_at_ms DESC, config_key LIMIT ?2
       ) RETURNING config_key`,
      sourceId,
      MAX_A_SOURCE,
    );
  }

  all(): string[] {
    return this.#sql
      .exec<{ config_key: string }>('SELECT config_key FROM revoked_keys')
      .toArray()
      .map(({ config_key: key }) => key);
  }

  /** Returns the source that a key belonged to; undefined when the key was not revoked. */
  ownerOf(configKey: string): string | undefined {
    return this.#sql
      .exec<{ source_id: string }>('SELECT source_id FROM revoked_keys WHERE config_key = ?', configKey)
      .toArray()[0]?.source_id;
  }

  /** Forgets that keys were revoked, because a source, perhaps another one, has them now. */
  takenBy(source: Pick<Source, 'write_keys' | 'server_keys'>): void {
    const keys = JSON.stringify(configKeysOf(source));
    this.#sql.exec('DELETE FROM revoked_keys WHERE config_key IN (SELECT value FROM json_each(?))', keys);
  }

  /** @returns The forgotten keys of a deleted source. Remove them from KV. */
  forgetSource(sourceId: string): string[] {
    return this.#forget('DELETE FROM revoked_keys WHERE source_id = ? RETURNING config_key', sourceId);
  }

  #forget(query: string, ...bindings: (string | number)[]): string[] {
    return this.#sql
      .exec<{ config_key: string }>(query, ...bindings)
      .toArray()
      .map(({ config_key: key }) => key);
  }
}
