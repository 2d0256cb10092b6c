import { MAX_EVENT_AGE_MS } from '../../../domain/collect/event-time.ts';
import { MAX_BATCHES_CHARS } from '../../../domain/collect/storage-budget.ts';
import { backoffMs } from '../../../domain/delivery/backoff.ts';
import type { Deliveries } from '../deliveries.ts';
import type { IdentityWaits } from '../intake/identity-waits.ts';
import type { Ports } from '../ports.ts';
import type { ApplyParts } from './apply-response.ts';
import type { RuleQueue, RuleQueues } from './rule-queues.ts';

/**
 * How long a rule queue waits for more deliveries before it sends. This combines the events of one moment on a page
 * into one request, and limits a busy rule queue to a few requests per second. It is short, because LinkedIn's
 * attribution wants events in real time.
 */
export const LINGER_MS = 750;

/**
 * The number of concurrent requests. A Worker has six connections, and a rule queue that hangs occupies only one of
 * them.
 */
const MAX_RUNS = 4;

/** A run ends after this time, far below the platform's 15 minutes for an alarm. The next alarm continues. */
const MAX_RUN_MS = 60_000;

/** The backoff after a fault of ours. */
const FAULT_BACKOFF = { baseMs: 2_000, maxMs: 10 * 60_000 };

/** LinkedIn checks an event's age when it arrives, so an event with less time left than this is not sent. */
const DEADLINE_MARGIN_MS = 60_000;

/** Sends due deliveries, several rule queues at once, so that one that hangs or fails does not delay the others. */
export class Dispatcher {
  readonly #ports: Ports;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  readonly #waits: IdentityWaits;
  readonly #parts: Omit<ApplyParts, 'maxChars'>;
  /**
   * Rule queues that have just sent a request, with the time when they may send again. Lost with the isolate, which
   * does no harm.
   */
  readonly #lingering = new Map<number, number>();
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #isEnded = false;

  constructor(parts: Omit<ApplyParts, 'maxChars'> & { waits: IdentityWaits }) {
    this.#parts = parts;
    this.#ports = parts.ports;
    this.#queues = parts.queues;
    this.#deliveries = parts.deliveries;
    this.#waits = parts.waits;
  }

  /** Makes a running run check again, because something new may be due. */
  poke(): void {
    this.#wake?.();
  }

  /** Lets no run start another request, and waits until the running ones are recorded. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#running;
  }

  /** Undoes `end`. */
  begin(): void {
    this.#isEnded = false;
  }

  /** Runs one run at a time: an alarm that fires twice joins the current run. */
  async run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const runs = new Map<number, { queue: RuleQueue; ended: Promise<void> }>();
    const endAtMs = this.#ports.now() + MAX_RUN_MS;
    for (;;) {
      const nowMs = this.#ports.now();
      this.#queues.forgetFarTimes(nowMs);
      this.#ports.database.transaction(() => this.#waits.release(nowMs));
      this.#deliveries.states.expire({ happenedBeforeMs: nowMs - MAX_EVENT_AGE_MS + DEADLINE_MARGIN_MS, nowMs });
      if (nowMs < endAtMs && !this.#isEnded) {
        const starting = this.#startable(runs, nowMs);
        const maxChars = Math.floor(MAX_BATCHES_CHARS / (runs.size + starting.length));
        for (const queue of starting) {
          const ended = this.#send(queue, maxChars).finally(() => runs.delete(queue.id));
          runs.set(queue.id, { queue, ended });
        }
      }
      if (runs.size === 0) return;
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const lingered = this.#lingering.size > 0 ? [this.#ports.sleep(LINGER_MS)] : [];
      await Promise.race([woken, ...lingered, ...[...runs.values()].map(({ ended }) => ended)]);
    }
  }

  /**
   * Returns when to run next; undefined when nothing is pending. Deadlines count too: a held delivery expires without
   * being sent.
   */
  nextRunAtMs(): number | undefined {
    const releaseAtMs = this.#waits.nextReleaseAtMs(this.#ports.now());
    const sendAtMs = this.#nextSendAtMs();
    return releaseAtMs === undefined || sendAtMs === undefined
      ? (releaseAtMs ?? sendAtMs)
      : Math.min(releaseAtMs, sendAtMs);
  }

  #nextSendAtMs(): number | undefined {
    const dueAtMs = this.#queues.nextDueAtMs(this.#deliveries.states.fresh.queues());
    const oldestMs = this.#deliveries.oldestPendingMs();
    if (dueAtMs === undefined || oldestMs === undefined) return undefined;
    const nowMs = this.#ports.now();
    this.#forgetLingered(nowMs);
    const lingeringUntilMs = Math.min(...this.#lingering.values(), Number.POSITIVE_INFINITY);
    const sendAtMs = dueAtMs <= nowMs && Number.isFinite(lingeringUntilMs) ? lingeringUntilMs : dueAtMs;
    return Math.min(sendAtMs, oldestMs + MAX_EVENT_AGE_MS - DEADLINE_MARGIN_MS);
  }

  #startable(runs: ReadonlyMap<number, { queue: RuleQueue }>, nowMs: number): RuleQueue[] {
    this.#forgetLingered(nowMs);
    const probing = new Set([...runs.values()].map(({ queue }) => queue.integrationId));
    const starting: RuleQueue[] = [];
    for (const queue of this.#queues.ready(nowMs, this.#deliveries.states.fresh.queues())) {
      if (runs.size + starting.length >= MAX_RUNS) break;
      if (runs.has(queue.id) || this.#lingering.has(queue.id)) continue;
      // One event tests whether the whole integration works again.
      if (queue.probeFor !== undefined && probing.has(queue.integrationId)) continue;
      if (queue.probeFor !== undefined) probing.add(queue.integrationId);
      starting.push(queue);
    }
    return starting;
  }

  #forgetLingered(nowMs: number): void {
    for (const [queueId, untilMs] of this.#lingering) {
      // A time further away than any that is ever set was written while the clock was wrong.
      if (untilMs <= nowMs || untilMs > nowMs + LINGER_MS) this.#lingering.delete(queueId);
    }
  }

  async #send(queue: RuleQueue, maxChars: number): Promise<void> {
    try {
      const { BatchRun } = await this.#ports.sending();
      await new BatchRun(queue, { ...this.#parts, maxChars }).run();
    } catch (error) {
      // Another object could not be reached, or there is a bug. This rule queue waits, and the others continue.
      this.#ports.log('outbox.batch', error);
      const afterMs = backoffMs(queue.failures + 1, FAULT_BACKOFF, this.#ports.random());
      this.#queues.wait(queue, { nowMs: this.#ports.now(), afterMs });
    } finally {
      this.#lingering.set(queue.id, this.#ports.now() + LINGER_MS);
    }
  }
}
