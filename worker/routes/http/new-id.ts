const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Returns an unguessable ID: 24 letters and digits have 124 bits. */
export function newId(prefix: 'src' | 'int' | 'wk' | 'map' | 'key' | 'tok' | 'imp' | 'hook' | 'ach' | 'rep'): string {
  return `${prefix}_${randomText(24)}`;
}

/** Returns a new server key: 43 letters and digits have 222 bits. */
export function newServerKey(): string {
  return `sk_${randomText(43)}`;
}

/** Returns a new token of the management API, as hard to guess as a server key. */
export function newAccessToken(): string {
  return `adm_${randomText(43)}`;
}

/** Returns the secret of a console session, which its cookie contains. */
export function newSessionSecret(): string {
  return randomText(43);
}

function randomText(length: number): string {
  // 252 is the largest multiple of 36 in a byte. With higher values, some letters would be more frequent.
  let text = '';
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 252 && text.length < length) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}
