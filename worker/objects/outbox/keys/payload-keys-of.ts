import { parseKeyRing } from '../../../domain/sealing/sealed-box.ts';
import type { Env } from '../../../env.ts';
import { withTimeout } from '../../store-with-timeout.ts';
import { payloadCipher } from './payload-cipher.ts';
import { PayloadKeys } from './payload-keys.ts';

/** Returns the payload keys of an outbox. Its pages are in KV. */
export function payloadKeysOf(ctx: DurableObjectState, env: Env): PayloadKeys {
  return new PayloadKeys({
    cipher: payloadCipher,
    sql: ctx.storage.sql,
    kv: withTimeout({
      get: (key) => env.CONFIG.get(key),
      put: (key, value) => env.CONFIG.put(key, value),
      delete: (key) => env.CONFIG.delete(key),
      list: async (prefix) => (await env.CONFIG.list({ prefix })).keys.map(({ name }) => name),
    }),
    owner: ctx.id.toString(),
    keyRing: () => parseKeyRing(env.ENCRYPTION_KEY ?? ''),
    now: () => Date.now(),
  });
}
