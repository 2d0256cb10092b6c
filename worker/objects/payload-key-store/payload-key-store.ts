import { DurableObject } from 'cloudflare:workers';

import type { Env } from '../../env.ts';

/**
 * Stores the pages of payload keys of one outbox, if the installation is pinned to a jurisdiction, because KV can't be
 * pinned. They are sealed with `ENCRYPTION_KEY`, as in KV.
 *
 * This is an object of its own, so that the outbox's database never has a key beside the payloads that it opens.
 */
export class PayloadKeyStore extends DurableObject<Env> {
  read(key: string): string | null {
    return this.ctx.storage.kv.get<string>(key) ?? null;
  }

  /** Resolves when the page is on disk, because data that is sealed with it is stored next. */
  async write(key: string, sealed: string): Promise<void> {
    this.ctx.storage.kv.put(key, sealed);
    await this.ctx.storage.sync();
  }

  async remove(key: string): Promise<void> {
    const { storage } = this.ctx;
    storage.kv.delete(key);
    // An object without data costs nothing.
    if ([...storage.kv.list({ limit: 1 })].length === 0) await storage.deleteAll();
    await storage.sync();
  }

  names(prefix: string): string[] {
    return [...this.ctx.storage.kv.list({ prefix })].map(([name]) => name);
  }
}
