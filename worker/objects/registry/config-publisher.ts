import type { Source } from '../../schema/settings/source.ts';
import { configKey } from '../../store/config-key.ts';
import type { Sql } from '../sql.ts';

const RETRY_MS = 2_000;

/** The longest wait before a write that KV keeps refusing is repeated. */
const MAX_RETRY_MS = 60_000;

export type ConfigPublisherPorts = {
  sql: Sql;
  kv: { put(key: string, value: string): Promise<void>; delete(key: string): Promise<void> };
  /**
   * Returns what KV must have under a key now; undefined for nothing.
   *
   * @param sourceId The source with which the key was marked.
   */
  value(key: string, sourceId: string | null): string | undefined;
  alarm: { set(atMs: number): Promise<void>; clear(): Promise<void> };
  now(): number;
  log(where: string, error: unknown): void;
};

/**
 * Publishes settings to KV, where the collector reads them. It repeats failed writes, and the newest settings always
 * win.
 *
 * Changed keys are marked in the transaction of the change, which also sets an alarm. So a stored change is published
 * even if the object dies right after it. Only one publication runs at a time: of two concurrent writes to a key, KV
 * keeps the one that arrives last, which may be the older one.
 */
export class ConfigPublisher {
  readonly #ports: ConfigPublisherPorts;
  /** Counts the marks of each key, so that a write of older settings does not clear a newer mark. */
  readonly #marks = new Map<string, number>();
  #publishing: Promise<void> = Promise.resolve();
  /**
   * The keys that this object was writing before it restarted. For a short time, that old write may still arrive after
   * ours.
   */
  readonly #inherited: ReadonlySet<string>;
  readonly #inheritedUntilMs: number;
  /** The number of successive rounds in which KV refused a write. */
  #failures = 0;

  constructor(ports: ConfigPublisherPorts) {
    this.#ports = ports;
    this.#inherited = new Set(this.#marked());
    this.#inheritedUntilMs = ports.now() + RETRY_MS;
  }

  /** Marks keys as belonging to a source, or to none (null). Call `publish` in the same turn. */
  mark(keys: readonly string[], sourceId: string | null): void {
    for (const key of keys) {
      this.#marks.set(key, (this.#marks.get(key) ?? 0) + 1);
      this.#ports.sql.exec(
        'INSERT INTO unpublished (key, source_id) VALUES (?, ?) ON CONFLICT DO UPDATE SET source_id = excluded.source_id',
        key,
        sourceId,
      );
    }
  }

  /** Publishes everything marked. Never throws: the alarm repeats what failed. */
  async publish(): Promise<void> {
    // Stored together with the marks, because nothing is awaited in between.
    const armed = this.#ports.alarm.set(this.#ports.now() + RETRY_MS);
    this.#publishing = this.#publishing.then(() => this.#publishMarked());
    await Promise.all([armed, this.#publishing]);
  }

  async #publishMarked(): Promise<void> {
    let isRefused = false;
    for (const key of this.#marked()) {
      try {
        await this.#publishOne(key);
      } catch (error) {
        // Goes on with the other keys.
        isRefused = true;
        this.#ports.log('registry.publish', error);
      }
    }
    this.#failures = isRefused ? this.#failures + 1 : 0;
    try {
      if (this.#marked().length === 0) await this.#ports.alarm.clear();
      else if (isRefused) await this.#ports.alarm.set(this.#ports.now() + this.#retryMs());
    } catch (error) {
      this.#ports.log('registry.publish', error);
    }
  }

  #retryMs(): number {
    return Math.min(RETRY_MS * 2 ** Math.min(this.#failures - 1, 10), MAX_RETRY_MS);
  }

  async #publishOne(key: string): Promise<void> {
    // Read this late on purpose: while other keys were written, this one may have been revoked or moved to another
    // source.
    const [marked] = this.#ports.sql
      .exec<{ source_id: string | null }>('SELECT source_id FROM unpublished WHERE key = ?', key)
      .toArray();
    if (marked === undefined) return;
    const marks = this.#marks.get(key);
    const startedAtMs = this.#ports.now();
    const value = this.#ports.value(key, marked.source_id);
    if (value === undefined) await this.#ports.kv.delete(key);
    else await this.#ports.kv.put(key, value);
    // Keeps the mark, so that the alarm writes the key again. By then no write from before the restart can still
    // arrive.
    if (startedAtMs < this.#inheritedUntilMs && this.#inherited.has(key)) return;
    if (this.#marks.get(key) === marks) this.#ports.sql.exec('DELETE FROM unpublished WHERE key = ?', key);
  }

  #marked(): string[] {
    return this.#ports.sql
      .exec<{ key: string }>('SELECT key FROM unpublished')
      .toArray()
      .map(({ key }) => key);
  }
}

/** Returns the KV keys under which a source is published: its write keys and its server keys. */
export function configKeysOf({ write_keys, server_keys }: Pick<Source, 'write_keys' | 'server_keys'>): string[] {
  return [
    ...write_keys.map(({ key }) => configKey({ kind: 'write', key })),
    ...server_keys.map(({ sha256 }) => configKey({ kind: 'server', sha256 })),
  ];
}
