import type { KeyStore } from './outbox/keys/key-pages.ts';

/**
 * The timeout of one KV operation. KV answers faster even on a bad day, and a page waits longer than this for the
 * collector.
 */
const TIMEOUT_MS = 20_000;

/**
 * Wraps a store so that each operation fails when no answer comes in time, instead of blocking its caller for ever. The
 * operation may still take effect later; see `LAST_WRITE_MS`.
 */
export function withTimeout(store: KeyStore): KeyStore {
  return {
    get: (key) => inTime('GET', store.get(key)),
    put: (key, value) => inTime('PUT', store.put(key, value)),
    delete: (key) => inTime('DELETE', store.delete(key)),
    list: (prefix) => inTime('LIST', store.list(prefix)),
  };
}

async function inTime<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
  let stop = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`KV did not answer a ${what} within ${TIMEOUT_MS / 1_000} seconds`);
    const timer = setTimeout(() => reject(error), TIMEOUT_MS);
    stop = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    stop();
  }
}
