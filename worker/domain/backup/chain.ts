import { derivedKey } from '../sealing/derived-key.ts';

/** The last member of a line, with the signature of the line and of all lines before it. */
const MAC = /^(.*),"mac":"([\w-]{22})"\}$/s;

const MAC_BYTES = 16;

/**
 * Returns the key that signs the lines of a backup. Nobody without `ENCRYPTION_KEY` can change a backup, for example to
 * add an access token of their own.
 */
export function backupKey(masterKey: Uint8Array): Promise<CryptoKey> {
  return derivedKey(masterKey, 'tagging', 'backup');
}

/**
 * Signs a line. The signature covers the previous one, so a line that is missing, added or moved is found.
 *
 * @param previous The signature of the line before; empty for the first one.
 * @param body A JSON object.
 */
export async function signedLine(
  key: CryptoKey,
  previous: string,
  body: string,
): Promise<{ line: string; mac: string }> {
  const mac = await macOf(key, previous, body.slice(0, -1));
  return { line: `${body.slice(0, -1)},"mac":"${mac}"}`, mac };
}

/** Returns the line without its signature, and the signature. Undefined when the line does not end as it should. */
export function splitLine(line: string): { body: string; mac: string } | undefined {
  const [, body, mac] = MAC.exec(line) ?? [];
  return body === undefined || mac === undefined ? undefined : { body: `${body}}`, mac };
}

/** Tests whether a line follows the previous one, and is unchanged. */
export async function isSigned(
  key: CryptoKey,
  previous: string,
  { body, mac }: { body: string; mac: string },
): Promise<boolean> {
  return (await macOf(key, previous, body.slice(0, -1))) === mac;
}

async function macOf(key: CryptoKey, previous: string, text: string): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${previous}\n${text}`));
  return new Uint8Array(signature).slice(0, MAC_BYTES).toBase64({ alphabet: 'base64url', omitPadding: true });
}
