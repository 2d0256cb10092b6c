import type { Ports } from './ports.ts';

/**
 * Set at the start of each alarm, so that a run that dies is followed by another one; the platform gives up after six
 * throws.
 *
 * Longer than a request may take. If it fires during a run, it waits for that run and is then replaced.
 */
const DEAD_MAN_MS = 15_000;

/**
 * Sets the outbox's alarm. Nothing else sets it.
 *
 * Each method calls the platform before it awaits anything. So an alarm is written in the same turn as the rows that
 * need it: both
 * are written or neither.
 */
export class OutboxAlarm {
  readonly #ports: Ports;
  readonly #nextRunAtMs: () => number | undefined;
  /** Read at the start, and by the watchdog in case the alarm was lost. */
  #setToMs: number | null = null;

  /** @param nextRunAtMs Returns when there is something to do next; undefined when there is nothing. */
  constructor(ports: Ports, nextRunAtMs: () => number | undefined) {
    this.#ports = ports;
    this.#nextRunAtMs = nextRunAtMs;
  }

  /** Reads what the alarm is really set to. */
  async read(): Promise<void> {
    this.#setToMs = await this.#ports.alarm.get();
  }

  /** Sets an alarm before a run, so that another run follows if this one dies. */
  async setDeadMan(): Promise<void> {
    await this.#set(this.#ports.now() + DEAD_MAN_MS);
  }

  /** Sets the alarm after a run, exactly for the next thing to do. */
  async setExactly(): Promise<void> {
    const nextMs = this.#nextRunAtMs();
    if (nextMs === undefined) {
      this.#setToMs = null;
      await this.#ports.alarm.clear();
    } else await this.#set(Math.max(nextMs, this.#ports.now()));
  }

  /** Sets the alarm again, because something else may be next by now. */
  async setForNextRun(): Promise<void> {
    const nextMs = this.#nextRunAtMs();
    if (nextMs !== undefined) await this.setBy(Math.max(nextMs, this.#ports.now()));
  }

  /** Sets an alarm for this time, unless an earlier one is set: each time it is set, a row is written. */
  async setBy(atMs: number): Promise<void> {
    if (this.#setToMs === null || this.#setToMs > atMs) await this.#set(atMs);
  }

  #set(atMs: number): Promise<void> {
    this.#setToMs = atMs;
    return this.#ports.alarm.set(atMs);
  }
}
