/** SHA-256 of the empty string, and of the words that a broken form sends in place of an address. */
const HASHES_OF_NOTHING = new Set([
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', // ''
  'eb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c', // 'undefined'
  '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b', // 'null'
]);

const MAX_EMAIL_CHARS = 254;

/**
 * Lower-cases an address and takes all white space out, as LinkedIn wants it before hashing.
 *
 * https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api-schema (read 2026-09)
 */
export function normaliseEmail(email: string): string {
  return email.toLowerCase().replaceAll(/\s+/g, '');
}

/**
 * Gives LinkedIn's `SHA256_EMAIL` for what a form or an SDK sent: an address, or a hash of one that was made elsewhere.
 *
 * A hash is recognised and lower-cased, never hashed twice. LinkedIn does not look at the value at all, so what cannot be
 * an address gives nothing rather than a hash that matches nobody.
 *
 * @example
 * await emailSha256(' John.Doe@Example.com ') // '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f'
 */
export async function emailSha256(value: unknown): Promise<string | undefined> {
  if (typeof value !== 'string') return undefined;
  const email = normaliseEmail(value);
  if (/^[0-9a-f]{64}$/.test(email)) return HASHES_OF_NOTHING.has(email) ? undefined : email;
  // Length first: the pattern is linear, and a long text is nobody's address.
  if (email.length > MAX_EMAIL_CHARS || !/^[^@]+@[^@.]+(\.[^@.]+)+$/.test(email)) return undefined;
  return sha256Hex(email);
}

export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
