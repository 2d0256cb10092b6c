import { DurableObject } from 'cloudflare:workers';

import type { Address } from '../../domain/incidents/alerts/channel.ts';
import type { Env } from '../../env.ts';
import type { ScoutedVersions } from '../../linkedin/scouted-versions.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import type { CopiedInBackups } from '../copy/copied-in-backups.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import type { AlertsEngine } from './alerts-engine.ts';
import type { AlertsParts } from './alerts-parts.ts';
import type { ChannelChanges } from './channel-changes.ts';

/**
 * Stores the incidents of this installation and the alerts about them. There is one such object.
 *
 * This class is the Durable Object with its public methods. `AlertsEngine` and `ChannelChanges` do the work; a collector
 * request doesn't load them (docs/decisions/0031).
 */
export class Alerts extends DurableObject<Env> implements CopiedInBackups {
  #parts!: AlertsParts;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const later = await import('../later.ts');
      this.#parts = new later.AlertsParts(ctx, env);
    });
  }

  /** Requests a check of a source, because something has changed there. */
  notice(sourceId: string): Promise<void> {
    return this.#parts.engine.notice(sourceId);
  }

  /** Requests a check of every source. */
  beginRound(): Promise<void> {
    return this.#parts.engine.beginRound();
  }

  incidents(query: Parameters<AlertsEngine['list']>[0]): ReturnType<AlertsEngine['list']> {
    return this.#parts.engine.list(query);
  }

  signs(): ReturnType<AlertsEngine['signs']> {
    return this.#parts.engine.signs();
  }

  versions(): ScoutedVersions {
    return this.#parts.engine.versions.known();
  }

  metrics(only: readonly string[] | undefined): ReturnType<AlertsEngine['metrics']> {
    return this.#parts.engine.metrics(only);
  }

  channels(): ReturnType<ChannelChanges['list']> {
    return this.#parts.channels.list();
  }

  /** @param base The address of this installation that the caller used. */
  addChannel(
    channel: Parameters<ChannelChanges['add']>[0],
    address: Address,
    base: string | undefined,
  ): ReturnType<ChannelChanges['add']> {
    if (base !== undefined) this.#parts.noteBase(base);
    return this.#parts.channels.add(channel, address);
  }

  changeChannel(
    id: string,
    change: Parameters<ChannelChanges['change']>[1],
    address: Address,
    ifMatch?: string,
  ): ReturnType<ChannelChanges['change']> {
    return this.#parts.channels.change(id, change, address, ifMatch);
  }

  removeChannel(id: string): boolean {
    return this.#parts.channels.remove(id);
  }

  testChannel(id: string): ReturnType<ChannelChanges['test']> {
    return this.#parts.channels.test(id);
  }

  backup(): ReadableStream<Uint8Array> {
    return this.#parts.backup();
  }

  restore(record: BackupRecord): Promise<Unfit | undefined> {
    return this.#parts.restore(record);
  }

  finishRestore(): Promise<void> {
    return this.#parts.finishRestore();
  }

  undoRestore(): Promise<void> {
    return this.#parts.undoRestore();
  }

  override alarm(): Promise<void> {
    return this.#parts.alarm();
  }
}
