import { sha256Hex } from './sha256.ts';

/**
 * Gives LinkedIn's `hashedFirstName` or `hashedLastName`: lower case, without white space and punctuation, then SHA-256.
 * Letters of other alphabets stay as they are. Nothing for a name that is punctuation only.
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
