import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A file below the state folder: a database, a write-ahead log or a KV value. Each byte is one character of its text.
 */
export type StateFile = { where: string; text: string };

export async function stateFiles(folder: string): Promise<StateFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => ({ where: path, text: (await readFile(path)).toString('latin1') })));
}

/**
 * Opens every sealed payload on disk, in rows, free pages or logs, with every key on it. A reader with the disk and
 * `ENCRYPTION_KEY` could do the same.
 */
export async function openedPayloads(files: readonly StateFile[], encryptionKey: string): Promise<string[]> {
  const text = files.map(({ where, text: bytes }) => `${where}\n${bytes}`).join('\n');
  const payloads = [...text.matchAll(/k\.(\d{4}-\d{2}-\d{2}-[0-9a-f]{16})-([0-9a-f]{4})\.([\w-]{16})\.([\w-]{20,})/g)];
  const pageIds = new Set(payloads.map(([, pageId = '']) => pageId));
  const objectIds = new Set([...text.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g)].map(([id]) => id));
  const sealedPages = [
    ...new Set([...text.matchAll(/v1\.[\w-]{8}\.[\w-]{16}\.[\w-]{30,}/g)].map(([sealed]) => sealed)),
  ];
  const master = await masterKey(encryptionKey);
  // Each version of a key page: an overwritten one may have keys that the newest hasn't.
  const versions = new Map<string, Record<string, string>[]>();
  for (const pageId of pageIds) {
    for (const objectId of objectIds) {
      if (!text.includes(`payload-key:${objectId}:${pageId}`)) continue;
      for (const sealed of sealedPages) {
        const [, , iv = '', ciphertext = ''] = sealed.split('.');
        const binding = JSON.stringify(['payload-key', `${objectId}:${pageId}`]);
        const page = await decrypted(master, { iv, ciphertext, binding });
        if (page !== undefined) versions.set(pageId, [...(versions.get(pageId) ?? []), JSON.parse(page)]);
      }
    }
  }
  const opened = await Promise.all(
    payloads.flatMap(([, pageId = '', bucket = '', iv = '', ciphertext = '']) =>
      (versions.get(pageId) ?? []).map(async (page) => {
        const key = await keyOnPage(page, Number.parseInt(bucket, 16));
        return key && decrypted(await importKey(key), { iv, ciphertext });
      }),
    ),
  );
  return opened.filter((payload) => payload !== undefined);
}

/** Derives a key as `worker/domain/sealing/key-tree.ts` does. Written separately, for the same reason. */
async function keyOnPage(page: Record<string, string>, bucket: number): Promise<Buffer | undefined> {
  const path = bucket.toString(4).padStart(8, '0');
  const start = Object.keys(page).find((known) => path.startsWith(known));
  if (start === undefined) return undefined;
  let seed = Buffer.from(page[start] ?? '', 'base64');
  for (const digit of path.slice(start.length)) {
    const next = await crypto.subtle.digest('SHA-256', Buffer.concat([seed, Buffer.from([Number(digit)])]));
    seed = Buffer.from(next);
  }
  return seed;
}

/**
 * Derives a key as `worker/domain/sealing/sealed-box.ts` does. Written separately, so that the test doesn't rely on the
 * code it tests.
 */
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
  // A text in a free page may be overwritten at its end, or be followed by another.
  try {
    const plain = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: Buffer.from(iv, 'base64url'), ...additionalData },
      key,
      Buffer.from(ciphertext, 'base64url'),
    );
    return Buffer.from(plain).toString('utf8');
  } catch {
    // It belongs to another key.
    return undefined;
  }
}
