import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file below the state folder: databases, write-ahead logs, values of KV; its bytes as text of as many characters. */
export type StateFile = { where: string; text: string };

export async function stateFiles(folder: string): Promise<StateFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => ({ where: path, text: (await readFile(path)).toString('latin1') })));
}

/**
 * Opens every sealed payload that is anywhere on disk, in rows, free pages or logs, with every key that is there: what
 * somebody could who has the disk and `ENCRYPTION_KEY`.
 */
export async function openedPayloads(files: readonly StateFile[], encryptionKey: string): Promise<string[]> {
  const text = files.map(({ where, text: bytes }) => `${where}\n${bytes}`).join('\n');
  const payloads = [...text.matchAll(/k\.(\d{4}-\d{2}-\d{2}-[0-9a-f]{16})\.([\w-]{16})\.([\w-]{20,})/g)];
  const keyIds = new Set(payloads.map(([, keyId = '']) => keyId));
  const objectIds = new Set([...text.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g)].map(([id]) => id));
  const sealedKeys = [
    ...new Set([...text.matchAll(/v1\.[\w-]{8}\.[\w-]{16}\.[\w-]{30,120}/g)].map(([sealed]) => sealed)),
  ];
  const master = await masterKey(encryptionKey);
  const keys = new Map<string, CryptoKey>();
  for (const keyId of keyIds) {
    for (const objectId of objectIds) {
      if (!text.includes(`payload-key:${objectId}:${keyId}`)) continue;
      for (const sealed of sealedKeys) {
        const [, , iv = '', ciphertext = ''] = sealed.split('.');
        const binding = JSON.stringify(['payload-key', `${objectId}:${keyId}`]);
        const raw = await decrypted(master, { iv, ciphertext, binding });
        if (raw !== undefined) keys.set(keyId, await importKey(Buffer.from(raw, 'base64')));
      }
    }
  }
  const opened = await Promise.all(
    payloads.map(async ([, keyId = '', iv = '', ciphertext = '']) => {
      const key = keys.get(keyId);
      return key === undefined ? undefined : decrypted(key, { iv, ciphertext });
    }),
  );
  return opened.filter((payload) => payload !== undefined);
}

/** As `worker/domain/sealed-box.ts` derives it; written anew, so that the test does not trust what it tests. */
async function masterKey(encryptionKey: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', Buffer.from(encryptionKey, 'base64'), 'HKDF', false, [
    'deriveKey',
  ]);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: Buffer.from('directflight:payload-key') },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['decrypt'],
  );
}

function importKey(raw: Buffer): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new Uint8Array(raw), 'AES-GCM', false, ['decrypt']);
}

async function decrypted(
  key: CryptoKey,
  { iv, ciphertext, binding }: { iv: string; ciphertext: string; binding?: string },
): Promise<string | undefined> {
  const additionalData = binding === undefined ? {} : { additionalData: Buffer.from(binding) };
  // A text in a free page may have been overwritten at its end, or have another behind it.
  try {
    const plain = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: Buffer.from(iv, 'base64url'), ...additionalData },
      key,
      Buffer.from(ciphertext, 'base64url'),
    );
    return Buffer.from(plain).toString('utf8');
  } catch {
    // Another key's.
    return undefined;
  }
}
