import { mergedCounts } from '../../domain/refusals/refusal-count.ts';
import type { RefusalCount } from '../../domain/refusals/refusal-count.ts';

/**
 * An isolate writes a source's counts at most this often. When the isolate dies, it loses as much as it counted since.
 */
export const FLUSH_MS = 3_000;

/** After this delay a planned flush counts as lost: the request that would have done it was cut off. */
const OVERDUE_MS = 2_000;

const MAX_SOURCES = 1_000;

export type RefusalPorts = {
  now(): number;
  sleep(ms: number): Promise<void>;
  log(where: string, error: unknown): void;
};

/** Writes counts. Belongs to the current request: a Worker cannot use I/O of another request. */
type Save = (counts: readonly RefusalCount[]) => Promise<void>;

type Waiting = {
  counts: readonly RefusalCount[];
  /** The time of the planned write; undefined when none is planned. */
  dueAtMs: number | undefined;
  writtenAtMs: number;
};

/**
 * Collects counts of refusals in the isolate's memory, so that a flood of refused requests costs one write every few
 * seconds instead of one each.
 */
export class RefusalBuffer {
  readonly #ports: RefusalPorts;
  readonly #sources = new Map<string, Waiting>();

  constructor(ports: RefusalPorts) {
    this.#ports = ports;
  }

  /**
   * Adds counts. Writes them at once if nothing of the source was written in the last seconds, otherwise together with
   * the counts that arrive until then. Never throws: failed writes are repeated with the next refusal.
   *
   * @returns Resolves when the counts are written, or when another request is due to write them.
   */
  async add(sourceId: string, counts: readonly RefusalCount[], save: Save): Promise<void> {
    if (counts.length === 0) return;
    const nowMs = this.#ports.now();
    const known = this.#sources.get(sourceId);
    if (known === undefined && this.#sources.size >= MAX_SOURCES) this.#dropIdle();
    const waitMs = clamped((known?.writtenAtMs ?? nowMs - FLUSH_MS) + FLUSH_MS - nowMs);
    const isDue = known?.dueAtMs !== undefined && isNear(known.dueAtMs, nowMs);
    this.#sources.set(sourceId, {
      counts: mergedCounts(counts, known?.counts ?? []),
      dueAtMs: isDue ? known.dueAtMs : nowMs + waitMs,
      writtenAtMs: known?.writtenAtMs ?? 0,
    });
    if (isDue) return;
    if (waitMs > 0) await this.#ports.sleep(waitMs);
    await this.#write(sourceId, save);
  }

  /** Forgets a source, because it was deleted. */
  forget(sourceId: string): void {
    this.#sources.delete(sourceId);
  }

  async #write(sourceId: string, save: Save): Promise<void> {
    const { counts = [] } = this.#sources.get(sourceId) ?? {};
    if (counts.length === 0) return;
    this.#sources.set(sourceId, { counts: [], dueAtMs: undefined, writtenAtMs: this.#ports.now() });
    try {
      await save(counts);
    } catch (error) {
      this.#ports.log('refusals.save', error);
      const since = this.#sources.get(sourceId);
      if (since !== undefined) this.#sources.set(sourceId, { ...since, counts: mergedCounts(since.counts, counts) });
    }
  }

  #dropIdle(): void {
    for (const [sourceId, { counts }] of this.#sources) if (counts.length === 0) this.#sources.delete(sourceId);
  }
}

/** The clock may jump, in either direction. */
function clamped(waitMs: number): number {
  return Math.max(0, Math.min(FLUSH_MS, waitMs));
}

function isNear(dueAtMs: number, nowMs: number): boolean {
  return nowMs <= dueAtMs + OVERDUE_MS && dueAtMs - nowMs <= FLUSH_MS;
}
