import { DurableObject } from 'cloudflare:workers';

import { isMeant, nextUpdate } from '../../domain/access/entity-tag.ts';
import type { Principal } from '../../domain/access/permission.ts';
import { liquidFor } from '../../domain/mapping-kit/liquid.ts';
import { mappingProblems } from '../../domain/rules/mapping-problems.ts';
import { settingProblems } from '../../domain/setting-problems.ts';
import type { Env } from '../../env.ts';
import { KNOWN_VERSIONS } from '../../linkedin/versions.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import type { AuditEntry } from '../../schema/reports/audit.ts';
import type { AccessTokenView } from '../../schema/settings/access-token.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Mapping, MappingPatch } from '../../schema/settings/mapping.ts';
import type { PublishedKey, SourceConfig } from '../../schema/settings/source-config.ts';
import { SOURCE_DEFAULTS } from '../../schema/settings/source.ts';
import type { ServerKeyRecord, Source, SourcePatch, WriteKeyRecord } from '../../schema/settings/source.ts';
import { configKey } from '../../store/config-key.ts';
import { CONSENT_POLICIES_KEY } from '../../store/consent-policies.ts';
import { logFault } from '../log-fault.ts';
import { migrate } from '../sql.ts';
import { AccessTokens } from './access-tokens.ts';
import type { Credential, Entry, NewAccessToken } from './access-tokens.ts';
import { AuditLog } from './audit-log.ts';
import type { Change } from './audit-log.ts';
import { ConfigPublisher, configKeysOf } from './config-publisher.ts';
import { Leavings } from './leavings.ts';
import type { Leaving } from './leavings.ts';
import { REGISTRY_MIGRATIONS } from './registry-schema.ts';
import { RevokedKeys } from './revoked-keys.ts';

export type Saved = { kind: 'saved' } | { kind: 'conflict'; with: 'id' | 'write_key' } | { kind: 'unknown_source' };

/** What of an integration changes; within `config` and `secrets` too, what is left out stays. */
export type IntegrationChange = Partial<Pick<Integration, 'name' | 'enabled' | 'consent_categories'>> & {
  config: Partial<Integration['config']>;
  secrets?: Partial<Integration['secrets']>;
};

/**
 * Which version a change is meant for, as `If-Match` says it; undefined: any. Of an integration also which one of its id:
 * one that was made anew since the caller looked is somebody else's. And when it is made.
 */
export type Precondition = { ifMatch: string | undefined; now: string };
export type IntegrationPrecondition = Precondition & { incarnation: string | undefined };

/** `stale`: somebody else has changed it since it was read. */
export type Changed<Value> = { kind: 'changed'; value: Value } | { kind: 'not_found' } | { kind: 'stale' };

/** `refused`: the settings that would have come of it do not go together. */
export type IntegrationChanged = Changed<Integration> | { kind: 'refused'; problems: FieldProblem[] };

type LeavingIntegration = Extract<Leaving, { kind: 'integration' }>;

type StoredSource = Omit<Source, 'write_keys'> & Partial<Pick<Source, 'write_keys'>>;

export type MappingAdded = 'saved' | 'too_many' | 'conflict' | 'not_found' | 'stale';

/** `refused`: the mapping that would have come of it could never work. */
export type MappingChanged =
  /** With the integration's new version, of which it is a part. */
  | { kind: 'changed'; value: Mapping; updated_at: string }
  | { kind: 'not_found' }
  | { kind: 'stale' }
  | { kind: 'refused'; problems: FieldProblem[] };

