import type { Integration } from '../../../worker/schema/settings/integration.ts';
import { Chance } from './chance.ts';
import type { Fault } from './faults.ts';
import { parseElements } from './simulated-linkedin.ts';
import { HOUR_MS, INTEGRATIONS } from './simulation.ts';
import type { Simulation } from './simulation.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const WATCHDOG_EVERY_MS = 5 * MINUTE_MS;

/** The parts of the simulated world that people use. */
type Around = {
  /** The erased people: when they asked, and when it was confirmed. */
  erased: Map<string, { fromMs: number; doneAtMs: number }>;
  /** Reports how many deliveries an erasure ended. */
  ended(deliveries: number): void;
  isOver(): boolean;
  /** Sends a lead, as a person does with a form. */
  lead(source: string, person: string): void;
  change(id: string, changed: (known: Integration) => Integration): void;
  restore(id: string): void;
};

/**
 * Visitors who refuse and admins who change their minds, at the worst moments: while a batch is sent, a token renewal or a
 * clean-up of the outbox. It has its own random numbers, so that the rest of a seed stays the same.
 */
export class People {
  readonly #simulation: Simulation;
  readonly #around: Around;
  readonly #chance: Chance;
  readonly #startMs: number;
  #refusers = 0;
  readonly #disconnected = new Set<string>();

  constructor(simulation: Simulation, around: Around) {
    this.#simulation = simulation;
    this.#around = around;
    this.#chance = new Chance(simulation.seed ^ 0x8b);
    this.#startMs = simulation.time.nowMs;
  }

