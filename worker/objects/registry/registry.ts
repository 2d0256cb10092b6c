import { DurableObject } from 'cloudflare:workers';

import type { Principal } from '../../domain/access/permission.ts';
import type { Env } from '../../env.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import type { AuditEntry } from '../../schema/reports/audit.ts';
import type { AccessTokenView } from '../../schema/settings/access-token.ts';
import type { Hook, HookPatch } from '../../schema/settings/hook.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Mapping, MappingPatch } from '../../schema/settings/mapping.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { ServerKeyRecord, Source, SourcePatch, WriteKeyRecord } from '../../schema/settings/source.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { watched } from '../watchers.ts';
import type { Credential, Entry, NewAccessToken } from './access-tokens.ts';
import type { AuditLog, Change } from './audit-log.ts';
import type { IntegrationChanges } from './integration-changes.ts';
import type { PendingDeletion } from './pending-deletions.ts';
import type { RegistryEngine } from './registry-engine.ts';
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
import type { RestoredObject, RestoreState } from './restores.ts';
import type { OfSources, Page } from './settings-tables.ts';

/**
 * Owns the settings that people make: sources and integrations. There is one for the whole installation.
 *
 * The management API reads and writes here, so it sees its own writes at once. The collector reads what is published to
 * KV, which may be a minute old. KV alone would not be enough: it caches for a minute that a key is absent, so a new
 * source could not be used right after its creation. See docs/decisions/0004.
 *
 * This class is the Durable Object with its public methods. `RegistryEngine` does the work; only people and the cron
 * trigger need it, so a collector request doesn't load it (docs/decisions/0025).
 */
