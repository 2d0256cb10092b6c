const FROM_ANY_PAGE = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Returns Cloudflare's `_headers` file for the static assets.
 *
 * @param inlineScriptHashes The only inline script that the demo's pages may run: the stub.
 * @param prefix The base path under which the files are as well, without slashes; empty for none.
 */
export function staticHeaders(inlineScriptHashes: readonly string[], prefix = ''): string {
  const page = pageHeaders(inlineScriptHashes);
  // The console holds the admin token and shows strangers' texts: no inline scripts, no policy that makes HTML, no
  // opener.
  const console = pageHeaders([], ["trusted-types 'none'"]);
  const rules: Record<string, Record<string, string>> = {
    // Short, so that a fixed tag is on every page within minutes; SRI belongs on the immutable path.
    '/df.js': { 'Cache-Control': 'public, max-age=300, stale-while-revalidate=86400', ...FROM_ANY_PAGE },
    '/df-*': { 'Cache-Control': 'public, max-age=300, stale-while-revalidate=86400', ...FROM_ANY_PAGE },
    '/df/*': { 'Cache-Control': 'public, max-age=31536000, immutable', ...FROM_ANY_PAGE },
    '/demo': page,
    '/demo/*': page,
    '/console': { ...console, 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Opener-Policy': 'same-origin' },
    '/console/*': console,
  };
  return ['', ...(prefix === '' ? [] : [`/${prefix}`])]
    .flatMap((base) => Object.entries(rules).map(([path, headers]) => [`${base}${path}`, headers] as const))
    .map(([path, headers]) =>
      [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

function pageHeaders(inlineScriptHashes: readonly string[], directives: readonly string[] = []) {
  return {
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src ${["'self'", ...inlineScriptHashes].join(' ')}`,
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      ...directives,
    ].join('; '),
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}
