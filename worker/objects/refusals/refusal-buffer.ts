import { mergedCounts } from '../../domain/refusals/refusal-count.ts';
import type { RefusalCount } from '../../domain/refusals/refusal-count.ts';

/** A source's counts are written at most this often from one isolate: also how much is lost when it dies. */
export const FLUSH_MS = 3_000;

/** A flush that was to come and has not, since the request that it hung on was cut off. */
const OVERDUE_MS = 2_000;

const MAX_SOURCES = 1_000;

export type RefusalWorld = {
  now(): number;
  sleep(ms: number): Promise<void>;
  log(where: string, error: unknown): void;
};

/** Of the request that writes: what belongs to another one cannot be used in Workers. */
type Save = (counts: readonly RefusalCount[]) => Promise<void>;

type Waiting = {
  counts: readonly RefusalCount[];
  /** When they are going to be written; undefined when nobody is about to. */
  dueAtMs: number | undefined;
  writtenAtMs: number;
};

/**
 * Gathers counts of refusals in the isolate's memory, so that a flood of refused requests costs a write every few seconds
 * and not one each.
 */
export class RefusalBuffer {
  readonly #ports: RefusalWorld;
  readonly #sources = new Map<string, Waiting>();

  constructor(ports: RefusalWorld) {
    this.#ports = ports;
  }

  /**
   * Counts. Writes at once when nothing of the source was written in the last seconds, else together with what comes until
   * then. Never throws: what cannot be written is tried again with the next refusal.
   *
   * @returns When it is written, or is somebody else's to write.
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

  /** The source was deleted. */
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

/** Clocks may jump, in either direction. */
function clamped(waitMs: number): number {
  return Math.max(0, Math.min(FLUSH_MS, waitMs));
}

function isNear(dueAtMs: number, nowMs: number): boolean {
  return nowMs <= dueAtMs + OVERDUE_MS && dueAtMs - nowMs <= FLUSH_MS;
}
