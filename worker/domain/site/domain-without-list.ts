import { WILDCARD_PARENTS } from './suffix-bits.ts';
import { FREQUENT, mayBeListed } from './suffix-names.ts';

/** The form of nearly all hosts in browsers: lower-case labels of letters, digits and hyphens. */
const PLAIN_HOST = /^(?=.{4,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,24}$/;

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Checks for a host in this form. */
export function isPlainHost(hostname: string): boolean {
  return hostname === 'localhost' || IPV4.test(hostname) || PLAIN_HOST.test(hostname);
}

/**
 * Returns the registrable domain of a host, if it can be found without the public suffix list: for an ordinary domain,
 * or one below a frequent public suffix. The result is the same as with the list.
 *
 * @returns `null`: the host has no registrable domain, such as an IP address or `localhost`. Undefined: the list is
 * needed.
 */
export function domainWithoutList(hostname: string): string | null | undefined {
  if (hostname === 'localhost' || IPV4.test(hostname)) return null;
  if (!PLAIN_HOST.test(hostname)) return undefined;
  const labels = hostname.split('.');
  for (let at = labels.length - 2; at >= 0; at -= 1) {
    const name = labels.slice(at).join('.');
    // For a name that isn't in the list, the public suffix is the part above it. That is also true for unknown
    // top-level domains.
    if (!mayBeListed(name) && !WILDCARD_PARENTS.has(labels.slice(at + 1).join('.'))) return name;
    if (!FREQUENT.has(name)) return undefined;
  }
  // The host itself is a frequent public suffix.
  return null;
}
