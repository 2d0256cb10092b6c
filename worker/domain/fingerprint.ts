const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * Returns a short name for a text, always the same for the same text: FNV-1a of its UTF-16 code units, as 16
 * hexadecimal digits.
 *
 * It is not cryptographic: anyone can find another text with the same fingerprint.
 */
export function fingerprint(text: string): string {
  let hash = OFFSET;
  for (let at = 0; at < text.length; at += 1) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * PRIME);
  return hash.toString(16).padStart(16, '0');
}
