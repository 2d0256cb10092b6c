import { Chance } from './chance.ts';
import type * as today from './parts.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The code of a version. A former one has the same shape, because contracts between versions only get additions. */
export type Parts = typeof today;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The deploy of this version over the former one. While it spreads, collectors of both versions call objects of both:
 * minutes for a plain deploy, hours for a gradual one. An object never goes back to the former version (decision 0038).
 */
export class Rollout {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #now: Parts;
  readonly #former: Parts;
  readonly #fromMs: number;
  readonly #untilMs: number;
  /** The time at which each object gets this version. */
  readonly #changesAtMs = new Map<string, number>();

  constructor({ time, seed, now, former }: { time: VirtualTime; seed: number; now: Parts; former: Parts }) {
    this.#time = time;
    this.#now = now;
    this.#former = former;
    this.#chance = new Chance(seed ^ 0x76e2);
    this.#fromMs = time.nowMs + this.#chance.between(MINUTE_MS, 24 * HOUR_MS);
    this.#untilMs = this.#fromMs + this.#chance.of([10 * MINUTE_MS, HOUR_MS, 8 * HOUR_MS]);
  }

  /** Decides when an object gets this version, and restarts it then. */
  add(name: string, restart: () => void): void {
    const atMs = this.#chance.between(this.#fromMs, this.#untilMs);
    this.#changesAtMs.set(name, atMs);
    this.#time.at(atMs, restart);
  }

  /** Returns the version with which an object starts now. */
  ofObject(name: string): Parts {
    return this.#time.nowMs >= (this.#changesAtMs.get(name) ?? 0) ? this.#now : this.#former;
  }

  /** Returns the version of the collector that gets the next request. */
  ofCollector(): Parts {
    if (this.#time.nowMs < this.#fromMs) return this.#former;
    return this.#time.nowMs > this.#untilMs || this.#chance.is(0.5) ? this.#now : this.#former;
  }
}
