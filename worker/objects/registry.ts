import { DurableObject } from 'cloudflare:workers';

import type { Principal } from '../domain/permission.ts';
import type { Env } from '../env.ts';
import type { AccessTokenView } from '../schema/access-token.ts';
import type { AuditEntry } from '../schema/audit.ts';
import type { Integration } from '../schema/integration.ts';
import type { Mapping } from '../schema/mapping.ts';
import type { SourceConfig } from '../schema/source-config.ts';
import type { ServerKeyRecord, Source, SourcePatch } from '../schema/source.ts';
import { configKey } from '../store/config-key.ts';
import { AccessDesk } from './access-desk.ts';
import type { Credential, Entry, NewAccessToken } from './access-desk.ts';
import { AuditLog } from './audit-log.ts';
import type { Change } from './audit-log.ts';
import { logFault } from './log-fault.ts';
import { REGISTRY_MIGRATIONS } from './registry-schema.ts';
import { migrate } from './sql.ts';

const RETRY_PUBLISHING_MS = 2_000;

export type Saved = { kind: 'saved' } | { kind: 'conflict'; with: 'id' | 'write_key' } | { kind: 'unknown_source' };

/** What of an integration changes; within `config` and `secrets` too, what is left out stays. */
export type IntegrationChange = Partial<Pick<Integration, 'name' | 'enabled' | 'consent_categories'>> & {
  config: Partial<Integration['config']>;
  secrets?: Partial<Integration['secrets']>;
  updated_at: string;
};

export type MappingAdded = 'saved' | 'too_many' | 'conflict' | 'not_found';

type Page = { limit: number; after: string | undefined };

/** Undefined: all of them. */
type OfSources = { only?: readonly string[] | undefined };

export type TokenAdded = { kind: 'added'; token: AccessTokenView } | { kind: 'unknown_source'; index: number };

/**
 * Owns what people set up: sources and integrations. One for the whole installation.
 *
 * The management API reads and writes here, so it sees at once what it wrote; the collector reads what is published to KV,
 * which may be a minute old. KV alone would not do: it remembers for a minute that a key was absent, so that a source
 * could not be used right after it was made. See docs/decisions/0004.
 */
