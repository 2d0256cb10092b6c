/**
 * In the place of `cookies.ts` in `df-core.js`: the collector on the page's own site reads and writes every cookie,
 * so that a tag without any loses nothing there but the cookie that other tags would find at once.
 */
import type { CookieName } from '../../worker/schema/events/batch.ts';

export const COOKIE_NAMES: readonly CookieName[] = [];

export function readCookie(_name: string): string | undefined {
  return undefined;
}

export function writeCookie(_name: string, _value: string, _domain: string): void {
  // The collector's answer does.
}

export function removeCookie(_name: string): void {
  // So does this.
}

export function widestCookieDomain(): string | undefined {
  return undefined;
}
