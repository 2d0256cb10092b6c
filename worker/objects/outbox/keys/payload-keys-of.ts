import { parseKeyRing } from '../../../domain/sealing/sealed-box.ts';
import type { Env } from '../../../env.ts';
import { isPinned, placed } from '../../placement.ts';
import { withTimeout } from '../../store-with-timeout.ts';
import type { KeyStore } from './key-pages.ts';
import { payloadCipher } from './payload-cipher.ts';
import { PayloadKeys } from './payload-keys.ts';

/** Returns the payload keys of an outbox. Its pages are in KV, or in an object of the jurisdiction. */
export function payloadKeysOf(ctx: DurableObjectState, env: Env): PayloadKeys {
  const owner = ctx.id.toString();
  return new PayloadKeys({
    cipher: payloadCipher,
    sql: ctx.storage.sql,
    kv: withTimeout(isPinned(env) ? inObject(env, owner) : inKv(env)),
    owner,
    keyRing: () => parseKeyRing(env.ENCRYPTION_KEY ?? ''),
    now: () => Date.now(),
  });
}

function inKv({ CONFIG }: Env): KeyStore {
  return {
    get: (key) => CONFIG.get(key),
    put: (key, value) => CONFIG.put(key, value),
    delete: (key) => CONFIG.delete(key),
    list: async (prefix) => (await CONFIG.list({ prefix })).keys.map(({ name }) => name),
  };
}

function inObject(env: Env, owner: string): KeyStore {
  // A new stub for each call: one that has seen its object die is of no use any more.
  const store = (): ReturnType<Env['PAYLOAD_KEYS']['getByName']> => placed(env).PAYLOAD_KEYS.getByName(owner);
  return {
    get: async (key) => store().read(key),
    put: async (key, value) => store().write(key, value),
    delete: async (key) => store().remove(key),
    list: async (prefix) => store().names(prefix),
  };
}
