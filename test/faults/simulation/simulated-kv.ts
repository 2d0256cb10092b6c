import { Chance } from './chance.ts';
import type { SimulatedObject } from './simulated-object.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Cloudflare's figure for the usual delay of a reader. */
const MAX_LAG_MS = 60_000;

/** How long a location caches what it has read, including the absence of a key: KV's default `cacheTtl`. */
const CACHE_MS = 60_000;

/** How far the data that a location reads may be behind, in addition: "60 seconds or more". */
const MAX_PROPAGATION_MS = 30_000;

/** The timeout of `worker/objects/store-with-timeout.ts`. */
const TIMEOUT_MS = 20_000;

/** If a caller gives up a write, it may still arrive within this time. `LAST_WRITE_MS` in the product is longer. */
const SLOWEST_WRITE_MS = 4 * 60_000;

const SLOWEST_READ_MS = 30_000;

/** KV's limit of writes to one key: one in this time. */
const WRITE_EVERY_MS = 1_000;

type Version = { value: string | undefined; atMs: number };

type Operation = 'GET' | 'PUT' | 'DELETE' | 'LIST';

/** Waits for something outside, on behalf of a caller that may die in the meantime. */
type Wait = <Result>(ms: number, work: () => Result | Promise<Result>) => Promise<Result>;

/** A location of Cloudflare, with what it has read recently. It outlives the objects and isolates there. */
export type Location = Map<string, { value: string | undefined; readAtMs: number }>;

export type SeenKv = {
  getText(key: string): Promise<string | null>;
  get<Value>(key: string, type: 'json'): Promise<Value | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(prefix: string): Promise<string[]>;
};

/**
 * KV as Cloudflare serves it. The last write to arrive wins. A location caches what it has read for a minute, including
 * the absence of a key. There are daily quotas, and KV may be slow or unreachable. Everything except plain delays is
 * off by default.
 */
export class SimulatedKv {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  /** Random numbers for the platform's behaviour, so that a seed without it stays the same. */
  readonly #own: Chance;
  readonly #versions = new Map<string, Version[]>();
  readonly #writtenAtMs = new Map<string, number>();
  isStale = false;
  /** Whether locations keep what they have read. */
  isCached = false;
  /** Whether a key takes only a write a second. */
  isWriteRateLimited = false;
  /** The probability that a read or write fails. */
  failureProbability = 0;
  /** While true, KV accepts reads and writes but no deletions, so keys pile up. */
  isDeleteDown = false;
  slowestMs = 300;
  /** The probability that an operation takes very long. */
  slowProbability = 0;
  /** The operations whose quota is used up until midnight. */
  readonly #usedUp = new Set<Operation>();
  /** When a quota or the slowness last ended, and the last of its writes had arrived; infinite until then. */
  #troubledUntilMs = 0;

  constructor({ time, chance, seed }: { time: VirtualTime; chance: Chance; seed: number }) {
    this.#time = time;
    this.#chance = chance;
    this.#own = new Chance(seed ^ 0x6b76);
  }

  /** The age that a value may have when it is read. */
  get maxLagMs(): number {
    return this.isCached ? CACHE_MS + MAX_PROPAGATION_MS : MAX_LAG_MS;
  }

  get troubledUntilMs(): number {
    return this.#usedUp.size > 0 || this.slowProbability > 0 ? Number.POSITIVE_INFINITY : this.#troubledUntilMs;
  }

  /** Whether every read succeeds, and in time. */
  get canRead(): boolean {
    return this.failureProbability === 0 && this.slowProbability === 0 && !this.#usedUp.has('GET');
  }

  useUp(operations: readonly Operation[]): void {
    for (const operation of operations) this.#usedUp.add(operation);
  }

  /** Midnight: every quota begins again. */
  renewQuotas(): void {
    this.#usedUp.clear();
    this.#note();
  }

  beSlow(probability: number): void {
    this.slowProbability = probability;
    if (probability === 0) this.#note(SLOWEST_WRITE_MS);
  }

