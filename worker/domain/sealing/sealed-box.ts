/**
 * Sealing of text with AES-256-GCM, under a key derived (HKDF) from `ENCRYPTION_KEY` for one purpose.
 *
 * The purpose and the owner are authenticated too. So a sealed text can't be opened for another purpose or another
 * source. There may be several keys for rotation: the first one seals, and all of them open.
 */

import { derivedKey } from './derived-key.ts';

/** The purpose and owner of a sealed text, e.g. `{ purpose: 'identity', owner: 'src_abc123' }`. */
export type Binding = { purpose: string; owner: string };

/** The length of AES-GCM's nonce: 96 bits (NIST SP 800-38D), never used twice with one key. */
export const IV_BYTES = 12;
const KEY_BYTES = 32;
const VERSION = 'v1';

/**
 * Reads `ENCRYPTION_KEY`: base64 of 32 bytes, or several of them separated by commas.
 *
 * @throws Error when a key is not 32 bytes. The message doesn't contain the key.
 */
export function parseKeyRing(text: string): Uint8Array[] {
  return text.split(',').map((part, index) => {
    const bytes = decodeBase64(part.trim());
    if (bytes?.length !== KEY_BYTES)
      throw new Error(`Cannot read ENCRYPTION_KEY: key ${index + 1} is not base64 of ${KEY_BYTES} bytes`);
    return bytes;
  });
}

/**
 * Seals a text for one purpose and owner.
 *
 * @param iv 12 random bytes, never used before.
 */
export async function seal(
  plaintext: string,
  { keyRing, binding, iv }: { keyRing: readonly Uint8Array[]; binding: Binding; iv: Uint8Array },
): Promise<string> {
  const [sealing] = keyRing;
  if (sealing === undefined) throw new Error('Cannot seal: the key ring is empty');
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: additionalData(binding) },
    await derivedKey(sealing, 'sealing', binding.purpose),
    new TextEncoder().encode(plaintext),
  );
  const keyId = await keyIdOf(sealing);
  return [VERSION, keyId, base64Url(iv), base64Url(new Uint8Array(sealed))].join('.');
}

/**
 * Opens a text from `seal`. Returns undefined for any other text: changed, for another purpose or owner, or sealed with
 * a key that is gone.
 */
export async function open(
  sealed: string,
  { keyRing, binding }: { keyRing: readonly Uint8Array[]; binding: Binding },
): Promise<string | undefined> {
  const [version, keyId, ivText, text, ...rest] = sealed.split('.');
  const iv = decodeBase64Url(ivText);
  const ciphertext = decodeBase64Url(text);
  if (version !== VERSION || rest.length > 0 || iv?.length !== IV_BYTES || ciphertext === undefined) return undefined;
  for (const key of keyRing) {
    if ((await keyIdOf(key)) !== keyId) continue;
    try {
      const plaintext = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv, additionalData: additionalData(binding) },
        await derivedKey(key, 'sealing', binding.purpose),
        ciphertext,
      );
      return new TextDecoder().decode(plaintext);
    } catch {
      // The text was changed or sealed for another owner. The caller must not learn which.
      return undefined;
    }
  }
  return undefined;
}

/** Imports a key for `sealWith` and `openWith`. @param raw 32 random bytes. */
export function importKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** Seals with an imported key, for many texts at once. @param iv 12 random bytes, never used before. */
export async function sealWith(key: CryptoKey, plaintext: string, iv: Uint8Array): Promise<string> {
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(plaintext));
  return `${base64Url(iv)}.${base64Url(new Uint8Array(sealed))}`;
}

/** Opens a text from `sealWith`. Returns undefined for any other text. */
export async function openWith(key: CryptoKey, sealed: string): Promise<string | undefined> {
  const [ivText, text] = sealed.split('.');
  const iv = decodeBase64Url(ivText);
  const ciphertext = decodeBase64Url(text);
  if (iv?.length !== IV_BYTES || ciphertext === undefined) return undefined;
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, ciphertext));
  } catch {
    // The text was changed, or sealed with another key.
    return undefined;
  }
}

const keyIds = new WeakMap<Uint8Array, string>();

/** Returns an ID of the key that reveals nothing about it. It finds the right key after a rotation. */
async function keyIdOf(key: Uint8Array): Promise<string> {
  const known = keyIds.get(key);
  if (known !== undefined) return known;
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new Uint8Array([...new TextEncoder().encode('key id:'), ...key]),
  );
  const id = base64Url(new Uint8Array(digest).slice(0, 6));
  keyIds.set(key, id);
  return id;
}

function additionalData({ purpose, owner }: Binding): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([purpose, owner]));
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

/** Accepts only the spelling that `base64Url` writes, so that a sealed text has exactly one spelling. */
function decodeBase64Url(text: string | undefined): Uint8Array | undefined {
  const bytes = decodeBase64(text, 'base64url');
  return bytes !== undefined && base64Url(bytes) === text ? bytes : undefined;
}

function decodeBase64(text: string | undefined, alphabet: 'base64' | 'base64url' = 'base64'): Uint8Array | undefined {
  try {
    return text === undefined || text === '' ? undefined : Uint8Array.fromBase64(text, { alphabet });
  } catch {
    return undefined;
  }
}