export class Registry extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #desk: AccessDesk;
  readonly #audit: AuditLog;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    migrate({ sql: this.#sql, transaction: (work) => ctx.storage.transactionSync(work) }, REGISTRY_MIGRATIONS);
    this.#desk = new AccessDesk(this.#sql, () => Date.now());
    this.#audit = new AuditLog(this.#sql, () => Date.now());
  }

  source(id: string): Source | undefined {
    return this.#bodies<Source>('SELECT body FROM sources WHERE id = ?', id)[0];
  }

  sources({ limit, after, only }: Page & OfSources): Source[] {
    return this.#bodies<Source>(
      `SELECT body FROM sources WHERE id > ?1 AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))
       ORDER BY id LIMIT ?3`,
      after ?? '',
      only === undefined ? null : JSON.stringify(only),
      limit,
    );
  }

  async addSource(source: Source): Promise<Saved> {
    if (this.source(source.id) !== undefined) return { kind: 'conflict', with: 'id' };
    const taken = this.#sql.exec('SELECT 1 FROM sources WHERE write_key = ?', source.write_key).toArray();
    if (taken.length > 0) return { kind: 'conflict', with: 'write_key' };
    this.#sql.exec(
      'INSERT INTO sources (id, write_key, body) VALUES (?, ?, ?)',
      source.id,
      source.write_key,
      JSON.stringify(source),
    );
    await this.#publish(source.id);
    return { kind: 'saved' };
  }

  /** Changes what is given and leaves the rest, in one turn: of two changes at once, neither is lost. */
  async changeSource(id: string, change: SourcePatch, now: string): Promise<Source | undefined> {
    return this.#replaceSource(id, (source) => ({ ...source, ...change, updated_at: now }));
  }

  async addServerKey(id: string, key: ServerKeyRecord): Promise<Source | undefined> {
    return this.#replaceSource(id, (source) => ({ ...source, server_keys: [...source.server_keys, key] }));
  }

  /** Revokes a server key: the collector refuses it within about a minute. */
  async removeServerKey(id: string, keyId: string): Promise<'removed' | 'not_found'> {
    const revoked = this.source(id)?.server_keys.find((key) => key.id === keyId);
    if (revoked === undefined) return 'not_found';
    this.#mark([configKey({ kind: 'server', sha256: revoked.sha256 })], null);
    await this.#replaceSource(id, (source) => ({
      ...source,
      server_keys: source.server_keys.filter((key) => key.id !== keyId),
    }));
    return 'removed';
  }

  /** Removes a source that has no integration any more. */
  async removeSource(id: string): Promise<'removed' | 'in_use' | 'not_found'> {
    const source = this.source(id);
    if (source === undefined) return 'not_found';
    if (this.integrations({ limit: 1, after: undefined, sourceId: id }).length > 0) return 'in_use';
    this.#sql.exec('DELETE FROM sources WHERE id = ?', id);
    this.#desk.forgetSource(id);
    this.#mark(configKeysOf(source), null);
    await this.#publishMarked();
    return 'removed';
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

  async addIntegration(integration: Integration): Promise<Saved> {
    if (this.source(integration.source_id) === undefined) return { kind: 'unknown_source' };
    if (this.integration(integration.id) !== undefined) return { kind: 'conflict', with: 'id' };
    this.#sql.exec(
      'INSERT INTO integrations (id, source_id, body) VALUES (?, ?, ?)',
      integration.id,
      integration.source_id,
      JSON.stringify(integration),
    );
    await this.#publish(integration.source_id);
    return { kind: 'saved' };
  }

  /** Changes what is given and leaves the rest, in one turn: of two changes at once, neither is lost. */
  async changeIntegration(id: string, change: IntegrationChange): Promise<Integration | undefined> {
    const known = this.integration(id);
    if (known === undefined) return undefined;
    const { config, secrets, ...rest } = change;
    const changed: Integration = {
      ...known,
      ...rest,
      config: { ...known.config, ...config },
      secrets: { ...known.secrets, ...secrets },
    };
    this.#sql.exec('UPDATE integrations SET body = ? WHERE id = ?', JSON.stringify(changed), id);
    await this.#publish(changed.source_id);
    return changed;
  }

  /**
   * Adds a mapping, in one turn: two that are added at once are both there.
   *
   * @param atMost How many an integration may have.
   */
  async addMapping(
    id: string,
    mapping: Mapping,
    { atMost, now }: { atMost: number; now: string },
  ): Promise<MappingAdded> {
    const known = this.integration(id)?.config.mappings ?? [];
    if (known.length >= atMost) return 'too_many';
    if (known.some((other) => other.id === mapping.id)) return 'conflict';
    return this.#saveMappings(id, [...known, mapping], now);
  }

  /** Changes a mapping to what it is given as. */
  async replaceMapping(id: string, mapping: Mapping, now: string): Promise<'saved' | 'not_found'> {
    const known = this.integration(id)?.config.mappings ?? [];
    if (!known.some((other) => other.id === mapping.id)) return 'not_found';
    return this.#saveMappings(
      id,
      known.map((other) => (other.id === mapping.id ? mapping : other)),
      now,
    );
  }

  async removeMapping(id: string, mappingId: string, now: string): Promise<'saved' | 'not_found'> {
    const known = this.integration(id)?.config.mappings ?? [];
    if (!known.some((other) => other.id === mappingId)) return 'not_found';
    return this.#saveMappings(
      id,
      known.filter((other) => other.id !== mappingId),
      now,
    );
  }

  async removeIntegration(id: string): Promise<boolean> {
    const integration = this.integration(id);
    if (integration === undefined) return false;
    this.#sql.exec('DELETE FROM integrations WHERE id = ?', id);
    await this.#publish(integration.source_id);
    return true;
  }

  /** Lets somebody use the management API, or says why not. */
  enter(credential: Credential, adminTokenId: string): Entry {
    return this.#desk.enter(credential, adminTokenId);
  }

  beginSession(sha256: string, principal: Principal, adminTokenId: string): number {
    return this.#desk.beginSession(sha256, principal, adminTokenId);
  }

  endSession(sha256: string): void {
    this.#desk.endSession(sha256);
  }

  tokens(page: Page): AccessTokenView[] {
    return this.#desk.list(page);
  }

  addToken(token: NewAccessToken): TokenAdded {
    const unknown = (token.sourceIds ?? []).findIndex((id) => this.source(id) === undefined);
    if (unknown >= 0) return { kind: 'unknown_source', index: unknown };
    return { kind: 'added', token: this.#desk.add(token) };
  }

  revokeToken(id: string): 'revoked' | 'not_found' {
    return this.#desk.revoke(id);
  }

  appendAudit(change: Change): void {
    this.#audit.append(change);
  }

  auditLog(page: Parameters<AuditLog['list']>[0]): AuditEntry[] {
    return this.#audit.list(page);
  }

  override async alarm(): Promise<void> {
    await this.#publishMarked();
  }

  async #saveMappings(id: string, mappings: Mapping[], now: string): Promise<'saved' | 'not_found'> {
    const saved = await this.changeIntegration(id, { config: { mappings }, updated_at: now });
    return saved === undefined ? 'not_found' : 'saved';
  }

  async #replaceSource(id: string, change: (source: Source) => Source): Promise<Source | undefined> {
    const source = this.source(id);
    if (source === undefined) return undefined;
    const changed = change(source);
    this.#sql.exec('UPDATE sources SET body = ? WHERE id = ?', JSON.stringify(changed), id);
    await this.#publish(id);
    return changed;
  }

  async #publish(sourceId: string): Promise<void> {
    const source = this.source(sourceId);
    if (source !== undefined) this.#mark(configKeysOf(source), sourceId);
    await this.#publishMarked();
  }

  /** In the same transaction as the change: what is marked is published, if need be later. */
  #mark(keys: readonly string[], sourceId: string | null): void {
    for (const key of keys) {
      this.#sql.exec(
        'INSERT INTO unpublished (key, source_id) VALUES (?, ?) ON CONFLICT DO UPDATE SET source_id = excluded.source_id',
        key,
        sourceId,
      );
    }
  }

  async #publishMarked(): Promise<void> {
    const marked = this.#sql
      .exec<{ key: string; source_id: string | null }>('SELECT key, source_id FROM unpublished')
      .toArray();
    try {
      for (const { key, source_id: sourceId } of marked) {
        const config = sourceId === null ? undefined : this.#config(sourceId);
        if (config === undefined) await this.env.CONFIG.delete(key);
        else await this.env.CONFIG.put(key, JSON.stringify(config));
        this.#sql.exec('DELETE FROM unpublished WHERE key = ? AND source_id IS ?', key, sourceId);
      }
    } catch (error) {
      logFault('registry.publish', error);
      await this.ctx.storage.setAlarm(Date.now() + RETRY_PUBLISHING_MS);
    }
  }

  #config(sourceId: string): SourceConfig | undefined {
    const source = this.source(sourceId);
    if (source === undefined) return undefined;
    const { id, allowed_origins, require_origin, unknown_consent } = source;
    const integrations = this.integrations({ sourceId, limit: Number.MAX_SAFE_INTEGER, after: undefined });
    return {
      source: { id, allowed_origins, require_origin, unknown_consent },
      integrations: integrations.map(({ id: integrationId, enabled, config, consent_categories }) => ({
        id: integrationId,
        enabled,
        config,
        consent_categories,
      })),
    };
  }

  #bodies<Body>(query: string, ...bindings: (string | number | null)[]): Body[] {
    return (
      this.#sql
        .exec<{ body: string }>(query, ...bindings)
        .toArray()
        // Written by this class from a value of the same type.
        .map(({ body }): Body => JSON.parse(body))
    );
  }
}

function configKeysOf(source: Source): string[] {
  return [
    configKey({ kind: 'write', key: source.write_key }),
    ...source.server_keys.map(({ sha256 }) => configKey({ kind: 'server', sha256 })),
  ];
}
