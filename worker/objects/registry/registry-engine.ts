import type { Principal } from '../../domain/access/permission.ts';
import { parseKeyRing } from '../../domain/sealing/sealed-box.ts';
import type { Env } from '../../env.ts';
import { RELEASE } from '../../schema/release.ts';
import type { AuditEntry } from '../../schema/reports/audit.ts';
import type { AccessTokenView } from '../../schema/settings/access-token.ts';
import type { Hook, HookPatch } from '../../schema/settings/hook.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Mapping, MappingPatch } from '../../schema/settings/mapping.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { ServerKeyRecord, Source, SourcePatch, WriteKeyRecord } from '../../schema/settings/source.ts';
import { CopiedObject, recordStream } from '../copy/copied-object.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { logFault } from '../log-fault.ts';
import { migrate } from '../sql.ts';
import type { Database } from '../sql.ts';
import { AccessTokens } from './access-tokens.ts';
import type { Credential, Entry, NewAccessToken } from './access-tokens.ts';
import { tellingOfAccess } from './access-watch.ts';
import type { Platform } from './access-watch.ts';
import { AuditLog, type Change } from './audit-log.ts';
import { IntegrationChanges } from './integration-changes.ts';
import { MappingChanges } from './mapping-changes.ts';
import { PendingDeletions, type PendingDeletion } from './pending-deletions.ts';
import { PublishedSettings } from './published-settings.ts';
import type {
  Changed,
  IntegrationChange,
  IntegrationChanged,
  IntegrationPrecondition,
  MappingAdded,
  MappingChanged,
  Precondition,
  Saved,
  TokenAdded,
} from './registry-results.ts';
import { REGISTRY_MIGRATIONS } from './registry-schema.ts';
import { NOT_IN_BACKUPS, Restores } from './restores.ts';
import type { RestoreState } from './restores.ts';
import { RevokedKeys } from './revoked-keys.ts';
import { SettingsTables } from './settings-tables.ts';
import type { OfSources, Page } from './settings-tables.ts';
import { SourceChanges } from './source-changes.ts';

/** The last source that the cron trigger visited. */
const VISITED_UNTIL = 'visited_until';

/** The last release that published all settings. */
const PUBLISHED_BY = 'published_by';

/** The operations of the registry, without the platform. The classes next to it do the work. */
export class RegistryEngine {
  readonly #storage: DurableObjectStorage;
  readonly #tables: SettingsTables;
  readonly #sources: SourceChanges;
  readonly #integrations: IntegrationChanges;
  readonly #mappings: MappingChanges;
  readonly #accessTokens: AccessTokens;
  readonly #pendingDeletions: PendingDeletions;
  readonly #audit: AuditLog;
  readonly #published: PublishedSettings;
  readonly #copied: CopiedObject;
  /** The progress of a restore, and the data that it keeps until it is complete. */
  readonly restores: Restores;