/** Up to which source the cron trigger has come. */
const VISITED_UNTIL = 'visited_until';

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
  readonly #accessTokens: AccessTokens;
  readonly #leavings: Leavings;
  readonly #audit: AuditLog;
  readonly #publisher: ConfigPublisher;
  readonly #revoked: RevokedKeys;
  /** Which are published, or are going to be. */
  #markedPolicies: string | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    migrate({ sql: this.#sql, transaction: (work) => ctx.storage.transactionSync(work) }, REGISTRY_MIGRATIONS);
    this.#accessTokens = new AccessTokens(this.#sql, () => Date.now());
    this.#leavings = new Leavings(this.#sql);
    this.#audit = new AuditLog(this.#sql, () => Date.now());
    this.#revoked = new RevokedKeys(this.#sql);
    this.#publisher = new ConfigPublisher({
      sql: this.#sql,
      kv: env.CONFIG,
      value: (key, sourceId) => this.#published(key, sourceId),
      alarm: { set: (atMs) => ctx.storage.setAlarm(atMs), clear: () => ctx.storage.deleteAlarm() },
      now: () => Date.now(),
      log: logFault,
    });
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

  /**
   * The sources whose outboxes are visited next, in turn: as many as one run of the cron trigger can visit, and the next
   * run goes on behind them.
   */
  nextToVisit(atMost: number): string[] {
    const { kv } = this.ctx.storage;
    const after = kv.get<string>(VISITED_UNTIL) ?? '';
    const ids = this.#sql
      .exec<{ id: string }>(
        'SELECT id FROM (SELECT id, id <= ?1 AS again FROM sources ORDER BY again, id LIMIT ?2)',
        after,
        atMost,
      )
      .toArray()
      .map(({ id }) => id);
    kv.put(VISITED_UNTIL, ids.at(-1) ?? '');
    return ids;
  }

  async addSource(source: Source): Promise<Saved> {
    if (this.source(source.id) !== undefined || this.#leavings.has('source', source.id))
      return { kind: 'conflict', with: 'id' };
    if (this.#isTaken(source.write_key)) return { kind: 'conflict', with: 'write_key' };
    this.#sql.exec(
      'INSERT INTO sources (id, write_key, body) VALUES (?, ?, ?)',
      source.id,
      source.write_key,
      JSON.stringify(source),
    );
    this.#sql.exec('INSERT INTO write_keys (key, source_id) VALUES (?, ?)', source.write_key, source.id);
    await this.#publish(source.id);
    return { kind: 'saved' };
  }

  /** Changes what is given and leaves the rest, in one turn: of two changes at once, neither is lost. */
  async changeSource(id: string, change: SourcePatch, { ifMatch, now }: Precondition): Promise<Changed<Source>> {
    const source = this.source(id);
    if (source === undefined) return { kind: 'not_found' };
    if (!isMeant(ifMatch, source)) return { kind: 'stale' };
    return { kind: 'changed', value: await this.#replaceSource(source, change, now) };
  }

  /**
   * Adds a write key, which is the source's own from now on; those before go on working until they are revoked.
   *
   * @param atMost How many a source may have at once.
   */
  async addWriteKey(id: string, key: WriteKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    const source = this.source(id);
    if (source === undefined) return 'not_found';
    if (source.write_keys.length >= atMost) return 'too_many';
    this.#sql.exec('INSERT INTO write_keys (key, source_id) VALUES (?, ?)', key.key, id);
    this.#sql.exec('UPDATE sources SET write_key = ? WHERE id = ?', key.key, id);
    const write_keys = [...source.write_keys, key];
    await this.#replaceKeys(source, { write_key: key.key, write_keys }, key.created_at);
    return 'added';
  }

  /** Revokes a write key that is not the source's newest: the collector refuses it within about a minute. */
  async removeWriteKey(id: string, key: string, now: string): Promise<'removed' | 'not_found' | 'in_use'> {
    const source = this.source(id);
    if (source === undefined || !source.write_keys.some((known) => known.key === key)) return 'not_found';
    if (source.write_key === key) return 'in_use';
    this.#sql.exec('DELETE FROM write_keys WHERE key = ?', key);
    this.#revoke(configKey({ kind: 'write', key }), id);
    await this.#replaceKeys(source, { write_keys: source.write_keys.filter((known) => known.key !== key) }, now);
    return 'removed';
  }

  /** @param atMost How many a source may have at once. */
  async addServerKey(id: string, key: ServerKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    const source = this.source(id);
    if (source === undefined) return 'not_found';
    if (source.server_keys.length >= atMost) return 'too_many';
    await this.#replaceKeys(source, { server_keys: [...source.server_keys, key] }, key.created_at);
    return 'added';
  }

  /** Revokes a server key: the collector refuses it within about a minute. */
  async removeServerKey(id: string, keyId: string, now: string): Promise<'removed' | 'not_found'> {
    const source = this.source(id);
    const revoked = source?.server_keys.find((key) => key.id === keyId);
    if (source === undefined || revoked === undefined) return 'not_found';
    this.#revoke(configKey({ kind: 'server', sha256: revoked.sha256 }), id);
    await this.#replaceKeys(source, { server_keys: source.server_keys.filter((key) => key.id !== keyId) }, now);
    return 'removed';
  }

  /** Removes a source that has no integration any more. What other objects have of it is one of `leavings` until it is cleared. */
  async removeSource(id: string, ifMatch: string | undefined): Promise<'removed' | 'in_use' | 'not_found' | 'stale'> {
    const source = this.source(id);
    if (source === undefined) return 'not_found';
    if (!isMeant(ifMatch, source)) return 'stale';
    if (this.integrations({ limit: 1, after: undefined, sourceId: id }).length > 0) return 'in_use';
    this.#sql.exec('DELETE FROM sources WHERE id = ?', id);
    this.#sql.exec('DELETE FROM write_keys WHERE source_id = ?', id);
    this.#accessTokens.forgetSource(id);
    this.#leavings.add({ kind: 'source', id });
    this.#publisher.mark([...configKeysOf(source), ...this.#revoked.forgetSource(id)], null);
    this.#markPolicies();
    await this.#publisher.publish();
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
    if (this.integration(integration.id) !== undefined || this.#leavings.has('integration', integration.id))
      return { kind: 'conflict', with: 'id' };
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
  async changeIntegration(
    id: string,
    change: IntegrationChange,
    { ifMatch, now, incarnation }: IntegrationPrecondition,
  ): Promise<IntegrationChanged> {
    const known = this.#theVery(id, incarnation);
    if (known === undefined) return { kind: 'not_found' };
    if (!isMeant(ifMatch, known)) return { kind: 'stale' };
    const { config, secrets, ...rest } = change;
    const changed: Integration = {
      ...known,
      ...rest,
      updated_at: nextUpdate(now, known),
      config: { ...known.config, ...config },
      secrets: { ...known.secrets, ...secrets },
    };
    // Settings that an older version let pass are in nobody's way.
    const passed = new Set(settingProblems(known.config, KNOWN_VERSIONS).map(({ pointer }) => pointer));
    const problems = settingProblems(changed.config, KNOWN_VERSIONS).filter(({ pointer }) => !passed.has(pointer));
    if (problems.length > 0) return { kind: 'refused', problems };
    this.#sql.exec('UPDATE integrations SET body = ? WHERE id = ?', JSON.stringify(changed), id);
    await this.#publish(changed.source_id);
    return { kind: 'changed', value: changed };
  }

  /**
   * Notes which secrets an integration has, once they are kept: what it says of them is true after a crash too.
   *
   * @returns Undefined when it is not there any more.
   */
  noteSecrets(
    { id, incarnation }: Pick<Integration, 'id'> & { incarnation?: string | undefined },
    secrets: Partial<Integration['secrets']>,
  ): Integration | undefined {
    const known = this.#theVery(id, incarnation);
    if (known === undefined) return undefined;
    // Nothing of it is published, and it is a part of a change that has its own time.
    const changed: Integration = { ...known, secrets: { ...known.secrets, ...secrets } };
    this.#sql.exec('UPDATE integrations SET body = ? WHERE id = ?', JSON.stringify(changed), id);
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
    { atMost, ...precondition }: { atMost: number } & IntegrationPrecondition,
  ): Promise<MappingAdded> {
    const known = this.#theVery(id, precondition.incarnation)?.config.mappings ?? [];
    if (known.length >= atMost) return 'too_many';
    if (known.some((other) => other.id === mapping.id)) return 'conflict';
    return this.#saveMappings(id, [...known, mapping], precondition);
  }

  /** Changes what is given of a mapping and leaves the rest, in one turn: of two changes at once, neither is lost. */
  async changeMapping(
    id: string,
    mappingId: string,
    change: MappingPatch,
    precondition: IntegrationPrecondition,
  ): Promise<MappingChanged> {
    // First, since from reading on to saving nothing else may have its turn.
    await liquidFor([change, this.#theVery(id, precondition.incarnation)?.config.mappings]);
    const integration = this.#theVery(id, precondition.incarnation);
    const mappings = integration?.config.mappings ?? [];
    const known = mappings.find((other) => other.id === mappingId);
    if (integration === undefined || known === undefined) return { kind: 'not_found' };
    if (!isMeant(precondition.ifMatch, integration)) return { kind: 'stale' };
    const value: Mapping = { ...known, ...change };
    const problems = mappingProblems(value, '');
    if (problems.length > 0) return { kind: 'refused', problems };
    const changed = mappings.map((other) => (other.id === mappingId ? value : other));
    const saved = await this.changeIntegration(id, { config: { mappings: changed } }, precondition);
    return saved.kind === 'changed' ? { kind: 'changed', value, updated_at: saved.value.updated_at } : saved;
  }

  async removeMapping(
    id: string,
    mappingId: string,
    precondition: IntegrationPrecondition,
  ): Promise<'saved' | 'not_found' | 'stale'> {
    const known = this.#theVery(id, precondition.incarnation)?.config.mappings ?? [];
    if (!known.some((other) => other.id === mappingId)) return 'not_found';
    return this.#saveMappings(
      id,
      known.filter((other) => other.id !== mappingId),
      precondition,
    );
  }

  async removeIntegration(
    id: string,
    {
      ifMatch,
      incarnation,
      isDiscarded,
    }: Omit<IntegrationPrecondition, 'now'> & Pick<LeavingIntegration, 'isDiscarded'>,
  ): Promise<'removed' | 'not_found' | 'stale'> {
    const integration = this.#theVery(id, incarnation);
    if (integration === undefined) return 'not_found';
    if (!isMeant(ifMatch, integration)) return 'stale';
    this.#sql.exec('DELETE FROM integrations WHERE id = ?', id);
    this.#leavings.add({ kind: 'integration', id, sourceId: integration.source_id, incarnation, isDiscarded });
    await this.#publish(integration.source_id);
    return 'removed';
  }

  /** Some of what was deleted and is not gone everywhere. */
  leavings(): Leaving[] {
    return this.#leavings.list();
  }

  /** It is gone everywhere: its id may be given again. */
  cleared(leaving: Leaving): void {
    this.#leavings.remove(leaving);
  }

  /** Lets somebody use the management API, or says why not. */
  enter(credential: Credential, adminTokenId: string): Entry {
    return this.#accessTokens.enter(credential, adminTokenId);
  }

  beginSession(sha256: string, principal: Principal, adminTokenId: string): number {
    return this.#accessTokens.beginSession(sha256, principal, adminTokenId);
  }

  endSession(sha256: string): void {
    this.#accessTokens.endSession(sha256);
  }

  tokens(page: Page): AccessTokenView[] {
    return this.#accessTokens.list(page);
  }

  addToken(token: NewAccessToken): TokenAdded {
    const unknown = (token.sourceIds ?? []).findIndex((id) => this.source(id) === undefined);
    if (unknown >= 0) return { kind: 'unknown_source', index: unknown };
    return { kind: 'added', token: this.#accessTokens.add(token) };
  }

  revokeToken(id: string): 'revoked' | 'not_found' {
    return this.#accessTokens.revoke(id);
  }

  appendAudit(change: Change): void {
    this.#audit.append(change);
  }

  auditLog(page: Parameters<AuditLog['list']>[0]): AuditEntry[] {
    return this.#audit.list(page);
  }

  override async alarm(): Promise<void> {
    await this.#publisher.publish();
  }

  async #saveMappings(
    id: string,
    mappings: Mapping[],
    precondition: IntegrationPrecondition,
  ): Promise<'saved' | 'not_found' | 'stale'> {
    const saved = await this.changeIntegration(id, { config: { mappings } }, precondition);
    if (saved.kind === 'refused') throw new Error('Cannot refuse mappings for settings that they leave as they are');
    return saved.kind === 'changed' ? 'saved' : saved.kind;
  }

  /** The integration of this id, if it is still the one that the caller has seen. */
  #theVery(id: string, incarnation: string | undefined): Integration | undefined {
    const known = this.integration(id);
    return known?.incarnation === incarnation ? known : undefined;
  }

  #isTaken(writeKey: string): boolean {
    return this.#sql.exec('SELECT 1 FROM write_keys WHERE key = ?', writeKey).toArray().length > 0;
  }

  async #replaceSource(source: Source, change: Partial<Source>, now: string): Promise<Source> {
    const changed = { ...source, ...change, updated_at: nextUpdate(now, source) };
    this.#sql.exec('UPDATE sources SET body = ? WHERE id = ?', JSON.stringify(changed), source.id);
    await this.#publish(source.id);
    return changed;
  }

  /** Changes a source's keys. What stands under the others is not about keys, so only what is new or gone is published. */
  async #replaceKeys(
    source: Source,
    change: Partial<Pick<Source, 'write_key' | 'write_keys' | 'server_keys'>>,
    now: string,
  ): Promise<void> {
    const changed = { ...source, ...change, updated_at: nextUpdate(now, source) };
    this.#sql.exec('UPDATE sources SET body = ? WHERE id = ?', JSON.stringify(changed), source.id);
    this.#revoked.takenBy(changed);
    const before = new Set(configKeysOf(source));
    this.#publisher.mark(
      configKeysOf(changed).filter((key) => !before.has(key)),
      source.id,
    );
    await this.#publisher.publish();
  }

  async #publish(sourceId: string): Promise<void> {
    const source = this.source(sourceId);
    if (source !== undefined) {
      this.#revoked.takenBy(source);
      this.#publisher.mark(configKeysOf(source), sourceId);
    }
    this.#markPolicies();
    await this.#publisher.publish();
  }

  #markPolicies(): void {
    const policies = this.#consentPolicies();
    if (policies !== this.#markedPolicies) this.#publisher.mark([CONSENT_POLICIES_KEY], null);
    this.#markedPolicies = policies;
  }

  /** From now on KV says that a key was revoked, and whose it was. Publish in the same turn. */
  #revoke(key: string, sourceId: string): void {
    const forgotten = this.#revoked.add(key, sourceId, Date.now());
    this.#publisher.mark([key, ...forgotten], null);
  }

  /** What stands under a key in KV; nothing any more where it is undefined. */
  #published(key: string, sourceId: string | null): string | undefined {
    if (key === CONSENT_POLICIES_KEY) return this.#consentPolicies();
    const published = sourceId === null ? this.#revokedKey(key) : this.#config(sourceId);
    return published === undefined ? undefined : JSON.stringify(published);
  }

  #revokedKey(key: string): PublishedKey | undefined {
    const owner = this.#revoked.ownerOf(key);
    return owner === undefined ? undefined : { revoked_from: owner };
  }

  /** Which policies are in use, as JSON. */
  #consentPolicies(): string {
    const policies = this.#sql
      .exec<{ policy: string }>(`SELECT DISTINCT body ->> '$.unknown_consent' AS policy FROM sources ORDER BY policy`)
      .toArray()
      .map(({ policy }) => policy);
    return JSON.stringify(policies);
  }

  #config(sourceId: string): SourceConfig | undefined {
    const source = this.source(sourceId);
    if (source === undefined) return undefined;
    const { id, allowed_origins, require_origin, unknown_consent } = source;
    const { bot_filter, internal_ips, internal_cookie, max_events_per_minute } = source;
    const integrations = this.integrations({ sourceId, limit: Number.MAX_SAFE_INTEGER, after: undefined });
    return {
      source: {
        id,
        allowed_origins,
        require_origin,
        unknown_consent,
        bot_filter,
        internal_ips,
        internal_cookie,
        max_events_per_minute,
      },
      integrations: integrations.map(({ id: integrationId, name, enabled, config, consent_categories }) => ({
        id: integrationId,
        name,
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

/** A source that was made when it had one write key, and fewer settings. */
function withWriteKeys(source: StoredSource): Source {
  return {
    ...SOURCE_DEFAULTS,
    ...source,
    write_keys: source.write_keys ?? [{ key: source.write_key, created_at: source.created_at }],
  };
}
