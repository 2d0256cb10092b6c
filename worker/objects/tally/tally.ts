import { DurableObject } from 'cloudflare:workers';

import type { Days } from '../../domain/reports/report-days.ts';
import type { Env } from '../../env.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import type { EventView } from '../../schema/events/event-view.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Ledger } from '../../schema/reports/ledger.ts';
import { SOURCE_DEFAULTS } from '../../schema/settings/source.ts';
import { BeingRestored, newCopiedObject } from '../copy/copied-in-backups.ts';
import type { CopiedInBackups } from '../copy/copied-in-backups.ts';
import type { CopiedObject } from '../copy/copied-object.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { Stop } from '../copy/stop.ts';
import type { Stopped } from '../copy/stop.ts';
import type { KeptStory, NumberedEvent } from '../event-store/event-view-of.ts';
import type { FoundEvents, WantedEvents } from '../event-store/found-events.ts';
import type { Look, Seen } from '../event-store/look.ts';
import { logFault } from '../log-fault.ts';
import { placed } from '../placement.ts';
import { hasTable } from '../sql.ts';
import { waitOrAbort } from '../wait-or-abort.ts';
import { watched } from '../watchers.ts';
import { TallyEngine } from './tally-engine.ts';
import type { Tallied } from './tally-engine.ts';
import type { TallyPorts } from './tally-ports.ts';
import type { TallyReader } from './tally-reader.ts';
import { TALLY_MIGRATIONS } from './tally-schema.ts';
import type { TallyRequest } from './tally-writer.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Counts a source's events that no conversion rule asks for. One per source. This is the platform side;
 * `tally-engine.ts` does the work.
 *
 * `count` answers once the events are on disk.
 */
export class Tally extends DurableObject<Env> implements CopiedInBackups {
  /** Undefined while the object is being restored. */
  #running: TallyEngine | undefined;
  #copiedObject: Promise<CopiedObject> | undefined;
  readonly #stop: Stop;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { storage } = ctx;
    this.#stop = new Stop(storage.kv);
    if (hasTable(storage.sql, '_restoring')) return;
    this.#running = new TallyEngine(portsOf(ctx, env));
    void ctx.blockConcurrencyWhile(async () => {
      // If a backup was cut off, its triggers would go on recording changes.
      if (hasTable(storage.sql, '_copy_changes')) await this.#copied();
      await this.#engine.repair();
    });
  }

  #copied(): Promise<CopiedObject> {
    const { storage, id } = this.ctx;
    return (this.#copiedObject ??= newCopiedObject({
      database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
      migrations: TALLY_MIGRATIONS,
      owner: id.toString(),
    }));
  }

  get #engine(): TallyEngine {
    if (this.#running === undefined) throw new BeingRestored('The tally is being restored');
    return this.#running;
  }

  async count(request: TallyRequest): Promise<Tallied | Stopped> {
    return this.#stop.isStopped ? { kind: 'stopped' } : this.#engine.count(request);
  }

  /** Accepts nothing until `start`. */
  stop(): void {
    this.#stop.set(true);
  }

  start(): void {
    this.#stop.set(false);
  }

  async backup(): Promise<ReadableStream<Uint8Array>> {
    return (await this.#copied()).stream();
  }

  async restore(record: BackupRecord): Promise<Unfit | undefined> {
    const copied = await this.#copied();
    this.#running = undefined;
    return copied.take(record);
  }

  /** Called when everything is restored. From now on, this tally works. */
  async finishRestore(): Promise<void> {
    (await this.#copied()).finish();
    this.#running = new TallyEngine(portsOf(this.ctx, this.env));
    await this.#running.repair();
  }

  /** Deletes what was restored. */
  async undoRestore(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#running = new TallyEngine(portsOf(this.ctx, this.env));
  }

  async latest(page: {
    limit: number;
    beforeSeq: number | undefined;
  }): Promise<{ data: EventView[]; nextSeq: number | undefined }> {
    return (await this.#reader()).latest(page);
  }

  /** Notifies a viewer when something has changed since somebody last read. */
  override fetch(): Promise<Response> {
    return watched(this.ctx);
  }

  async look(look: Look): Promise<Seen> {
    return (await this.#reader()).look(look);
  }

  async eventsAt(seqs: readonly number[]): Promise<NumberedEvent[]> {
    return (await this.#reader()).eventsAt(seqs);
  }

  async event(messageId: string, seq?: number): Promise<KeptStory | undefined> {
    return (await this.#reader()).event(messageId, seq);
  }

  async find(wanted: WantedEvents): Promise<FoundEvents> {
    return (await this.#reader()).find(wanted);
  }

  async ledger(days: Days): Promise<Ledger> {
    return (await this.#reader()).ledger(days);
  }

  async lastHours(hours: number): Promise<Ledger> {
    return (await this.#reader()).lastHours(hours);
  }

  async lint(days: Days): Promise<LintReport> {
    return (await this.#reader()).lint(days);
  }

  async consent(days: Days): Promise<ConsentReport> {
    return (await this.#reader()).consent(days);
  }

  /** Loads the code of lists and reports, which pages and servers never ask for. */
  async #reader(): Promise<TallyReader> {
    const later = await import('../later.ts');
    return new later.TallyReader(this.#engine);
  }

  /** Deletes all data of a deleted source. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    // In one turn: the old tables are deleted, and the new ones say that the source was deleted.
    const deleted = this.ctx.storage.deleteAll();
    this.#running = new TallyEngine(portsOf(this.ctx, this.env));
    this.#running.noteDeletion();
    await deleted;
  }

  override async alarm(): Promise<void> {
    await this.#running?.alarm();
  }
}

function portsOf(ctx: DurableObjectState, bindings: Env): TallyPorts {
  const { id, storage } = ctx;
  const env = placed(bindings);
  return {
    database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
    written: () => storage.sync(),
    now: () => Date.now(),
    sleep: waitOrAbort,
    alarm: {
      get: () => storage.getAlarm(),
      set: (atMs) => storage.setAlarm(atMs),
      clear: () => storage.deleteAlarm(),
    },
    isSourceBack: async () =>
      id.name === undefined || (await env.REGISTRY.getByName('registry').source(id.name)) !== undefined,
    retentionMs: async () => {
      const source = await env.REGISTRY.getByName('registry').source(id.name ?? '');
      return (source ?? SOURCE_DEFAULTS).retention_days * DAY_MS;
    },
    viewers: ctx,
    log: logFault,
  };
}