  #note(laterMs = 0): void {
    this.#troubledUntilMs = Math.max(this.#troubledUntilMs, this.#time.nowMs + laterMs);
  }

  /** The view of an object, which may die while it waits and gives up an operation after a while. */
  seenBy<Instance>(
    self: SimulatedObject<Instance>,
    { location, givesUp = false }: { location: Location; givesUp?: boolean },
  ): SeenKv {
    return this.seenThrough((ms, work) => self.await(ms, work), { location, givesUp });
  }

  seenThrough(wait: Wait, { location, givesUp = false }: { location: Location; givesUp?: boolean }): SeenKv {
    const operate = <Result>(operation: Operation, work: () => Result): Promise<Result> => {
      const ms = this.#chance.between(1, this.slowestMs);
      if (!this.#own.is(this.slowProbability)) return wait(ms, work);
      return this.#slowly(operation, { work, wait, givesUp });
    };
    const read = async (key: string): Promise<string | null> =>
      operate('GET', () => this.#readAt(location, key) ?? null);
    return {
      async get(key) {
        const text = await read(key);
        return text === null ? null : JSON.parse(text);
      },
      getText: read,
      put: async (key, value) => operate('PUT', () => this.#write('PUT', { key, value, location })),
      list: async (prefix) =>
        operate('LIST', () => {
          this.#mayFail('LIST');
          return this.#listed().filter((name) => name.startsWith(prefix));
        }),
      delete: async (key) =>
        operate('DELETE', () => {
          if (this.isDeleteDown) throw new Error('KV DELETE failed: 503 Service Unavailable');
          this.#write('DELETE', { key, value: undefined, location });
        }),
    };
  }

  /** The operation takes effect at its end, even if its caller has given it up or has died. */
  async #slowly<Result>(
    operation: Operation,
    { work, wait, givesUp }: { work: () => Result; wait: Wait; givesUp: boolean },
  ): Promise<Result> {
    const isRead = operation === 'GET' || operation === 'LIST';
    const ms = this.#own.between(1_000, isRead ? SLOWEST_READ_MS : SLOWEST_WRITE_MS);
    const ended = new Promise<Result>((resolve, reject) => {
      this.#time.after(ms, () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    // The caller may no longer exist.
    ended.catch(() => undefined);
    if (givesUp && ms > TIMEOUT_MS)
      return wait(TIMEOUT_MS, () => {
        throw new Error(`KV ${operation} failed: no answer within ${TIMEOUT_MS / 1_000} seconds`);
      });
    return wait(ms, () => ended);
  }

  /** Writes a value that every reader sees already. */
  putLongAgo(key: string, value: string): void {
    this.#versions.set(key, [{ value, atMs: Number.NEGATIVE_INFINITY }]);
  }

  newest(key: string): string | undefined {
    return this.#versions.get(key)?.at(-1)?.value;
  }

  /** Returns when a key was first written; undefined when it never was. */
  firstWrittenAtMs(key: string): number | undefined {
    return this.#versions.get(key)?.[0]?.atMs;
  }

  /** Returns the existing names, without any delay. */
  names(): string[] {
    return [...this.#versions].flatMap(([name, versions]) => (versions.at(-1)?.value === undefined ? [] : [name]));
  }

  /** A list may be as far behind as a value. */
  #listed(): string[] {
    if (!this.isCached) return this.names();
    const seenAtMs = this.#time.nowMs - this.#own.of([0, this.#own.between(0, this.maxLagMs)]);
    return [...this.#versions.keys()].filter((name) => this.#asOf(name, seenAtMs) !== undefined);
  }

  #readAt(location: Location, key: string): string | undefined {
    this.#mayFail('GET');
    if (!this.isCached) return this.#read(key);
    const known = location.get(key);
    const { nowMs } = this.#time;
    if (known !== undefined && nowMs - known.readAtMs < CACHE_MS) return known.value;
    const behindMs = this.#own.of([0, 0, this.#own.between(0, MAX_PROPAGATION_MS)]);
    const value = this.#asOf(key, nowMs - behindMs);
    location.set(key, { value, readAtMs: nowMs });
    return value;
  }

  #read(key: string): string | undefined {
    const lagMs = this.isStale ? this.#chance.of([0, 0, this.#chance.between(0, MAX_LAG_MS)]) : 0;
    return this.#asOf(key, this.#time.nowMs - lagMs);
  }

  #asOf(key: string, seenAtMs: number): string | undefined {
    return this.#versions.get(key)?.findLast(({ atMs }) => atMs <= seenAtMs)?.value;
  }

  #write(
    operation: 'PUT' | 'DELETE',
    { key, value, location }: { key: string; value: string | undefined; location: Location },
  ): void {
    this.#mayFail('PUT', operation);
    const { nowMs } = this.#time;
    const sinceMs = nowMs - (this.#writtenAtMs.get(key) ?? Number.NEGATIVE_INFINITY);
    if (this.isWriteRateLimited && sinceMs < WRITE_EVERY_MS)
      throw new Error(`KV ${operation} failed: 429 Too Many Requests`);
    this.#writtenAtMs.set(key, nowMs);
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), { value, atMs: nowMs }]);
    // Usually the location where it was written reads it at once, but Cloudflare does not promise that.
    if (this.isCached && this.#own.is(0.9)) location.set(key, { value, readAtMs: nowMs });
  }

  #mayFail(what: Operation, counted: Operation = what): void {
    if (this.#usedUp.has(counted)) throw new Error(`KV ${counted} failed: 429 the daily limit is used up`);
    if (this.#chance.is(this.failureProbability)) throw new Error(`KV ${what} failed: 503 Service Unavailable`);
  }
}
