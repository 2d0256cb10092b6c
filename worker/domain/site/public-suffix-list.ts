/** The public suffix list. It is loaded only for hosts whose registrable domain can't be found without it. */
import { getDomain, parse } from 'tldts';

/** Includes the private part of the public suffix list, as browsers do: nobody can set a cookie for `github.io`. */
const AS_BROWSERS_DO = { allowPrivateDomains: true };

/** Returns the registrable domain of a host. */
export function registrableDomain(hostname: string): string | undefined {
  return getDomain(hostname, AS_BROWSERS_DO) ?? undefined;
}

/** Returns the host of an origin, or null if it has none. */
export function hostOf(origin: string): string | null {
  return parse(origin, AS_BROWSERS_DO).hostname;
}
