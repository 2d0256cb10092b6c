/** An origin as browsers write it: scheme, host and port, with nothing before, between or after. */
const WEB_ORIGIN = /^https?:\/\/(?<host>[a-z\d_-]{1,63}(?:\.[a-z\d_-]{1,63})*)(?<end>\.?)(?<port>(?::\d{1,5})?)$/;

const MAX_HOST_CHARS = 253;

/**
 * Checks whether a page's origin matches one of the source's: exactly, or through a wildcard such as
 * `https://*.example.com`. An empty list allows every origin.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true;
  const asked = withoutLastDot(origin.toLowerCase());
  return allowed.some((pattern) => matches(asked, pattern) || matches(asked, tidied(pattern)));
}

/**
 * Removes a dot after the host. "https://example.com." is the same server, and allowed origins are stored without the
 * dot.
 */
function withoutLastDot(origin: string): string {
  const { end = '', port = '' } = WEB_ORIGIN.exec(origin)?.groups ?? {};
  return end === '' ? origin : origin.slice(0, -(end + port).length) + port;
}

/** Cleans an entry that was stored before entries were cleaned on saving, with a default port or a slash. */
function tidied(pattern: string): string {
  const origin = /^\s*(https?:\/\/[^/?#\s]+)/i.exec(pattern)?.[1]?.toLowerCase() ?? pattern;
  return withoutLastDot(origin.replace(/^(https:.*):443$/, '$1').replace(/^(http:.*):80$/, '$1'));
}

function matches(origin: string, pattern: string): boolean {
  const wildcard = pattern.indexOf('*.');
  if (wildcard < 0) return origin === pattern;
  // Otherwise "https://evil.example/.example.com" would match by its end.
  if (!isOfHost(origin)) return false;
  const scheme = pattern.slice(0, wildcard);
  // Includes the dot, so that "https://evil-example.com" doesn't match "https://*.example.com".
  const domain = pattern.slice(wildcard + 1);
  return origin.startsWith(scheme) && origin.endsWith(domain) && origin.length > scheme.length + domain.length;
}

function isOfHost(origin: string): boolean {
  const host = WEB_ORIGIN.exec(origin)?.groups?.['host'];
  return host !== undefined && host.length <= MAX_HOST_CHARS;
}
