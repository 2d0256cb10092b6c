import { WILDCARD_PARENTS } from './suffix-bits.ts';
import { FREQUENT, mayBeListed } from './suffix-names.ts';

/** A host as browsers write nearly all of them: lower-case labels of letters, digits and hyphens. */
const PLAIN_HOST = /^(?=.{4,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,24}$/;

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Checks for a host whose spelling needs no second look. */
export function isPlainHost(hostname: string): boolean {
  return hostname === 'localhost' || IPV4.test(hostname) || PLAIN_HOST.test(hostname);
}

/**
 * Returns the registrable domain of a host if the names that are known without the public suffix list settle it: for an
 * ordinary domain, or one below a frequent public suffix. It's the same domain that the list gives.
 *
 * @returns `null`: it has none, as an IP address and `localhost` have. Undefined: only the list knows.
 */
export function domainWithoutList(hostname: string): string | null | undefined {
  if (hostname === 'localhost' || IPV4.test(hostname)) return null;
  if (!PLAIN_HOST.test(hostname)) return undefined;
  const labels = hostname.split('.');
  for (let at = labels.length - 2; at >= 0; at -= 1) {
    const name = labels.slice(at).join('.');
    // Whatever isn't in the list has the suffix above it. That also holds for top-level domains that nobody knows.
    if (!mayBeListed(name) && !WILDCARD_PARENTS.has(labels.slice(at + 1).join('.'))) return name;
    if (!FREQUENT.has(name)) return undefined;
  }
  // The host itself is a frequent public suffix.
  return null;
}