export class Registry extends DurableObject<Env> {
  #engine!: RegistryEngine;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const later = await import('../later.ts');
      this.#engine = new later.RegistryEngine(ctx, env);
    });
  }

  source(id: string): Source | undefined {
    return this.#engine.source(id);
  }

  /** Returns what KV must have under a key; see `PublishedSettings.current`. */
  published(key: string): string | undefined {
    return this.#engine.published(key);
  }

  /** Returns a source's settings as the collector reads them. */
  configOf(sourceId: string): SourceConfig | undefined {
    return this.#engine.configOf(sourceId);
  }

  hook(id: string): Hook | undefined {
    return this.#engine.hook(id);
  }

  hooks(sourceId: string): Hook[] {
    return this.#engine.hooks(sourceId);
  }

  addHook(hook: Hook, atMost: number): 'added' | 'too_many' {
    return this.#engine.addHook(hook, atMost);
  }

  changeHook(sourceId: string, id: string, change: HookPatch): Hook | undefined {
    return this.#engine.changeHook(sourceId, id, change);
  }

  removeHook(sourceId: string, id: string): boolean {
    return this.#engine.removeHook(sourceId, id);
  }

  sources(which: Page & OfSources): Source[] {
    return this.#engine.sources(which);
  }

  /**
   * Returns the sources whose outboxes are visited next: as many as one run of the cron trigger can visit. The next run
   * continues after them.
   */
  nextToVisit(atMost: number): string[] {
    return this.#engine.nextToVisit(atMost);
  }

  /** Returns the IDs of all sources. */
  sourceIds(): string[] {
    return this.#engine.sourceIds();
  }

  addSource(source: Source): Promise<Saved> {
    return this.#engine.addSource(source);
  }

  /** Adds a source with the integrations that it begins with, in one step. */
  addCopiedSource(source: Source, integrations: readonly Integration[]): Promise<Saved> {
    return this.#engine.addSource(source, integrations);
  }

  changeSource(id: string, change: SourcePatch, precondition: Precondition): Promise<Changed<Source>> {
    return this.#engine.changeSource(id, change, precondition);
  }

  addWriteKey(id: string, key: WriteKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    return this.#engine.addWriteKey(id, key, atMost);
  }

  removeWriteKey(id: string, key: string, now: string): Promise<'removed' | 'not_found' | 'in_use'> {
    return this.#engine.removeWriteKey(id, key, now);
  }

  addServerKey(id: string, key: ServerKeyRecord, atMost: number): Promise<'added' | 'too_many' | 'not_found'> {
    return this.#engine.addServerKey(id, key, atMost);
  }

  removeServerKey(id: string, keyId: string, now: string): Promise<'removed' | 'not_found'> {
    return this.#engine.removeServerKey(id, keyId, now);
  }

  removeSource(id: string, ifMatch: string | undefined): Promise<'removed' | 'in_use' | 'not_found' | 'stale'> {
    return this.#engine.removeSource(id, ifMatch);
  }

  integration(id: string): Integration | undefined {
    return this.#engine.integration(id);
  }

  integrations(which: Page & OfSources & { sourceId: string | undefined }): Integration[] {
    return this.#engine.integrations(which);
  }

  addIntegration(integration: Integration): Promise<Saved> {
    return this.#engine.addIntegration(integration);
  }

  changeIntegration(
    id: string,
    change: IntegrationChange,
    precondition: IntegrationPrecondition,
  ): Promise<IntegrationChanged> {
    return this.#engine.changeIntegration(id, change, precondition);
  }

  noteSecrets(
    which: Pick<Integration, 'id'> & { incarnation?: string | undefined },
    secrets: Partial<Integration['secrets']>,
  ): Integration | undefined {
    return this.#engine.noteSecrets(which, secrets);
  }

  removeIntegration(
    id: string,
    which: Parameters<IntegrationChanges['remove']>[1],
  ): Promise<'removed' | 'not_found' | 'stale'> {
    return this.#engine.removeIntegration(id, which);
  }

  addMapping(
    id: string,
    mapping: Mapping,
    precondition: { atMost: number } & IntegrationPrecondition,
  ): Promise<MappingAdded> {
    return this.#engine.addMapping(id, mapping, precondition);
  }

  changeMapping(
    id: string,
    mappingId: string,
    change: MappingPatch,
    precondition: IntegrationPrecondition,
  ): Promise<MappingChanged> {
    return this.#engine.changeMapping(id, mappingId, change, precondition);
  }

  removeMapping(
    id: string,
    mappingId: string,
    precondition: IntegrationPrecondition,
  ): Promise<'saved' | 'not_found' | 'stale'> {
    return this.#engine.removeMapping(id, mappingId, precondition);
  }

  /** Returns some of the deletions that are not complete. */
  leavings(): PendingDeletion[] {
    return this.#engine.leavings();
  }

  /** Records that a deletion is complete: the ID may be used again. */
  cleared(deletion: PendingDeletion): void {
    return this.#engine.cleared(deletion);
  }

  /** Notifies a viewer whenever somebody's access may have changed. */
  override fetch(): Promise<Response> {
    return watched(this.ctx);
  }

  /** Admits a caller to the management API, or returns why not. */
  enter(credential: Credential, adminTokenId: string): Entry {
    return this.#engine.enter(credential, adminTokenId);
  }

  beginSession(sha256: string, principal: Principal, adminTokenId: string): number {
    return this.#engine.beginSession(sha256, principal, adminTokenId);
  }

  endSession(sha256: string): void {
    return this.#engine.endSession(sha256);
  }

  tokens(page: Page): AccessTokenView[] {
    return this.#engine.tokens(page);
  }

  addToken(token: NewAccessToken): TokenAdded {
    return this.#engine.addToken(token);
  }

  revokeToken(id: string): 'revoked' | 'not_found' {
    return this.#engine.revokeToken(id);
  }

  appendAudit(change: Change): void {
    return this.#engine.appendAudit(change);
  }

  auditLog(page: Parameters<AuditLog['list']>[0]): AuditEntry[] {
    return this.#engine.auditLog(page);
  }

  backup(): ReadableStream<Uint8Array> {
    return this.#engine.backup();
  }

  restoreState(): RestoreState | undefined {
    return this.#engine.restoreState();
  }

  beginRestore(mac: string): number | undefined {
    return this.#engine.beginRestore(mac);
  }

  continueRestore(): RestoreState | undefined {
    return this.#engine.restores.continue();
  }

  restoreReached(state: Pick<RestoreState, 'line' | 'mac' | 'part'>): boolean {
    return this.#engine.restores.reached(state);
  }

  restoreTouches(which: RestoredObject, owner: string): void {
    return this.#engine.restores.touch(which, owner);
  }

  restoredOwner(which: RestoredObject): string | undefined {
    return this.#engine.restores.ownerOf(which);
  }

  keepRestored(n: number, record: BackupRecord): Unfit | undefined {
    return this.#engine.restores.keep(n, record);
  }

  completeRestore(): Unfit | undefined {
    return this.#engine.completeRestore();
  }

  restoredObjects(): RestoredObject[] {
    return this.#engine.restores.objects();
  }

  restoredObjectWorks(which: RestoredObject): void {
    return this.#engine.restores.forgetObject(which);
  }

  restoreEnded(): Promise<void> {
    return this.#engine.restores.end();
  }

  override alarm(): Promise<void> {
    return this.#engine.alarm();
  }
}
