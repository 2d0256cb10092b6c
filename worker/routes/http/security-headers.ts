import type { MiddlewareHandler } from 'hono';

/** Headers of everything that the Worker itself answers; the static files have theirs in `_headers`. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Strict-Transport-Security', 'max-age=31536000');
  c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  if (c.res.headers.get('Cache-Control') === null) c.header('Cache-Control', 'no-store');
};