  constructor(platform: Platform, env: Pick<Env, 'CONFIG' | 'ENCRYPTION_KEY'>) {
    const { storage } = platform;
    const sql = tellingOfAccess(platform);
    const now = (): number => Date.now();
    const database: Database = { sql, transaction: (work) => storage.transactionSync(work) };
    migrate(database, REGISTRY_MIGRATIONS);
    this.#copied = new CopiedObject({
      database,
      migrations: REGISTRY_MIGRATIONS,
      owner: 'registry',
      leftOut: NOT_IN_BACKUPS,
    });
    this.restores = new Restores(database, () => parseKeyRing(env.ENCRYPTION_KEY ?? ''));
    const tables = new SettingsTables(sql);
    const accessTokens = new AccessTokens(sql, now);
    const pendingDeletions = new PendingDeletions(sql);
    const published = new PublishedSettings(
      { tables, revoked: new RevokedKeys(sql) },
      {
        sql,
        kv: env.CONFIG,
        alarm: { set: (atMs) => storage.setAlarm(atMs), clear: () => storage.deleteAlarm() },
        now,
        log: logFault,
      },
    );
    this.#storage = storage;
    this.#tables = tables;
    this.#accessTokens = accessTokens;
    this.#pendingDeletions = pendingDeletions;
    this.#published = published;
    this.#audit = new AuditLog(sql, now);
    this.#sources = new SourceChanges({ tables, published, pendingDeletions, accessTokens, audit: this.#audit });
    this.#integrations = new IntegrationChanges({ tables, published, pendingDeletions });
    this.#mappings = new MappingChanges(tables, this.#integrations);
    this.#publishAsThisRelease();
  }

  /** A new release publishes all settings once: an older one may have written them in another form, or too late. */
  #publishAsThisRelease(): void {
    const { kv } = this.#storage;
    if (kv.get(PUBLISHED_BY) === RELEASE.version) return;
    kv.put(PUBLISHED_BY, RELEASE.version);
    const isEmpty = this.#tables.sources({ limit: 1, after: undefined }).length === 0;
    if (!isEmpty) void this.#published.publishAll();
  }

  source(id: string): Source | undefined {
    return this.#tables.source(id);
  }

  /** Returns what KV must have under a key; see `PublishedSettings.current`. */
  published(key: string): string | undefined {
    return this.#published.current(key);
  }

  configOf(sourceId: string): SourceConfig | undefined {
    return this.#published.config(sourceId);
  }

  hook(id: string): Hook | undefined {
    return this.#tables.hook(id);
  }

  hooks(sourceId: string): Hook[] {
    return this.#tables.hooks(sourceId);
  }

  /** @param atMost The maximum number of hooks per source. */
  addHook(hook: Hook, atMost: number): 'added' | 'too_many' {
    return this.#tables.addHook(hook, atMost) ? 'added' : 'too_many';
  }

  /** @returns The changed hook; undefined when the source has none with this ID. */
  changeHook(sourceId: string, id: string, change: HookPatch): Hook | undefined {
    return this.#tables.changeHook(sourceId, id, change);
  }

  removeHook(sourceId: string, id: string): boolean {
    return this.#tables.removeHook(sourceId, id);
  }

  sources(which: Page & OfSources): Source[] {
    return this.#tables.sources(which);
  }

  /**
   * Returns the sources whose outboxes are visited next: as many as one run of the cron trigger can visit. The next run
   * continues after them.
   */
  nextToVisit(atMost: number): string[] {
    const { kv } = this.#storage;
    const ids = this.#tables.sourceIdsFrom(kv.get<string>(VISITED_UNTIL) ?? '', atMost);
    kv.put(VISITED_UNTIL, ids.at(-1) ?? '');
    return ids;
  }

  sourceIds(): string[] {
    return this.#tables.sourceIdsFrom('', Number.MAX_SAFE_INTEGER);
  }

  /** @param integrations The integrations that the source begins with. */
  addSource(source: Source, integrations: readonly Integration[] = []): Promise<Saved> {
    return this.#sources.add(source, integrations);
  }

  changeSource(id: string, change: SourcePatch, precondition: Precondition): Promise<Changed<Source>> {
    return this.#sources.change(id, change, precondition);
  }

  addWriteKey(id: string, key: WriteKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    return this.#sources.addWriteKey(id, key, atMost);
  }

  removeWriteKey(id: string, key: string, now: string): Promise<'removed' | 'not_found' | 'in_use'> {
    return this.#sources.removeWriteKey(id, key, now);
  }

  addServerKey(id: string, key: ServerKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    return this.#sources.addServerKey(id, key, atMost);
  }

  removeServerKey(id: string, keyId: string, now: string): Promise<'removed' | 'not_found'> {
    return this.#sources.removeServerKey(id, keyId, now);
  }

  removeSource(id: string, ifMatch: string | undefined): Promise<'removed' | 'in_use' | 'not_found' | 'stale'> {
    return this.#sources.remove(id, ifMatch);
  }

  integration(id: string): Integration | undefined {
    return this.#tables.integration(id);
  }

  integrations(which: Page & OfSources & { sourceId: string | undefined }): Integration[] {
    return this.#tables.integrations(which);
  }

  addIntegration(integration: Integration): Promise<Saved> {
    return this.#integrations.add(integration);
  }

  changeIntegration(
    id: string,
    change: IntegrationChange,
    precondition: IntegrationPrecondition,
  ): Promise<IntegrationChanged> {
    return this.#integrations.change(id, change, precondition);
  }

  noteSecrets(
    which: Pick<Integration, 'id'> & { incarnation?: string | undefined },
    secrets: Partial<Integration['secrets']>,
  ): Integration | undefined {
    return this.#integrations.noteSecrets(which, secrets);
  }

  removeIntegration(
    id: string,
    which: Parameters<IntegrationChanges['remove']>[1],
  ): Promise<'removed' | 'not_found' | 'stale'> {
    return this.#integrations.remove(id, which);
  }

  addMapping(
    id: string,
    mapping: Mapping,
    precondition: { atMost: number } & IntegrationPrecondition,
  ): Promise<MappingAdded> {
    return this.#mappings.add(id, mapping, precondition);
  }

  changeMapping(
    id: string,
    mappingId: string,
    change: MappingPatch,
    precondition: IntegrationPrecondition,
  ): Promise<MappingChanged> {
    return this.#mappings.change(id, mappingId, change, precondition);
  }

  removeMapping(
    id: string,
    mappingId: string,
    precondition: IntegrationPrecondition,
  ): Promise<'saved' | 'not_found' | 'stale'> {
    return this.#mappings.remove(id, mappingId, precondition);
  }

  /** Returns some of the deletions that are not complete. */
  leavings(): PendingDeletion[] {
    return this.#pendingDeletions.list();
  }

  /** Records that a deletion is complete: the ID may be used again. */
  cleared(deletion: PendingDeletion): void {
    this.#pendingDeletions.remove(deletion);
  }

  /** Admits a caller to the management API, or returns why not. */
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
    const unknown = (token.sourceIds ?? []).findIndex((id) => this.#tables.source(id) === undefined);
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

  backup(): ReadableStream<Uint8Array> {
    return recordStream(this.#copied.records());
  }

  /** Returns the progress of a restore; undefined when there is none. */
  restoreState(): RestoreState | undefined {
    return this.restores.state();
  }

  /**
   * Begins to restore a backup.
   *
   * @param mac The signature of its first line.
   * @returns The number of this part; undefined when this instance has settings already.
   */
  beginRestore(mac: string): number | undefined {
    if (!this.#tables.isEmpty() || this.#accessTokens.list({ limit: 1, after: undefined }).length > 0) return undefined;
    this.restores.begin(mac);
    return this.restores.state()?.part;
  }

  /** Called when all other objects are restored. Takes over the settings of the backup, and publishes them. */
  completeRestore(): Unfit | undefined {
    const unfit = this.restores.complete();
    // This also sets an alarm, which publishes again what could not be published.
    if (unfit === undefined) void this.#published.publishAll();
    return unfit;
  }

  async alarm(): Promise<void> {
    await this.#published.publishMarked();
  }
}
