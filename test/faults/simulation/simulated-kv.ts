import type { Chance } from './chance.ts';
import type { SimulatedObject } from './simulated-object.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Cloudflare's figure for the longest delay of a reader. */
export const MAX_LAG_MS = 60_000;

type Version = { value: string | undefined; atMs: number };

/** Waits for something outside, on behalf of a caller that may die meanwhile. */
type Wait = <Result>(ms: number, work: () => Result) => Promise<Result>;

export type SeenKv = {
  getText(key: string): Promise<string | null>;
  get<Value>(key: string, type: 'json'): Promise<Value | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(prefix: string): Promise<string[]>;
};

/** KV's behaviour: the last write wins, a reader may see a value up to a minute old, and KV may be unreachable. */
export class SimulatedKv {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #versions = new Map<string, Version[]>();
  isStale = false;
  /** The probability that a read or write fails. */
  failureProbability = 0;
  /** While true, KV accepts reads and writes but no deletions, so keys pile up. */
  isDeleteDown = false;
  slowestMs = 300;

  constructor({ time, chance }: { time: VirtualTime; chance: Chance }) {
    this.#time = time;
    this.#chance = chance;
  }

  /** The view of an object, which may die while it waits. */
  seenBy<Instance>(self: SimulatedObject<Instance>): SeenKv {
    return this.seenThrough((ms, work) => self.await(ms, work));
  }

  seenThrough(wait: Wait): SeenKv {
    const read = async (key: string): Promise<string | null> =>
      wait(this.#chance.between(1, this.slowestMs), () => this.#read(key) ?? null);
    return {
      async get(key) {
        const text = await read(key);
        return text === null ? null : JSON.parse(text);
      },
      getText: read,
      put: async (key, value) => wait(this.#chance.between(1, this.slowestMs), () => this.#write(key, value)),
      list: async (prefix) =>
        wait(this.#chance.between(1, this.slowestMs), () => {
          this.#mayFail('LIST');
          return this.names().filter((name) => name.startsWith(prefix));
        }),
      delete: async (key) =>
        wait(this.#chance.between(1, this.slowestMs), () => {
          if (this.isDeleteDown) throw new Error('KV DELETE failed: 503 Service Unavailable');
          this.#write(key, undefined);
        }),
    };
  }

  /** Writes a value that every reader sees already. */
  putLongAgo(key: string, value: string): void {
    this.#versions.set(key, [{ value, atMs: Number.NEGATIVE_INFINITY }]);
  }

  newest(key: string): string | undefined {
    return this.#versions.get(key)?.at(-1)?.value;
  }

  /** Returns the existing names, without any delay. */
  names(): string[] {
    return [...this.#versions].flatMap(([name, versions]) => (versions.at(-1)?.value === undefined ? [] : [name]));
  }

  #read(key: string): string | undefined {
    this.#mayFail('GET');
    const lagMs = this.isStale ? this.#chance.of([0, 0, this.#chance.between(0, MAX_LAG_MS)]) : 0;
    const seenAtMs = this.#time.nowMs - lagMs;
    return this.#versions.get(key)?.findLast(({ atMs }) => atMs <= seenAtMs)?.value;
  }

  #write(key: string, value: string | undefined): void {
    this.#mayFail('PUT');
    const versions = this.#versions.get(key) ?? [];
    this.#versions.set(key, [...versions, { value, atMs: this.#time.nowMs }]);
  }

  #mayFail(what: string): void {
    if (this.#chance.is(this.failureProbability)) throw new Error(`KV ${what} failed: 503 Service Unavailable`);
  }
}
