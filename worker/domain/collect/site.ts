import { getDomain, parse } from 'tldts';

/** Includes the private part of the public suffix list, as browsers do: nobody can set a cookie for `github.io`. */
const AS_BROWSERS_DO = { allowPrivateDomains: true };

/**
 * Returns the widest domain for which a host may set a cookie: its registrable domain. Undefined when there is none (an
 * IP address, `localhost`), and the cookie is then for the host only.
 *
 * @example
 * widestCookieDomain('t.shop.example.co.uk') // 'example.co.uk'
 */
export function widestCookieDomain(hostname: string): string | undefined {
  return getDomain(hostname, AS_BROWSERS_DO) ?? undefined;
}

/**
 * Returns the domain that the page asked for, if it is the host or a parent domain within the registrable one.
 * Otherwise returns the widest domain.
 */
export function cookieDomain(hostname: string, asked: string | undefined): string | undefined {
  const widest = widestCookieDomain(hostname);
  if (asked === undefined || widest === undefined) return widest;
  // The tag found out that this browser accepts no wider cookie here.
  if (asked === '') return undefined;
  const domain = asked.replace(/^\./, '').toLowerCase();
  const isOwn = hostname === domain || hostname.endsWith(`.${domain}`);
  return isOwn && (domain === widest || domain.endsWith(`.${widest}`)) ? domain : widest;
}

/** Checks whether a page and a host are the same site, so that the host's cookies are first-party there. */
export function isSameSite(origin: string, hostname: string): boolean {
  const page = parse(origin, AS_BROWSERS_DO).hostname;
  if (page === null) return false;
  return page === hostname || (widestCookieDomain(page) ?? page) === (widestCookieDomain(hostname) ?? hostname);
}
