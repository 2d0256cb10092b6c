import type { Source } from '../../schema/settings/source.ts';
import { configKey } from '../../store/config-key.ts';
import type { Sql } from '../sql.ts';

const RETRY_MS = 2_000;

/** A key that KV refuses again and again is tried this often in the end. */
const MAX_RETRY_MS = 60_000;

export type ConfigPublisherWorld = {
  sql: Sql;
  kv: { put(key: string, value: string): Promise<void>; delete(key: string): Promise<void> };
  /** What has to stand under a key now; undefined for nothing. @param sourceId As it was marked. */
  value(key: string, sourceId: string | null): string | undefined;
  alarm: { set(atMs: number): Promise<void>; clear(): Promise<void> };
  now(): number;
  log(where: string, error: unknown): void;
};

/**
 * Brings what people set up to KV, where the collector reads it: sooner or later, whatever fails, and the newest last.
 *
 * What has changed is marked in the transaction of the change, together with an alarm: so a change that was saved is
 * published even if we die at once. One publishes at a time: of two that write the same key, KV keeps the one that it
 * hears last, which may be the older.
 */
export class ConfigPublisher {
  readonly #ports: ConfigPublisherWorld;
  /** Counts the marks of each key, so that a change that comes while an older one is on its way is not taken for it. */
  readonly #marks = new Map<string, number>();
  #publishing: Promise<void> = Promise.resolve();
  /** Keys that were being written in a former life: that write may still arrive, after ours, for a moment. */
  readonly #inherited: ReadonlySet<string>;
  readonly #inheritedUntilMs: number;
  /** Rounds in a row in which KV refused something. */
  #failures = 0;

  constructor(ports: ConfigPublisherWorld) {
    this.#ports = ports;
    this.#inherited = new Set(this.#marked());
    this.#inheritedUntilMs = ports.now() + RETRY_MS;
  }

  /** Notes that keys show a source, or with null that they show nothing any more. Publish in the same turn. */
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

  /** Publishes what is marked. Never throws: what could not be published is published later, by the alarm. */
  async publish(): Promise<void> {
    // Written together with the marks, since nothing is awaited in between.
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
        // The others are published all the same.
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
    // Read only now: while another key was on its way, this one may have been revoked, or have gone to another source.
    const [marked] = this.#ports.sql
      .exec<{ source_id: string | null }>('SELECT source_id FROM unpublished WHERE key = ?', key)
      .toArray();
    if (marked === undefined) return;
    const marks = this.#marks.get(key);
    const startedAtMs = this.#ports.now();
    const value = this.#ports.value(key, marked.source_id);
    if (value === undefined) await this.#ports.kv.delete(key);
    else await this.#ports.kv.put(key, value);
    // It goes once more by the alarm, by when nothing of a former life is on its way any more.
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

/** The keys under which a source is found: its write keys and its server keys. */
export function configKeysOf({ write_keys, server_keys }: Pick<Source, 'write_keys' | 'server_keys'>): string[] {
  return [
    ...write_keys.map(({ key }) => configKey({ kind: 'write', key })),
    ...server_keys.map(({ sha256 }) => configKey({ kind: 'server', sha256 })),
  ];
}
