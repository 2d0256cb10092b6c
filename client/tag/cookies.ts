import type { CookieName } from '../../worker/schema/events/batch.ts';
import { getCookie, setCookie } from './cookie-jar.ts';
import { COOKIE_LIFETIME_SECONDS } from './limits.ts';
import { safely } from './safely.ts';

/** Everything that Directflight may store in a browser (see `docs/reference/tag.md`). */
export const COOKIE_NAMES = [
  'li_fat_id',
  '_df_click',
  '_dfid',
  '_df_identity',
] as const satisfies readonly CookieName[];

export function readCookie(name: string): string | undefined {
  return safely(() => getCookie(name));
}

/** @param domain Empty for this host only. */
export function writeCookie(name: string, value: string, domain: string, seconds = COOKIE_LIFETIME_SECONDS): void {
  safely(() => setCookie(name, value, domain, seconds));
}

/** Removes a cookie on every domain where this site may have written it. Removal needs the exact domain. */
export function removeCookie(name: string): void {
  for (const domain of ['', ...parentDomains()]) writeCookie(name, '', domain, -1);
}

/**
 * Finds the widest domain on which this page may set cookies, so that a click on `www` is known on `shop`. It has to try,
 * because browsers refuse domains such as `co.uk` and only they have the list. That blocks the page for milliseconds, so
 * call it only to store something.
 *
 * @returns Empty if cookies work on this host only, or not at all.
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

/** Lists the host and its parents, widest first. None for `localhost` or an IP: WebKit would accept `0.0.1` for 127.0.0.1. */
function parentDomains(): readonly string[] {
  const labels = location.hostname.split('.');
  return /[\d\]]$/.test(location.hostname) ? [] : labels.slice(1).map((_, index) => labels.slice(-2 - index).join('.'));
}
