import type { KeyStore } from './outbox/keys/key-pages.ts';

/** Longer than KV takes on a bad day, and shorter than a page waits for the collector. */
const PATIENCE_MS = 20_000;

/**
 * A store that fails where no answer comes: whoever waits for one without an end does nothing else any more. What it was
 * asked for may still happen, see `LAST_WRITE_MS`.
 */
export function patientStore(store: KeyStore): KeyStore {
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
    const error = new Error(`KV did not answer a ${what} within ${PATIENCE_MS / 1_000} seconds`);
    const timer = setTimeout(() => reject(error), PATIENCE_MS);
    stop = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    stop();
  }
}
