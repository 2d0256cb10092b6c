import { MAX_EVENT_AGE_MS } from '../../../domain/collect/event-time.ts';
import { MAX_BATCHES_CHARS } from '../../../domain/collect/storage-budget.ts';
import { backoffMs } from '../../../domain/delivery/backoff.ts';
import type { Deliveries } from '../deliveries.ts';
import type { IdentityWaits } from '../intake/identity-waits.ts';
import type { Ports } from '../ports.ts';
import type { AnswerParts } from './apply-answer.ts';
import { BatchRun } from './batch-run.ts';
import type { RuleQueue, RuleQueues } from './rule-queues.ts';

/**
 * How long a rule queue waits for neighbours before it sends: one request for what a page says within a moment, and no more than
 * some requests a second for a rule queue that is always busy. LinkedIn's attribution wants events in real time.
 */
export const LINGER_MS = 750;

/** Requests under way at once. A Worker has six connections; a rule queue that hangs keeps one of them from the others. */
const MAX_RUNS = 4;

/** A run ends after this long, far below the platform's 15 minutes for an alarm; the next alarm goes on. */
const MAX_RUN_MS = 60_000;

/** After a fault of ours. */
const FAULT_BACKOFF = { baseMs: 2_000, maxMs: 10 * 60_000 };

/** LinkedIn looks at an event's age when it arrives, so what has less than this left is not sent any more. */
const DEADLINE_MARGIN_MS = 60_000;

/**
 * Sends what is due, rule queue by rule queue, several rule queues at once: a rule queue that hangs or fails delays no other.
 */
export class Dispatcher {
  readonly #ports: Ports;
  readonly #queues: RuleQueues;
  readonly #deliveries: Deliveries;
  readonly #waits: IdentityWaits;
  readonly #parts: Omit<AnswerParts, 'maxChars'>;
  /** Rule queues whose last request went a moment ago, and when they may send again. Lost with the isolate, which does no harm. */
  readonly #lingering = new Map<number, number>();
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: Omit<AnswerParts, 'maxChars'> & { waits: IdentityWaits }) {
    this.#parts = parts;
    this.#ports = parts.ports;
    this.#queues = parts.queues;
    this.#deliveries = parts.deliveries;
    this.#waits = parts.waits;
  }

  /** Something new may be due: a run that is under way looks again. */
  poke(): void {
    this.#wake?.();
  }

  /** A run at a time: an alarm that fires twice joins the run that is under way. */
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
      if (nowMs < endAtMs) {
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

  /** When to run next; undefined when nothing waits. Deadlines count too: a held delivery expires without being sent. */
  nextRunAtMs(): number | undefined {
    const releaseAtMs = this.#waits.nextReleaseAtMs(this.#ports.now());
    const sendAtMs = this.#nextSendAtMs();
    return releaseAtMs === undefined || sendAtMs === undefined
      ? (releaseAtMs ?? sendAtMs)
      : Math.min(releaseAtMs, sendAtMs);
  }

  #nextSendAtMs(): number | undefined {
    const dueAtMs = this.#queues.nextDueAtMs();
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
    for (const queue of this.#queues.ready(nowMs)) {
      if (runs.size + starting.length >= MAX_RUNS) break;
      if (runs.has(queue.id) || this.#lingering.has(queue.id)) continue;
      // One event asks for the whole integration whether it works again.
      if (queue.probeFor !== undefined && probing.has(queue.integrationId)) continue;
      if (queue.probeFor !== undefined) probing.add(queue.integrationId);
      starting.push(queue);
    }
    return starting;
  }

  #forgetLingered(nowMs: number): void {
    for (const [queueId, untilMs] of this.#lingering) {
      // A time that is further away than any that was set comes from a clock that was wrong.
      if (untilMs <= nowMs || untilMs > nowMs + LINGER_MS) this.#lingering.delete(queueId);
    }
  }

  async #send(queue: RuleQueue, maxChars: number): Promise<void> {
    try {
      await new BatchRun(queue, { ...this.#parts, maxChars }).run();
    } catch (error) {
      // Another object could not be reached, or a bug: this rule queue waits, and the others go on.
      this.#ports.log('outbox.batch', error);
      const afterMs = backoffMs(queue.failures + 1, FAULT_BACKOFF, this.#ports.random());
      this.#queues.wait(queue, { nowMs: this.#ports.now(), afterMs });
    } finally {
      this.#lingering.set(queue.id, this.#ports.now() + LINGER_MS);
    }
  }
}
