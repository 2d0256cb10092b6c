/**
 * Replaces `cookies.ts` in `df-core.js`, for a collector on the page's own site, which reads and writes all cookies itself.
 * The only loss: other tags find `li_fat_id` only after the first answer.
 */
import type { CookieName } from '../../worker/schema/events/batch.ts';

export const COOKIE_NAMES: readonly CookieName[] = [];

export function readCookie(_name: string): string | undefined {
  return undefined;
}

export function writeCookie(_name: string, _value: string, _domain: string): void {
  // The collector's answer writes it.
}

export function removeCookie(_name: string): void {
  // The collector's answer removes it.
}

export function widestCookieDomain(): string | undefined {
  return undefined;
}