  begin(): void {
    const { time } = this.#simulation;
    if (this.#has('refusals')) this.#nowAndThen(3 * HOUR_MS, () => this.#refusals());
    if (this.#has('secrets_edited')) {
      this.#nowAndThen(4 * HOUR_MS, () => this.#editSecrets(this.#chance.of(INTEGRATIONS).id));
      this.#simulation.onRenewal = (id, ms) => {
        if (!this.#around.isOver() && this.#chance.is(0.3))
          time.after(this.#chance.between(1, ms), () => this.#editSecrets(id));
      };
    }
    if (this.#has('source_deleted'))
      time.after(this.#chance.between(1, 30) * HOUR_MS, () => void this.#simulation.deleteSource('src_d'));
  }

  /** Connects every integration again. */
  end(): void {
    for (const id of this.#disconnected) this.#connect(id);
  }

  /** Changes an integration while a batch is sent. */
  onSend({ elements }: { elements: readonly string[] }): void {
    // A batch with several events is likely to make more requests.
    const chance = elements.length > 2 ? 0.2 : 0.02;
    if (!this.#has('edited_while_sending') || this.#around.isOver() || !this.#chance.is(chance)) return;
    const [first] = parseElements(elements);
    const id = INTEGRATIONS.find(({ rules }) => rules.includes(first?.ruleId ?? ''))?.id;
    if (id === undefined) return;
    const { time } = this.#simulation;
    const changed = this.#chance.of<(known: Integration) => Integration>([
      (known) => ({ ...known, enabled: false }),
      (known) => ({ ...known, config: { ...known.config, test_mode: true } }),
      (known) => ({ ...known, consent_categories: ['advertising', 'analytics'] }),
    ]);
    time.after(this.#chance.between(1, 2_500), () => this.#around.change(id, changed));
    time.after(this.#chance.between(2, 40) * MINUTE_MS, () => {
      if (!this.#around.isOver()) this.#around.restore(id);
    });
  }

  /** Erases a person at their request. */
  erase(person: string, reason: 'erased_on_request' | 'consent_withdrawn' = 'erased_on_request'): void {
    const { erased } = this.#around;
    const fromMs = this.#simulation.time.nowMs;
    if (!erased.has(person)) erased.set(person, { fromMs, doneAtMs: Number.POSITIVE_INFINITY });
    const outboxes = [...this.#simulation.outboxes];
    const done = async (): Promise<void> => {
      const ended = await Promise.all(
        outboxes.map(([source, outbox]) =>
          outbox.call((engine) => {
            this.#simulation.written.erase(source, [person]);
            return engine.erase([person], reason);
          }),
        ),
      );
      this.#around.ended(ended.reduce((sum, deliveries) => sum + deliveries, 0));
      erased.set(person, { fromMs, doneAtMs: this.#simulation.time.nowMs });
    };
    void done().catch(() => undefined);
  }

  /** A new consent banner: many people refuse within a minute around the watchdog's visit, some right after a form. */
  #refusals(): void {
    const { time } = this.#simulation;
    const sinceVisitMs = (time.nowMs - this.#startMs) % WATCHDOG_EVERY_MS;
    let atMs = WATCHDOG_EVERY_MS - sinceVisitMs - 2 * SECOND_MS;
    const gapMs = this.#chance.of([20, 100, 400]);
    for (let left = this.#chance.of([30, 80, 200]); left > 0; left -= 1) {
      atMs += this.#chance.between(1, 2 * gapMs);
      time.after(Math.max(0, atMs), () => {
        this.#refusers += 1;
        const person = `refuser-${this.#refusers}`;
        if (this.#chance.is(0.15)) {
          this.#around.lead(this.#chance.of(INTEGRATIONS).source, person);
          // Others send forms too.
          this.#around.lead(this.#chance.of(INTEGRATIONS).source, `buyer-${this.#refusers}`);
        }
        time.after(this.#chance.between(0, 1_000), () => this.erase(person, 'consent_withdrawn'));
      });
    }
  }

  /** For a while, one person sends a form twice a minute, and another one refuses. */
  comeAndRefuse(forMs: number): void {
    const { time } = this.#simulation;
    const { source } = this.#chance.of(INTEGRATIONS);
    for (let atMs = 0; atMs < forMs; atMs += this.#chance.between(10, 50) * SECOND_MS) {
      time.after(atMs, () => {
        this.#refusers += 1;
        this.#around.lead(source, `buyer-${this.#refusers}`);
        time.after(this.#chance.between(1, 5) * SECOND_MS, () => this.erase(`refuser-${this.#refusers}`));
      });
    }
  }

  /** An admin sets a token, disconnects, or saves several changes in three tabs at once. */
  #editSecrets(id: string): void {
    const { time } = this.#simulation;
    if (this.#around.isOver() || this.#disconnected.has(id)) return;
    const edit = this.#chance.of<() => void>([
      () => void this.#simulation.changeSecrets(id, { access_token: this.#freshToken(id) }),
      () => {
        this.#disconnected.add(id);
        void this.#simulation.changeSecrets(id, { access_token: null, refresh_token: null });
        time.after(this.#chance.between(2, 30) * MINUTE_MS, () => {
          if (this.#disconnected.has(id)) this.#connect(id);
        });
      },
      () => {
        const number = this.#chance.between(1, 1_000_000);
        void this.#simulation.changeSecrets(id, { access_token: this.#freshToken(id) });
        void this.#simulation.changeSecrets(id, { refresh_token: `ref-${number}` });
        void this.#simulation.changeSecrets(id, { oauth_client_secret: `secret-${number}` });
      },
    ]);
    edit();
  }

  #connect(id: string): void {
    this.#disconnected.delete(id);
    void this.#simulation
      .changeSecrets(id, {
        access_token: this.#freshToken(id),
        refresh_token: `ref-${this.#chance.between(1, 1_000_000)}`,
      })
      .then(() => this.#simulation.outboxOf(id).call((engine) => engine.resume(id)))
      .catch(() => undefined);
  }

  #freshToken(id: string): string {
    return this.#simulation.issueToken(this.#simulation.appOf(id), { forMs: 365 * 24 * HOUR_MS });
  }

  #nowAndThen(everyMs: number, happen: () => void): void {
    this.#simulation.time.after(this.#chance.between(1, 2 * everyMs), () => {
      if (this.#around.isOver()) return;
      happen();
      this.#nowAndThen(everyMs, happen);
    });
  }

  #has(fault: Fault): boolean {
    return this.#simulation.faults.has(fault);
  }
}
