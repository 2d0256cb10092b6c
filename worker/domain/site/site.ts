import { domainWithoutList, isPlainHost } from './domain-without-list.ts';

/**
 * Returns the widest domain for which a host may set a cookie: its registrable domain. Undefined when there is none (an
 * IP address, `localhost`), and the cookie is then for the host only.
 *
 * @example
 * await widestCookieDomain('t.shop.example.co.uk') // 'example.co.uk'
 */
export async function widestCookieDomain(hostname: string): Promise<string | undefined> {
  const domain = domainWithoutList(hostname);
  if (domain !== undefined) return domain ?? undefined;
  const { registrableDomain } = await import('./public-suffix-list.ts');
  return registrableDomain(hostname);
}

/**
 * Returns the domain that the page asked for, if it is the host or a parent domain within the registrable one.
 * Otherwise returns the widest domain.
 */
export async function cookieDomain(hostname: string, asked: string | undefined): Promise<string | undefined> {
  const widest = await widestCookieDomain(hostname);
  if (asked === undefined || widest === undefined) return widest;
  // The tag has found out that this browser accepts no cookie for a wider domain.
  if (asked === '') return undefined;
  const domain = asked.replace(/^\./, '').toLowerCase();
  const isOwn = hostname === domain || hostname.endsWith(`.${domain}`);
  return isOwn && (domain === widest || domain.endsWith(`.${widest}`)) ? domain : widest;
}

/** The form of nearly all origins in browsers. */
const PLAIN_ORIGIN = /^https?:\/\/([a-z\d.-]+)(?::\d{1,5})?$/;

/** Checks whether a page and a host are the same site, so that the host's cookies are first-party there. */
export async function isSameSite(origin: string, hostname: string): Promise<boolean> {
  const page = await hostOf(origin);
  if (page === null) return false;
  if (page === hostname) return true;
  const own = (await widestCookieDomain(hostname)) ?? hostname;
  // A page on another domain needs no answer about its own site. So a stranger can't make us load the list with
  // invented names.
  if (page !== own && !page.endsWith(`.${own}`)) return false;
  return ((await widestCookieDomain(page)) ?? page) === own;
}

async function hostOf(origin: string): Promise<string | null> {
  const host = PLAIN_ORIGIN.exec(origin)?.[1];
  if (host !== undefined && isPlainHost(host)) return host;
  const list = await import('./public-suffix-list.ts');
  return list.hostOf(origin);
}
