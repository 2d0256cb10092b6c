import type { Ports } from './ports.ts';

/**
 * Set first in each alarm, so that a run that dies is followed by another: the platform gives up after six throws. Longer
 * than a request may take; one that comes while a run goes on waits for its end, and is then replaced.
 */
const DEAD_MAN_MS = 15_000;

/**
 * When the platform wakes the outbox; nothing else sets its alarm.
 *
 * Each method calls the platform before it awaits anything. So an alarm is written in the turn of the rows that need it:
 * both are written or neither.
 */
export class OutboxAlarm {
  readonly #ports: Ports;
  readonly #nextRunAtMs: () => number | undefined;
  /** Read at the start, and by the watchdog in case it was lost. */
  #setToMs: number | null = null;

  /** @param nextRunAtMs When there is something to do next; undefined when nothing waits. */
  constructor(ports: Ports, nextRunAtMs: () => number | undefined) {
    this.#ports = ports;
    this.#nextRunAtMs = nextRunAtMs;
  }

  /** Looks what the alarm really is set to. */
  async read(): Promise<void> {
    this.#setToMs = await this.#ports.alarm.get();
  }

  /** Before a run: should it die, another one follows. */
  async setDeadMan(): Promise<void> {
    await this.#set(this.#ports.now() + DEAD_MAN_MS);
  }

  /** After a run: the next one is when there is something to do, neither earlier nor later. */
  async setExactly(): Promise<void> {
    const nextMs = this.#nextRunAtMs();
    if (nextMs === undefined) {
      this.#setToMs = null;
      await this.#ports.alarm.clear();
    } else await this.#set(Math.max(nextMs, this.#ports.now()));
  }

  /** Something else may be next by now: it is not missed. */
  async setForNextRun(): Promise<void> {
    const nextMs = this.#nextRunAtMs();
    if (nextMs !== undefined) await this.setBy(Math.max(nextMs, this.#ports.now()));
  }

  /** Sets an alarm for this time, or leaves an earlier one alone: a row is written each time that it is set. */
  async setBy(atMs: number): Promise<void> {
    if (this.#setToMs === null || this.#setToMs > atMs) await this.#set(atMs);
  }

  #set(atMs: number): Promise<void> {
    this.#setToMs = atMs;
    return this.#ports.alarm.set(atMs);
  }
}
