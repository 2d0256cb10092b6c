import type { CookieName } from '../../worker/schema/events/batch.ts';
import { getCookie, setCookie } from './cookie-jar.ts';
import { COOKIE_LIFETIME_SECONDS } from './limits.ts';
import { safely } from './safely.ts';

/** Everything that Directflight may keep in a browser; see `docs/reference/tag.md`. */
export const COOKIE_NAMES = [
  'li_fat_id',
  '_df_click',
  '_dfid',
  '_df_identity',
] as const satisfies readonly CookieName[];

export function readCookie(name: string): string | undefined {
  return safely(() => getCookie(name));
}

/** @param domain Empty: this host alone. */
export function writeCookie(name: string, value: string, domain: string, seconds = COOKIE_LIFETIME_SECONDS): void {
  safely(() => setCookie(name, value, domain, seconds));
}

/** Removes a cookie wherever a page of this site may have written it: it only goes with the domain it came with. */
export function removeCookie(name: string): void {
  for (const domain of ['', ...parentDomains()]) writeCookie(name, '', domain, -1);
}

/**
 * Finds the widest domain on which the browser lets this page keep cookies, so that a click on `www` is known on
 * `shop`. It tries, because browsers refuse `co.uk` and only they have the list. That blocks the page for
 * milliseconds, so only a page that has something to keep should ask.
 *
 * @returns Empty when cookies go to this host alone, or nowhere.
 */
export function widestCookieDomain(): string {
  const trial = '_df_try';
  const accepted = parentDomains().find((domain) => {
    writeCookie(trial, trial, domain);
    return readCookie(trial);
  });
  removeCookie(trial);
  return accepted ?? '';
}

/** The host and its parents, widest first. None for `localhost`, nor for an IP: WebKit would take `0.0.1` for 127.0.0.1. */
function parentDomains(): readonly string[] {
  const labels = location.hostname.split('.');
  return /[\d\]]$/.test(location.hostname) ? [] : labels.slice(1).map((_, index) => labels.slice(-2 - index).join('.'));
}
