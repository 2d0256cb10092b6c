import { sha256Hex } from './sha256.ts';

/**
 * Returns LinkedIn's `hashedFirstName` or `hashedLastName`: the SHA-256 of the name in lower case, without white space
 * and punctuation. Letters of other alphabets are unchanged. Returns undefined when the name is only punctuation.
 *
 * https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api-schema (read 2026-09)
 *
 * @example
 * await nameSha256(" O'Neil ") // the SHA-256 of 'oneil'
 */
export async function nameSha256(name: string): Promise<string | undefined> {
  const normalised = name.toLowerCase().replaceAll(/[\s\p{P}]/gu, '');
  return normalised === '' ? undefined : sha256Hex(normalised);
}
