import { DurableObject } from 'cloudflare:workers';

import { isWorthStoring, takeAllowance } from '../../domain/collect/event-allowance.ts';
import type { Allowance } from '../../domain/collect/event-allowance.ts';
import type { SourceHealth } from '../../domain/incidents/source-facts.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import type { TriggerSet } from '../../domain/rules/ready-mappings.ts';
import { parseKeyRing } from '../../domain/sealing/sealed-box.ts';
import type { Env } from '../../env.ts';
import type { DeliveryStory, EventView } from '../../schema/events/event-view.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import type { LintReport } from '../../schema/events/lint.ts';
import type { EraseReason } from '../../schema/events/outcome.ts';
import type { ConsentReport } from '../../schema/reports/consent-report.ts';
import type { Ledger, RuleLedger } from '../../schema/reports/ledger.ts';
import type { Cause, DeliveryFilter, ReplayAnswer, ReplayProgress } from '../../schema/reports/replay.ts';
import { SOURCE_DEFAULTS } from '../../schema/settings/source.ts';
import { vaultName } from '../credentials/vault-of.ts';
import type { KeptStory, NumberedEvent } from '../event-store/event-view-of.ts';
import type { Look, Seen } from '../event-store/look.ts';
import { logFault } from '../log-fault.ts';
import { logRequest } from '../log-request.ts';
import { placed } from '../placement.ts';
import { limiterOf } from '../rate-limiter/limiter-of.ts';
import { withTimeout } from '../store-with-timeout.ts';
import { waitOrAbort } from '../wait-or-abort.ts';
import type { AcceptedEvent, Rejected } from './delivery-types.ts';
import type { HoldWatch } from './hold-watch.ts';
import type { Enqueued } from './intake/enqueue.ts';
import { payloadCipher } from './keys/payload-cipher.ts';
import { PayloadKeys } from './keys/payload-keys.ts';
import { OutboxEngine } from './outbox-engine.ts';
import type { OutboxReader, OverviewSpan, SiteOverview } from './outbox-reader.ts';
import type { Ports } from './ports.ts';
import type { BacklogView } from './reports/backlog.ts';
import type { DeliveryHistory, DeliveryPage } from './reports/delivery-history.ts';
import type { HourlyRead } from './reports/hourly.ts';

/** The source's `max_events_per_minute` is used up: nothing was stored. */
export type TooFast = { kind: 'too_fast'; retryAfterMs: number };

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
export class Outbox extends DurableObject<Env> {
  #engine: OutboxEngine;
  #holds: HoldWatch | undefined;
  /**
   * Pages and servers have separate allowances, so that a stranger with the write key uses up nothing of a server
   * key's. One that is nearly full is only in memory; see `isWorthStoring`.
   */
  readonly #allowances = new Map<'page' | 'server', Allowance>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#engine = new OutboxEngine(portsOf(ctx, env));
    // An alarm may have been lost with the previous isolate.
    void ctx.blockConcurrencyWhile(() => this.#engine.repair());
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
  ): Promise<Enqueued | TooFast> {
    if (maxEventsPerMinute !== null && claims > 0) {
      // All events of a call come from the same sender.
      const sender = receipts[0]?.isFromServer === true ? 'server' : 'page';
      const tooFast = this.takeAllowance(sender, { perMinute: maxEventsPerMinute, events: claims });
      if (tooFast !== undefined) return tooFast;
    }
    return this.#engine.enqueue(receipts, rejected, beside);
  }

  /** Takes events from the source's allowance. Returns undefined when there was enough. */
  takeAllowance(
    sender: 'page' | 'server',
    { perMinute, events }: { perMinute: number; events: number },
  ): TooFast | undefined {
    const { kv } = this.ctx.storage;
    const known = this.#allowances.get(sender) ?? kv.get<Allowance>(`allowance:${sender}`);
    const taken = takeAllowance(known, { perMinute, events, nowMs: Date.now() });
    if (taken.kind === 'too_fast') return taken;
    this.#allowances.set(sender, taken.allowance);
    if (isWorthStoring(taken.allowance, perMinute)) kv.put(`allowance:${sender}`, taken.allowance);
    return undefined;
  }

  resume(integrationId: string): Promise<void> {
    return this.#watched(() => this.#engine.resume(integrationId));
  }

