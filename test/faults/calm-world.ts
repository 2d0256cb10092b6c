import { aReceipt } from './simulation/a-receipt.ts';
import { Simulation } from './simulation/simulation.ts';

/** The longest time of a call in the simulation, including the calls that it makes. */
const LONGEST_CALL_MS = 10_000;

/** The simulation without its storm: one source, one rule, and only the faults that a test adds. Time is virtual. */
export class CalmWorld {
  readonly simulation = new Simulation(1, { faults: new Set() });

  get nowMs(): number {
    return this.simulation.time.nowMs;
  }

  /** Sends events for rule 1001 of `int_a`, a few at a time. */
  async enqueue(
    messageIds: readonly string[],
    { happenedAtMs }: { happenedAtMs?: (index: number) => number } = {},
  ): Promise<void> {
    const receipts = messageIds.map((messageId, index) =>
      aReceipt({
        messageId,
        happenedAtMs: happenedAtMs?.(index) ?? this.nowMs,
        receivedAtMs: this.nowMs,
        to: [{ integrationId: 'int_a', ruleId: '1001' }],
      }),
    );
    const kept = this.simulation.enqueue('src_a', receipts);
    // The day's key is written to KV first.
    await this.pass(300);
    if (!(await this.#inTime(kept))) throw new Error('The outbox did not keep the events');
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    await this.simulation.time.run(this.nowMs + ms, () => undefined);
  }

  /** Runs the watchdog like the cron trigger, for as long as the test runs. */
  withWatchdog(): void {
    const visit = (): void => {
      this.simulation.watchdog();
      this.simulation.time.after(300_000, visit);
    };
    visit();
  }

  /** Notifies the outbox of a fixed integration, as the management API does. */
  async tell(): Promise<void> {
    const told = this.simulation.outboxOf('int_a').call((engine) => engine.resume('int_a'));
    await this.pass(10);
    await this.#inTime(told);
  }

  /** Lets time pass until a call is answered. The simulation decides how long its own calls take. */
  async #inTime<Answer>(call: Promise<Answer>): Promise<Answer> {
    const isAnswered = { now: false };
    const answered = call.finally(() => {
      isAnswered.now = true;
    });
    const untilMs = this.nowMs + LONGEST_CALL_MS;
    while (!isAnswered.now && this.nowMs < untilMs) await this.pass(10);
    return answered;
  }

  get requests(): number {
    return this.simulation.linkedIn.requests.length;
  }

  get taken(): Simulation['linkedIn']['taken'] {
    return this.simulation.linkedIn.taken;
  }

  /** Returns why rule queues are held. */
  holds(): string[] {
    const rows = this.simulation.databases
      .get('src_a')
      ?.sql.exec<{ reason: string }>('SELECT hold_reason AS reason FROM lanes WHERE hold_reason IS NOT NULL')
      .toArray();
    return (rows ?? []).map(({ reason }) => reason);
  }

  /** Returns the number of deliveries in each state. */
  states(): Record<string, number> {
    const rows = this.simulation.databases
      .get('src_a')
      ?.sql.exec<{ state: string; n: number }>('SELECT state, count(*) AS n FROM deliveries GROUP BY state')
      .toArray();
    return Object.fromEntries((rows ?? []).map(({ state, n }) => [state, n]));
  }
}
