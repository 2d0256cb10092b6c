/** Returns the first bytes of a text's HMAC, as base64url. */
export async function keyedTag(key: CryptoKey, text: string, bytes: number): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return new Uint8Array(signature).slice(0, bytes).toBase64({ alphabet: 'base64url', omitPadding: true });
}
