import { decodeHTMLStrict } from 'entities/decode';

/** Decodes HTML entities with all of HTML's names, such as `&euml;`. They must end in a semicolon. */
export function decodeAllNames(text: string): string {
  return decodeHTMLStrict(text);
}
