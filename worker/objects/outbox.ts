import { DurableObject } from 'cloudflare:workers';

import type { Receipt } from '../domain/ingest.ts';
import type { Env } from '../env.ts';
import { sendConversions, MAX_BATCH_EVENTS } from '../linkedin/send-conversions.ts';
import type { EventView } from '../schema/event-view.ts';
import { Deliveries } from './deliveries.ts';
import { Departures, LINGER_MS } from './departures.ts';
import type { World } from './flight.ts';
import { Lanes } from './lanes.ts';
import { logFault } from './log-fault.ts';
import { OUTBOX_MIGRATIONS } from './outbox-schema.ts';
import { migrate } from './sql.ts';
import { Stories } from './stories.ts';

/** Set first in each alarm, so that a run that dies is followed by another: the platform gives up after six throws. */
const DEAD_MAN_MS = 60_000;

/** Receipts answer "what became of it?", and keep a client's late retry from counting twice, as long as LinkedIn takes the event. */
const RETENTION_MS = 91 * 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 60 * 60 * 1000;
const PURGE_EVENTS = 1_000;

/** An event that was refused beside good ones: counted, and nothing of it kept. */
export type Rejected = { name: string; atMs: number };

/**
 * Keeps each event until LinkedIn has it or its deadline has passed, and what became of it for as long again. One per source.
 *
 * `enqueue` answers once the rows are on disk, so an accepted event outlives the isolate, the machine and a deploy. Sending
 * is the alarm's work.
 *
 * At least once, not exactly once: if LinkedIn took a batch and its answer was lost, the batch goes again, with the same
 * event ids. See docs/decisions/0005.
 */
export class Outbox extends DurableObject<Env> {
  readonly #lanes: Lanes;
  readonly #deliveries: Deliveries;
  readonly #departures: Departures;
  readonly #stories: Stories;
  #purgedAtMs = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    migrate({ sql, transaction: (work) => ctx.storage.transactionSync(work) }, OUTBOX_MIGRATIONS);
    this.#lanes = new Lanes(sql);
    this.#deliveries = new Deliveries(sql);
    this.#stories = new Stories(sql);
    this.#departures = new Departures({ world: this.#world(), lanes: this.#lanes, deliveries: this.#deliveries });
  }

  /** Keeps events with their deliveries and skips: one call, one transaction. Returns how many had come before. */
  async enqueue(receipts: readonly Receipt[], rejected: readonly Rejected[]): Promise<{ duplicates: number }> {
    const duplicates = this.ctx.storage.transactionSync(() => {
      for (const event of rejected) this.#deliveries.count({ ...event, outcome: 'rejected' });
      return receipts.filter((receipt) => !this.#deliveries.keep(receipt, this.#lanes, MAX_BATCH_EVENTS)).length;
    });
    if (receipts.some(({ deliveries }) => deliveries.length > 0)) {
      await this.#armBy(Date.now() + LINGER_MS);
      this.#departures.poke();
    }
    return { duplicates };
  }

  /** The latest events with their outcomes, newest first. */
  latest(page: { limit: number; beforeSeq: number | undefined }): { data: EventView[]; nextSeq: number | undefined } {
    return this.#stories.latest(page);
  }

  /** Somebody mended an integration: what was held for it is tried again now. */
  async resume(integrationId: string): Promise<void> {
    this.#lanes.resume(integrationId);
    await this.kick();
  }

  /** Makes sure that an alarm is set while anything waits: the watchdog against an alarm that was lost. */
  async kick(): Promise<void> {
    const nextMs = this.#departures.nextRunAtMs();
    if (nextMs !== undefined) await this.#armBy(Math.max(nextMs, Date.now()));
    this.#departures.poke();
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + DEAD_MAN_MS);
    try {
      await this.#departures.run();
      this.#purge();
    } catch (error) {
      // The dead-man alarm goes on from here; what was not written down is still pending.
      logFault('outbox.alarm', error);
      return;
    }
    const nextMs = this.#departures.nextRunAtMs();
    if (nextMs === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(Math.max(nextMs, Date.now()));
  }

  async #armBy(atMs: number): Promise<void> {
    const armedMs = await this.ctx.storage.getAlarm();
    // A row is written for each setAlarm, so one that comes early enough is left alone.
    if (armedMs === null || armedMs > atMs) await this.ctx.storage.setAlarm(atMs);
  }

  #purge(): void {
    const nowMs = Date.now();
    if (nowMs - this.#purgedAtMs < PURGE_EVERY_MS) return;
    const isMore = this.#deliveries.purge({ receivedBeforeMs: nowMs - RETENTION_MS, atMost: PURGE_EVENTS });
    if (!isMore) this.#purgedAtMs = nowMs;
  }

  #world(): World {
    const { env, ctx } = this;
    return {
      now: () => Date.now(),
      random: () => Math.random(),
      sleep: (ms) => scheduler.wait(ms),
      integration: (id) => env.REGISTRY.getByName('registry').integration(id),
      access: (id) => env.CREDENTIALS.getByName(id).access(),
      refresh: (id, rejectedTokenId) => env.CREDENTIALS.getByName(id).refresh(rejectedTokenId),
      takePermit: (key, limits) => env.RATE_LIMITER.getByName(key).take(limits),
      pause: (key, untilMs) => env.RATE_LIMITER.getByName(key).pause(untilMs),
      send: (request) =>
        sendConversions(
          { ...request, apiUrl: env.LINKEDIN_API_URL },
          { fetch: (...args) => fetch(...args), now: () => Date.now() },
        ),
      transaction: (work) => ctx.storage.transactionSync(work),
    };
  }
}