  replay(
    integrationId: string,
    which: { filter: DeliveryFilter } | { ids: readonly string[] },
    how: { id: string | null },
  ): Promise<ReplayAnswer> {
    return this.#engine.replay(integrationId, which, how);
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
    await this.ctx.storage.deleteAlarm();
    const payloadKeys = this.#engine.payloadKeys();
    // All in one turn: the old tables are deleted, and new ones hold the names of the keys until KV has none of them.
    const deleted = this.ctx.storage.deleteAll();
    this.#engine = new OutboxEngine(portsOf(this.ctx, this.env));
    this.#holds = undefined;
    const inherited = this.#engine.inherit(payloadKeys);
    await Promise.all([deleted, inherited]);
  }

  /** Loads the code of lists and reports, which pages and servers never ask for. */
  async #reader(): Promise<OutboxReader> {
    const later = await import('../later.ts');
    return new later.OutboxReader(this.#engine.ports, this.#engine.changes);
  }

  /** Handles the watchdog's visit. */
  wake(): Promise<void> {
    return this.#engine.visit();
  }

  async latest(page: {
    limit: number;
    beforeSeq: number | undefined;
  }): Promise<{ data: EventView[]; nextSeq: number | undefined }> {
    return (await this.#reader()).latest(page);
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

  async lint(days: { from: string; to: string }): Promise<LintReport> {
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

  async backlog(integrationId: string): Promise<BacklogView> {
    return (await this.#reader()).backlog(integrationId);
  }

  async hourly(afterSeq: number): Promise<HourlyRead> {
    return (await this.#reader()).hourly(afterSeq);
  }

  async health(): Promise<SourceHealth> {
    return (await this.#reader()).health();
  }

  override alarm(): Promise<void> {
    return this.#watched(() => this.#engine.alarm());
  }

  /** Does work, and tells the alerts if a hold began or ended meanwhile. If that fails, their next round sees it. */
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

const DAY_MS = 24 * 60 * 60 * 1000;

function portsOf(ctx: DurableObjectState, bindings: Env): Ports {
  const env = placed(bindings);
  const { storage } = ctx;
  /** The vault of each integration as it was last read: a refused token is reported to the vault that it came from. */
  const vaults = new Map<string, string>();
  return {
    sourceId: ctx.id.name,
    payloads: new PayloadKeys({
      cipher: payloadCipher,
      sql: storage.sql,
      kv: withTimeout({
        get: (key) => env.CONFIG.get(key),
        put: (key, value) => env.CONFIG.put(key, value),
        delete: (key) => env.CONFIG.delete(key),
        list: async (prefix) => (await env.CONFIG.list({ prefix })).keys.map(({ name }) => name),
      }),
      owner: ctx.id.toString(),
      keyRing: () => parseKeyRing(env.ENCRYPTION_KEY ?? ''),
      now: () => Date.now(),
    }),
    database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
    databaseBytes: () => storage.sql.databaseSize,
    written: () => storage.sync(),
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: waitOrAbort,
    alarm: {
      get: () => storage.getAlarm(),
      set: (atMs) => storage.setAlarm(atMs),
      clear: () => storage.deleteAlarm(),
    },
    isSourceBack: async () =>
      ctx.id.name === undefined || (await env.REGISTRY.getByName('registry').source(ctx.id.name)) !== undefined,
    retention: async () => {
      const source = await env.REGISTRY.getByName('registry').source(ctx.id.name ?? '');
      const { retention_days: days, dead_letter_days: deadLetterDays } = source ?? SOURCE_DEFAULTS;
      return { eventsMs: days * DAY_MS, deadLettersMs: deadLetterDays * DAY_MS };
    },
    integration: async (id) => {
      const found = await env.REGISTRY.getByName('registry').integration(id);
      if (found === undefined) vaults.delete(id);
      else vaults.set(id, vaultName(found));
      return found;
    },
    access: (id) => env.CREDENTIALS.getByName(vaults.get(id) ?? id).access(),
    refused: (id, tokenId) => env.CREDENTIALS.getByName(vaults.get(id) ?? id).refused(tokenId),
    limiter: (key) => limiterOf(env, key),
    sending: () => import('../later.ts'),
    send: async (request) => {
      const { sendConversions } = await import('../later.ts');
      return sendConversions(
        { ...request, apiUrl: env.LINKEDIN_API_URL },
        { fetch: (...args) => fetch(...args), now: () => Date.now() },
      );
    },
    log: logFault,
    logRequest,
  };
}
