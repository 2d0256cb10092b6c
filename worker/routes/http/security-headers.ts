import type { MiddlewareHandler } from 'hono';

import { setHeaders } from './set-headers.ts';

/** Sets the headers of all answers by the Worker itself. Static files have theirs in `_headers`. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  setHeaders(c, (headers) => {
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Referrer-Policy', 'no-referrer');
    headers.set('Strict-Transport-Security', 'max-age=31536000');
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  });
};
