import type { Ports } from './ports.ts';

/** The wait before a run that failed is repeated. Alarms must not throw: the platform gives up after six that do. */
const AGAIN_MS = 15_000;

/**
 * What is due later than this is left to the watchdog, which visits every outbox, because each alarm is a row that is
 * paid for. The watchdog comes every five minutes, or more seldom with more than 800 sources.
 */
const NEAR_MS = 15 * 60_000;

/**
 * An alarm that should have fired so long ago is lost, or late: then it is set again, which costs a row. After a kill -9,
 * local workerd may still have the time of an alarm on disk, and never fires it.
 */
const LOST_AFTER_MS = 1_000;

/** When deliveries are to be sent, and when keys are to be looked at; undefined when never. */
type Next = { sendingAtMs: number | undefined; keysAtMs: number | undefined };

/**
 * Sets the outbox's alarm. Nothing else sets it.
 *
 * Each method calls the platform before it awaits anything. So an alarm is written in the same turn as the rows that
 * need it: both are written or neither.
 */
export class OutboxAlarm {
  readonly #ports: Ports;
  readonly #next: () => Next;
  /** Read at the start, and by the watchdog in case the alarm was lost. */
  #setToMs: number | null = null;

  /** @param next Returns when there is something to do next. */
  constructor(ports: Ports, next: () => Next) {
    this.#ports = ports;
    this.#next = next;
  }

  /** Reads what the alarm is really set to. */
  async read(): Promise<void> {
    this.#setToMs = await this.#ports.alarm.get();
  }

  /**
   * Must be called when an alarm has fired. If the run that follows dies, the platform repeats it: "the alarm() handler
   * will run from the beginning on the other machine" (developers.cloudflare.com/durable-objects/api/alarms).
   */
  fired(): void {
    this.#setToMs = null;
  }

  /** Sets an alarm after a run that failed. */
  async setAgain(): Promise<void> {
    await this.#set(this.#ports.now() + AGAIN_MS);
  }

  /** Sets the alarm after a run, exactly for the next thing to do. */
  async setExactly(): Promise<void> {
    const nextMs = this.#nextNear();
    if (nextMs !== undefined) await this.#set(Math.max(nextMs, this.#ports.now()));
    else if (this.#setToMs !== null) {
      this.#setToMs = null;
      await this.#ports.alarm.clear();
    }
  }

  /** Sets the alarm again, because something else may be next by now. */
  async setForNextRun(): Promise<void> {
    const nextMs = this.#nextNear();
    if (nextMs !== undefined) await this.setBy(Math.max(nextMs, this.#ports.now()));
  }

  /** Sets an alarm for this time, unless an earlier one is set: each time it is set, a row is written. */
  async setBy(atMs: number): Promise<void> {
    const isLost = this.#setToMs !== null && this.#setToMs < this.#ports.now() - LOST_AFTER_MS;
    if (this.#setToMs === null || isLost || this.#setToMs > atMs) await this.#set(atMs);
  }

  #nextNear(): number | undefined {
    const { sendingAtMs, keysAtMs } = this.#next();
    const isNear = keysAtMs !== undefined && keysAtMs <= this.#ports.now() + NEAR_MS;
    return earliest(sendingAtMs, isNear ? keysAtMs : undefined);
  }

  #set(atMs: number): Promise<void> {
    this.#setToMs = atMs;
    return this.#ports.alarm.set(atMs);
  }
}

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((atMs) => atMs !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
