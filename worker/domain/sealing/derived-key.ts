/** The algorithm of a derived key and what it may do, by its use. */
const USES = {
  sealing: { algorithm: { name: 'AES-GCM', length: 256 }, usages: ['encrypt', 'decrypt'] },
  tagging: { algorithm: { name: 'HMAC', hash: 'SHA-256', length: 256 }, usages: ['sign'] },
};

/** A master key has one derived key for each purpose in the code: a handful. */
const MAX_KEYS = 16;

/** The derived keys of each master key, for as long as that is in memory. No request can add an entry. */
const derived = new WeakMap<Uint8Array, Map<string, CryptoKey>>();

/**
 * Derives (HKDF) the key for one purpose from a master key. Each key is derived once, because deriving costs more than using it.
 *
 * Only finished keys are kept. A promise would belong to one request, and workerd may cancel that request.
 *
 * @param masterKey Its bytes must not change afterwards.
 */
export async function derivedKey(masterKey: Uint8Array, use: keyof typeof USES, purpose: string): Promise<CryptoKey> {
  const keys = derived.get(masterKey) ?? new Map<string, CryptoKey>();
  const name = `${use} ${purpose}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = await derive(masterKey, use, purpose);
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(name, key);
  derived.set(masterKey, keys);
  return key;
}

async function derive(masterKey: Uint8Array, use: keyof typeof USES, purpose: string): Promise<CryptoKey> {
  const { algorithm, usages } = USES[use];
  const material = await crypto.subtle.importKey('raw', masterKey, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(),
      info: new TextEncoder().encode(`directflight:${purpose}`),
    },
    material,
    algorithm,
    false,
    usages,
  );
}
