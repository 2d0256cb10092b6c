const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Makes an id that nobody can guess: 24 letters and digits are 124 bits. */
export function newId(prefix: 'src' | 'int' | 'wk' | 'map' | 'key' | 'tok'): string {
  return `${prefix}_${randomText(24)}`;
}

/** Makes a server key: 43 letters and digits are 222 bits. */
export function newServerKey(): string {
  return `sk_${randomText(43)}`;
}

/** Makes a token of the management API: as much to guess as a server key. */
export function newAccessToken(): string {
  return `adm_${randomText(43)}`;
}

/** Makes what the console's cookie holds. */
export function newSessionSecret(): string {
  return randomText(43);
}

function randomText(length: number): string {
  // 252 is the largest multiple of 36 in a byte: above it some letters would come more often.
  let text = '';
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 252 && text.length < length) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}
