import { getDomain, parse } from 'tldts';

/** With the private part of the public suffix list, as browsers have it: `github.io` is nobody's cookie domain. */
const AS_BROWSERS_DO = { allowPrivateDomains: true };

/**
 * The widest domain on which a host may set a cookie: the registrable domain, or undefined where there is none (an IP
 * address, `localhost`), and then the cookie is the host's own.
 *
 * @example
 * widestCookieDomain('t.shop.example.co.uk') // 'example.co.uk'
 */
export function widestCookieDomain(hostname: string): string | undefined {
  return getDomain(hostname, AS_BROWSERS_DO) ?? undefined;
}

/** The domain that the page asked for, if it is the host's own or above it and not above the registrable one. */
export function cookieDomain(hostname: string, asked: string | undefined): string | undefined {
  const widest = widestCookieDomain(hostname);
  if (asked === undefined || widest === undefined) return widest;
  // The tag tried: this browser takes no wider cookie here.
  if (asked === '') return undefined;
  const domain = asked.replace(/^\./, '').toLowerCase();
  const isOwn = hostname === domain || hostname.endsWith(`.${domain}`);
  return isOwn && (domain === widest || domain.endsWith(`.${widest}`)) ? domain : widest;
}

/** This is true when a page and a host are one site, so that the host's cookies are first-party there. */
export function isSameSite(origin: string, hostname: string): boolean {
  const page = parse(origin, AS_BROWSERS_DO).hostname;
  if (page === null) return false;
  return page === hostname || (widestCookieDomain(page) ?? page) === (widestCookieDomain(hostname) ?? hostname);
}
