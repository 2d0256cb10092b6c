import { spend, spendSubrequest } from './meter.ts';
import { rules, take, type KvOperation, type Quota } from './rules.ts';

type Cached = { value: string | null; readAtMs: number };

const QUOTAS = { get: 'kvReads', put: 'kvWrites', delete: 'kvDeletes', list: 'kvLists' } as const satisfies Record<
  KvOperation,
  Quota
>;

/** When each key was last written, anywhere. */
const writtenAtMs = new Map<string, number>();

/**
 * The KV namespace as Cloudflare serves it at one location: values that were read there are cached for a while,
 * including the absence of a key; a key accepts one write a second; and there are daily quotas. The values are in the
 * real KV.
 */
export function bitingKv(kv: KVNamespace): object {
  const cache = new Map<string, Cached>();

  async function operate(operation: KvOperation): Promise<void> {
    const { down, delayMs } = rules.now.kv;
    spendSubrequest();
    take(QUOTAS[operation]);
    spend(QUOTAS[operation]);
    if (delayMs > 0) await scheduler.wait(delayMs);
    if (down.includes(operation)) throw new Error(`KV ${operation.toUpperCase()} failed: 503 Service Unavailable`);
  }

  async function write(operation: 'put' | 'delete', key: string): Promise<void> {
    await operate(operation);
    const nowMs = Date.now();
    if (rules.now.kv.isWriteRateLimited && nowMs - (writtenAtMs.get(key) ?? 0) < 1_000)
      throw new Error(`KV ${operation.toUpperCase()} failed: 429 Too Many Requests`);
    writtenAtMs.set(key, nowMs);
  }

  return {
    async get(key: string, type?: 'json'): Promise<unknown> {
      await operate('get');
      if (rules.now.kv.absent.some((prefix) => key.startsWith(prefix))) return null;
      const known = cache.get(key);
      const isFresh = known !== undefined && Date.now() - known.readAtMs < rules.now.kv.cacheMs;
      const { value } = isFresh ? known : { value: await kv.get(key) };
      if (!isFresh) cache.set(key, { value, readAtMs: Date.now() });
      return type === 'json' && value !== null ? JSON.parse(value) : value;
    },
    async put(key: string, value: string): Promise<void> {
      await write('put', key);
      await kv.put(key, value);
    },
    async delete(key: string): Promise<void> {
      await write('delete', key);
      await kv.delete(key);
    },
    async list(options: KVNamespaceListOptions): Promise<unknown> {
      await operate('list');
      return kv.list(options);
    },
  };
}
