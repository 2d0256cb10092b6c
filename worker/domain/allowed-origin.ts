/**
 * This is true when a page's origin is one of the source's: exactly, or below a wildcard such as `https://*.example.com`.
 * An empty list allows every origin.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.some((pattern) => matches(origin.toLowerCase(), pattern));
}

function matches(origin: string, pattern: string): boolean {
  const wildcard = pattern.indexOf('*.');
  if (wildcard < 0) return origin === pattern;
  const scheme = pattern.slice(0, wildcard);
  // With its dot, so that "https://evil-example.com" is not below "https://*.example.com".
  const domain = pattern.slice(wildcard + 1);
  return origin.startsWith(scheme) && origin.endsWith(domain) && origin.length > scheme.length + domain.length;
}
