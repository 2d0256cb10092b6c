import { DurableObject } from 'cloudflare:workers';

import type { Pulse } from '../../domain/heartbeat/pulse.ts';
import type { SourceHealth } from '../../domain/incidents/source-facts.ts';
import type { Places } from '../../domain/metrics/progress.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import type { TriggerSet } from '../../domain/rules/ready-mappings.ts';
import type { Env } from '../../env.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import type { DeliveryStory } from '../../schema/events/event-view.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Ledger, RuleLedger } from '../../schema/reports/ledger.ts';
import type { Cause, DeliveryFilter, ReplayAnswer, ReplayProgress } from '../../schema/reports/replay.ts';
import { BeingRestored, newCopiedObject } from '../copy/copied-in-backups.ts';
import type { CopiedInBackups } from '../copy/copied-in-backups.ts';
import type { CopiedObject } from '../copy/copied-object.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { Stop } from '../copy/stop.ts';
import type { Stopped } from '../copy/stop.ts';
import type { KeptStory, NumberedEvent } from '../event-store/event-view-of.ts';
import type { Look, Seen } from '../event-store/look.ts';
import { logFault } from '../log-fault.ts';
import { placed } from '../placement.ts';
import { hasTable, migrate } from '../sql.ts';
import type { Database } from '../sql.ts';
import { watched } from '../watchers.ts';
import { Allowances } from './allowances.ts';
import type { TooFast } from './allowances.ts';
import type { AcceptedEvent, Rejected } from './delivery-types.ts';
import type { HoldWatch } from './hold-watch.ts';
import type { Enqueued } from './intake/enqueue.ts';
import { payloadKeysOf } from './keys/payload-keys-of.ts';
import type { PayloadKeys } from './keys/payload-keys.ts';
import { OutboxEngine } from './outbox-engine.ts';
import { missingMigrations, outboxMigrations } from './outbox-migrations.ts';
import type { OutboxReader, OverviewSpan, SiteOverview } from './outbox-reader.ts';
import { portsOf } from './ports-of.ts';
import type { BacklogView } from './reports/backlog.ts';
import type { DeliveryHistory, DeliveryPage } from './reports/delivery-history.ts';
import type { HourlyRead } from './reports/hourly.ts';

/**
 * Keeps a source's events until LinkedIn has them. One per source. This is the platform side; `outbox-engine.ts` does
 * the work.
 *
 * `enqueue` answers once the rows are on disk, so an accepted event outlives the isolate, the machine and a deploy. The
 * alarm sends them.
 *
 * At least once, not exactly once: if LinkedIn took a batch and its answer was lost, the batch is sent again, with the
 * same event IDs. See docs/decisions/0005.
 */
