import type { Source } from '../../schema/settings/source.ts';
import { configKey } from '../../store/config-key.ts';
import type { Sql } from '../sql.ts';

const RETRY_MS = 2_000;

/** How long a write may still arrive whose publisher has died: KV can be slow. The same as for payload keys. */
const LAST_WRITE_MS = 5 * 60_000;

/**
 * After a restart, a key is written at once, again after `RETRY_MS`, and once more when no older write can still
 * arrive.
 */
const WRITES_AT_ONCE = 2;

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

/** A key that must be written. */
type Marked = { key: string; source_id: string | null; again_at_ms: number | null };

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
  /** How often this object has written the newest mark of each key. */
  readonly #writes = new Map<string, { marks: number | undefined; count: number }>();
  /** The number of successive rounds in which KV refused a write. */
  #failures = 0;

  constructor(ports: ConfigPublisherPorts) {
    this.#ports = ports;
    // The writes that were on their way when the previous instance of this object died.
    ports.sql.exec(
      'UPDATE unpublished SET writing = 0, again_at_ms = ? WHERE writing = 1',
      ports.now() + LAST_WRITE_MS,
    );
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
        // Continues with the other keys.
        isRefused = true;
        this.#ports.log('registry.publish', error);
      }
    }
    this.#failures = isRefused ? this.#failures + 1 : 0;
    try {
      const againAtMs = this.#againAtMs();
      if (this.#marked().length === 0) await this.#ports.alarm.clear();
      else if (isRefused) await this.#ports.alarm.set(this.#ports.now() + this.#retryMs());
      else if (againAtMs !== undefined) await this.#ports.alarm.set(againAtMs);
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
      .exec<Marked>('SELECT key, source_id, again_at_ms FROM unpublished WHERE key = ?', key)
      .toArray();
    if (marked === undefined || this.#isToWait(marked)) return;
    const marks = this.#marks.get(key);
    const startedAtMs = this.#ports.now();
    const value = this.#ports.value(key, marked.source_id);
    this.#ports.sql.exec('UPDATE unpublished SET writing = 1 WHERE key = ?', key);
    try {
      if (value === undefined) await this.#ports.kv.delete(key);
      else await this.#ports.kv.put(key, value);
    } finally {
      this.#ports.sql.exec('UPDATE unpublished SET writing = 0 WHERE key = ?', key);
    }
    const known = this.#writes.get(key);
    this.#writes.set(key, { marks, count: known !== undefined && known.marks === marks ? known.count + 1 : 1 });
    // Keeps the mark, so that the alarm writes the key again when no write from before the restart can still arrive.
    if (mayArrive(marked, startedAtMs)) return;
    if (this.#marks.get(key) === marks) this.#ports.sql.exec('DELETE FROM unpublished WHERE key = ?', key);
  }

  /** Whether the key doesn't have to be written again now. */
  #isToWait(marked: Marked): boolean {
    const known = this.#writes.get(marked.key);
    if (known === undefined || known.marks !== this.#marks.get(marked.key)) return false;
    return known.count >= WRITES_AT_ONCE && mayArrive(marked, this.#ports.now());
  }

  /** Returns when the first key must be written again; undefined when one is due before that. */
  #againAtMs(): number | undefined {
    const rows = this.#ports.sql.exec<Marked>('SELECT key, source_id, again_at_ms FROM unpublished').toArray();
    if (rows.length === 0 || !rows.every((row) => this.#isToWait(row))) return undefined;
    return Math.min(...rows.map((row) => row.again_at_ms ?? 0));
  }

  #marked(): string[] {
    return this.#ports.sql
      .exec<{ key: string }>('SELECT key FROM unpublished')
      .toArray()
      .map(({ key }) => key);
  }
}

/** Whether a write from before a restart may arrive after this time. A time further away was set by a wrong clock. */
function mayArrive({ again_at_ms: againAtMs }: Marked, atMs: number): boolean {
  return againAtMs !== null && atMs < againAtMs && againAtMs <= atMs + LAST_WRITE_MS;
}

/** Returns the KV keys under which a source is published: its write keys and its server keys. */
export function configKeysOf({ write_keys, server_keys }: Pick<Source, 'write_keys' | 'server_keys'>): string[] {
  return [
    ...write_keys.map(({ key }) => configKey({ kind: 'write', key })),
    ...server_keys.map(({ sha256 }) => configKey({ kind: 'server', sha256 })),
  ];
}
