import { isMeant, nextUpdate } from '../../domain/access/entity-tag.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { ServerKeyRecord, Source, SourcePatch, WriteKeyRecord } from '../../schema/settings/source.ts';
import { configKey } from '../../store/config-key.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AuditLog } from './audit-log.ts';
import type { PendingDeletions } from './pending-deletions.ts';
import type { PublishedSettings } from './published-settings.ts';
import type { Changed, Precondition, Saved } from './registry-results.ts';
import type { SettingsTables } from './settings-tables.ts';

export type SettingsParts = {
  tables: SettingsTables;
  published: PublishedSettings;
  pendingDeletions: PendingDeletions;
  accessTokens: AccessTokens;
};

/** Checks and makes changes to sources and their keys, and publishes them. */
export class SourceChanges {
  readonly #tables: SettingsTables;
  readonly #published: PublishedSettings;
  readonly #pendingDeletions: PendingDeletions;
  readonly #accessTokens: AccessTokens;
  readonly #audit: AuditLog;

  constructor({ tables, published, pendingDeletions, accessTokens, audit }: SettingsParts & { audit: AuditLog }) {
    this.#audit = audit;
    this.#tables = tables;
    this.#published = published;
    this.#pendingDeletions = pendingDeletions;
    this.#accessTokens = accessTokens;
  }

  /** @param integrations The integrations that the source begins with. */
  async add(source: Source, integrations: readonly Integration[] = []): Promise<Saved> {
    if (this.#tables.source(source.id) !== undefined || this.#pendingDeletions.has('source', source.id))
      return { kind: 'conflict', with: 'id' };
    if (this.#tables.hasWriteKey(source.write_key)) return { kind: 'conflict', with: 'write_key' };
    this.#tables.addSource(source);
    for (const integration of integrations) this.#tables.addIntegration(integration);
    await this.#published.publish(source.id);
    return { kind: 'saved' };
  }

  /** Changes the given fields and leaves the rest, in one turn: two concurrent changes are both stored. */
  async change(id: string, change: SourcePatch, { ifMatch, now }: Precondition): Promise<Changed<Source>> {
    const source = this.#tables.source(id);
    if (source === undefined) return { kind: 'not_found' };
    if (!isMeant(ifMatch, source)) return { kind: 'stale' };
    const changed = { ...source, ...change, updated_at: nextUpdate(now, source) };
    this.#tables.replaceSource(changed);
    await this.#published.publish(id);
    return { kind: 'changed', value: changed, before: source };
  }

  /**
   * Adds a write key, which becomes the source's current one. Older keys work until they are revoked.
   *
   * @param atMost The maximum number of write keys per source.
   */
  async addWriteKey(id: string, key: WriteKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    const source = this.#tables.source(id);
    if (source === undefined) return 'not_found';
    if (source.write_keys.length >= atMost) return 'too_many';
    this.#tables.addWriteKey(key.key, id);
    const write_keys = [...source.write_keys, key];
    await this.#replaceKeys(source, { write_key: key.key, write_keys }, key.created_at);
    return 'added';
  }

  /** Revokes a write key that is not the source's newest. The collector refuses it within about 90 seconds. */
  async removeWriteKey(id: string, key: string, now: string): Promise<'removed' | 'not_found' | 'in_use'> {
    const source = this.#tables.source(id);
    if (source === undefined || !source.write_keys.some((known) => known.key === key)) return 'not_found';
    if (source.write_key === key) return 'in_use';
    this.#tables.removeWriteKey(key);
    this.#published.revoke(configKey({ kind: 'write', key }), id);
    await this.#replaceKeys(source, { write_keys: source.write_keys.filter((known) => known.key !== key) }, now);
    return 'removed';
  }

  /** @param atMost The maximum number of server keys per source. */
  async addServerKey(id: string, key: ServerKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    const source = this.#tables.source(id);
    if (source === undefined) return 'not_found';
    if (source.server_keys.length >= atMost) return 'too_many';
    await this.#replaceKeys(source, { server_keys: [...source.server_keys, key] }, key.created_at);
    return 'added';
  }

  /** Revokes a server key. The collector refuses it within about 90 seconds. */
  async removeServerKey(id: string, keyId: string, now: string): Promise<'removed' | 'not_found'> {
    const source = this.#tables.source(id);
    const revoked = source?.server_keys.find((key) => key.id === keyId);
    if (source === undefined || revoked === undefined) return 'not_found';
    this.#published.revoke(configKey({ kind: 'server', sha256: revoked.sha256 }), id);
    await this.#replaceKeys(source, { server_keys: source.server_keys.filter((key) => key.id !== keyId) }, now);
    return 'removed';
  }

  /** Removes a source that has no integrations. Until other objects have deleted its data, it stays in `pendingDeletions`. */
  async remove(id: string, ifMatch: string | undefined): Promise<'removed' | 'in_use' | 'not_found' | 'stale'> {
    const source = this.#tables.source(id);
    if (source === undefined) return 'not_found';
    if (!isMeant(ifMatch, source)) return 'stale';
    if (this.#tables.integrations({ limit: 1, after: undefined, sourceId: id }).length > 0) return 'in_use';
    this.#tables.removeSource(id);
    this.#accessTokens.forgetSource(id);
    this.#audit.forgetValuesOf(id);
    this.#pendingDeletions.add({ kind: 'source', id });
    await this.#published.withdraw(source);
    return 'removed';
  }

  /** Changes a source's keys and publishes only the ones that were added or removed. */
  async #replaceKeys(
    source: Source,
    change: Partial<Pick<Source, 'write_key' | 'write_keys' | 'server_keys'>>,
    now: string,
  ): Promise<void> {
    const changed = { ...source, ...change, updated_at: nextUpdate(now, source) };
    this.#tables.replaceSource(changed);
    await this.#published.publishKeys(source, changed);
  }
}