export class Outbox extends DurableObject<Env> implements CopiedInBackups {
  /** Undefined while the object is being restored. */
  #running: OutboxEngine | undefined;
  #payloads: PayloadKeys;
  #holds: HoldWatch | undefined;
  #copiedObject: Promise<CopiedObject> | undefined;
  readonly #stop: Stop;
  readonly #allowances: Allowances;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { storage } = ctx;
    this.#payloads = payloadKeysOf(ctx, env);
    this.#stop = new Stop(storage.kv);
    this.#allowances = new Allowances(storage.kv);
    if (hasTable(storage.sql, '_restoring')) return;
    void ctx.blockConcurrencyWhile(async () => {
      this.#restart(await missingMigrations(storage.sql));
      // If a backup was cut off, its triggers would go on recording changes.
      if (hasTable(storage.sql, '_copy_changes')) await this.#copied();
      // An alarm may have been lost with the previous isolate.
      await this.#engine.repair();
    });
  }

  #copied(): Promise<CopiedObject> {
    const [database, owner] = [this.#database, this.ctx.id.toString()];
    return (this.#copiedObject ??= outboxMigrations().then((migrations) =>
      newCopiedObject({ database, migrations, owner }),
    ));
  }

  get #engine(): OutboxEngine {
    if (this.#running === undefined) throw new BeingRestored('The outbox is being restored');
    return this.#running;
  }

  get #database(): Database {
    const { storage } = this.ctx;
    return { sql: storage.sql, transaction: (work) => storage.transactionSync(work) };
  }

  /** @param migrations Those that are missing. Loaded before, so that all of this is one turn. */
  #restart(migrations: readonly string[] | undefined): OutboxEngine {
    if (migrations !== undefined) migrate(this.#database, migrations);
    this.#payloads = payloadKeysOf(this.ctx, this.env);
    this.#holds = undefined;
    this.#running = new OutboxEngine(portsOf(this.ctx, this.env, this.#payloads));
    return this.#running;
  }

  /**
   * Stores events, unless the source has just sent too many.
   *
   * @param options.triggerSets The sets that the receipts name.
   * @param options.consent The consent of their batch.
   * @param options.claims The number of events to take from the allowance: those of the whole request, with its first
   * call.
   * @param options.maxEventsPerMinute Null: no limit.
   */
  async enqueue(
    receipts: readonly AcceptedEvent[],
    rejected: readonly Rejected[],
    {
      maxEventsPerMinute,
      claims = receipts.length,
      ...beside
    }: {
      triggerSets: readonly TriggerSet[];
      consent?: ConsentCategories;
      maxEventsPerMinute: number | null;
      claims?: number;
    },
  ): Promise<Enqueued | TooFast | Stopped> {
    if (this.#stop.isStopped) return { kind: 'stopped' };
    if (maxEventsPerMinute !== null && claims > 0) {
      // All events of a call come from the same sender.
      const sender = receipts[0]?.isFromServer === true ? 'server' : 'page';
      const tooFast = this.takeAllowance(sender, { perMinute: maxEventsPerMinute, events: claims });
      if (tooFast !== undefined) return tooFast;
    }
    return this.#engine.enqueue(receipts, rejected, beside);
  }

  /** Takes events from the source's allowance. Returns undefined when there was enough. */
  takeAllowance(...given: Parameters<Allowances['take']>): TooFast | undefined {
    return this.#allowances.take(...given);
  }

  resume(integrationId: string): Promise<void> {
    return this.#watched(() => this.#engine.resume(integrationId));
  }

  replay(...given: Parameters<OutboxEngine['replay']>): Promise<ReplayAnswer> {
    return this.#engine.replay(...given);
  }

  async replayProgress(integrationId: string, id: string): Promise<ReplayProgress | undefined> {
    return (await this.#reader()).replayProgress(integrationId, id);
  }

  /** Ends a person's deliveries, because they asked for it or withdrew consent. Returns their number. */
  erasePerson(tags: readonly string[], reason: EraseReason): number {
    return this.#engine.erase(tags, reason);
  }

  /** Ends the deliveries of a deleted integration, because a person chose to discard them. Returns their number. */
  discard(integrationId: string): number {
    return this.#engine.discard(integrationId);
  }

  /** Deletes all data of a deleted source. */
  async erase(): Promise<void> {
    const migrations = await outboxMigrations();
    await this.ctx.storage.deleteAlarm();
    const payloadKeys = this.#engine.payloadKeys();
    // All in one turn: the old tables are deleted, and new ones store the names of the keys until KV has none of them.
    const deleted = this.ctx.storage.deleteAll();
    const inherited = this.#restart(migrations).inherit(payloadKeys);
    await Promise.all([deleted, inherited]);
  }

  /** Loads the code of lists and reports, which pages and servers never ask for. */
  async #reader(): Promise<OutboxReader> {
    const later = await import('../later.ts');
    return new later.OutboxReader(this.#engine.ports, this.#engine.changes);
  }

  /** Handles the watchdog's visit. */
  async wake(): Promise<void> {
    if (!this.#stop.isStopped) await this.#engine.visit();
  }

  /**
   * Stops accepting and sending. Resolves when no request to LinkedIn is on its way: what was sent is recorded, and what
   * was not sent waits.
   */
  async stop(): Promise<void> {
    this.#stop.set(true);
    await this.#engine.sent();
  }

  async start(): Promise<void> {
    this.#stop.set(false);
    await this.#engine.repair();
  }

  async backup(): Promise<ReadableStream<Uint8Array>> {
    const copied = await this.#copied();
    return copied.stream(async () => ({ record: 'pages', pages: await this.#payloads.copyPages() }));
  }

  async restore(record: BackupRecord, owner: string): Promise<Unfit | undefined> {
    const copied = await this.#copied();
    this.#running = undefined;
    if (record.record !== 'pages') return copied.take(record);
    return copied.takePages(record, (page) => this.#payloads.pastePage(page, owner));
  }

  /** Called when everything is restored. From now on, this outbox works. */
  async finishRestore(): Promise<void> {
    const migrations = await outboxMigrations();
    (await this.#copied()).finish();
    await this.#restart(migrations).repair();
  }

  /** Deletes what was restored. */
  async undoRestore(): Promise<void> {
    const migrations = await outboxMigrations();
    await this.#payloads.deletePages();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#restart(migrations);
  }

  async latest(page: Parameters<OutboxReader['latest']>[0]): Promise<ReturnType<OutboxReader['latest']>> {
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

  async find(wanted: Parameters<OutboxReader['find']>[0]): Promise<ReturnType<OutboxReader['find']>> {
    return (await this.#reader()).find(wanted);
  }

  async deliveries(integrationId: string, page: DeliveryPage): Promise<ReturnType<DeliveryHistory['ofIntegration']>> {
    return (await this.#reader()).deliveries(integrationId, page);
  }

  async delivery(integrationId: string, id: string): Promise<DeliveryStory | undefined> {
    return (await this.#reader()).delivery(integrationId, id);
  }

  async known(deliveries: Parameters<OutboxReader['known']>[0]): Promise<boolean[]> {
    return (await this.#reader()).known(deliveries);
  }

  async ledger(days: Days): Promise<Ledger> {
    return (await this.#reader()).ledger(days);
  }

  async lastHours(hours: number): Promise<Ledger> {
    return (await this.#reader()).lastHours(hours);
  }

  async siteOverview(integrationIds: readonly string[], span: OverviewSpan): Promise<SiteOverview> {
    return (await this.#reader()).siteOverview(integrationIds, span);
  }

  async ruleLedger(days: Days): Promise<RuleLedger> {
    return (await this.#reader()).ruleLedger(days);
  }

  async ruleIdentifiers(integrationId: string): Promise<ReturnType<OutboxReader['ruleIdentifiers']>> {
    return (await this.#reader()).ruleIdentifiers(integrationId);
  }

  async lint(days: { from: string; to: string }): Promise<ReturnType<OutboxReader['lint']>> {
    return (await this.#reader()).lint(days);
  }

  async consent(days: Days): Promise<ConsentReport> {
    return (await this.#reader()).consent(days);
  }

  async causes(integrationId: string, filter: DeliveryFilter): Promise<Cause[]> {
    return (await this.#reader()).causes(integrationId, filter);
  }

  async workingVersion(integrationId: string, configured: string): Promise<string> {
    return (await this.#reader()).workingVersion(integrationId, configured);
  }

  async versions(integrationId: string, configured: string): Promise<ReturnType<OutboxReader['versions']>> {
    return (await this.#reader()).versions(integrationId, configured);
  }

  tryVersion(integrationId: string, version: string): Promise<void> {
    return this.#engine.tryVersion(integrationId, version);
  }

  async backlog(integrationId: string): Promise<BacklogView> {
    return (await this.#reader()).backlog(integrationId);
  }

  async hourly(afterSeq: number): Promise<HourlyRead> {
    return (await this.#reader()).hourly(afterSeq);
  }

  async health(): Promise<SourceHealth> {
    return (await this.#reader()).health();
  }

  async pulse(): Promise<Pulse> {
    return (await this.#reader()).pulse();
  }

  async progress(after: Places | undefined): ReturnType<OutboxReader['progress']> {
    return (await this.#reader()).progress(after);
  }

  override async alarm(): Promise<void> {
    if (this.#running !== undefined && !this.#stop.isStopped) await this.#watched(() => this.#engine.alarm());
  }

  /** Does work, and notifies the alerts if a hold began or ended. If that fails, their next round finds it. */
  async #watched(work: () => Promise<void>): Promise<void> {
    try {
      this.#holds ??= new (await import('../later.ts')).HoldWatch(this.ctx.storage.sql);
    } catch (error) {
      logFault('outbox.holds', error);
    }
    await work();
    await this.#holds?.tell(this.ctx.id.name, placed(this.env));
  }
}
