/**
 * This is true when a page's origin is one of the source's: exactly, or below a wildcard such as `https://*.example.com`.
 * An empty list allows every origin.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true;
  const asSent = origin.toLowerCase();
  return allowed.some((pattern) => matches(asSent, pattern) || matches(asSent, tidied(pattern)));
}

/** What was stored before entries were trimmed when they are saved: with a default port, or by hand with a slash. */
function tidied(pattern: string): string {
  const origin = /^\s*(https?:\/\/[^/?#\s]+)/i.exec(pattern)?.[1]?.toLowerCase() ?? pattern;
  return origin.replace(/^(https:.*):443$/, '$1').replace(/^(http:.*):80$/, '$1');
}

function matches(origin: string, pattern: string): boolean {
  const wildcard = pattern.indexOf('*.');
  if (wildcard < 0) return origin === pattern;
  const scheme = pattern.slice(0, wildcard);
  // With its dot, so that "https://evil-example.com" is not below "https://*.example.com".
  const domain = pattern.slice(wildcard + 1);
  return origin.startsWith(scheme) && origin.endsWith(domain) && origin.length > scheme.length + domain.length;
}
