import { IV_BYTES, importKey, open, openWith, seal, sealWith } from '../../../domain/sealing/sealed-box.ts';
import type { Binding } from '../../../domain/sealing/sealed-box.ts';

/** The cryptography of payload keys. Passed in, because a simulation cannot wait for the real one. */
export type Cipher<Key> = {
  /** Random, 16 hexadecimal digits. */
  newId(): string;
  /** A random key, as text. */
  newKey(): string;
  importKey(key: string): Promise<Key>;
  /** Derives one of four keys from a key, all as text. A derived key reveals nothing about its origin. */
  branch(key: string, branch: string): Promise<string>;
  sealWith(key: Key, text: string): Promise<string>;
  /** Undefined when it was sealed with another key. */
  openWith(key: Key, sealed: string): Promise<string | undefined>;
  /** Seals with the ring's first key. */
  seal(text: string, how: { keyRing: readonly Uint8Array[]; binding: Binding }): Promise<string>;
  /** Undefined when it was sealed with none of the ring's keys. */
  open(sealed: string, how: { keyRing: readonly Uint8Array[]; binding: Binding }): Promise<string | undefined>;
};

const KEY_BYTES = 32;

/** AES-256-GCM. */
export const payloadCipher: Cipher<CryptoKey> = {
  newId: () => randomBytes(8).toHex(),
  newKey: () => randomBytes(KEY_BYTES).toBase64(),
  importKey: (key) => importKey(Uint8Array.fromBase64(key)),
  async branch(key, branch) {
    const bytes = new Uint8Array(KEY_BYTES + 1);
    bytes.set(Uint8Array.fromBase64(key));
    bytes[KEY_BYTES] = Number(branch);
    return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toBase64();
  },
  sealWith: (key, text) => sealWith(key, text, randomBytes(IV_BYTES)),
  openWith,
  seal: (text, how) => seal(text, { ...how, iv: randomBytes(IV_BYTES) }),
  open,
};

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
