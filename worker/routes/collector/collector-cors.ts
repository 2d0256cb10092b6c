import type { MiddlewareHandler } from 'hono';

import { setHeaders } from '../http/set-headers.ts';

/**
 * Lets any page read the collector's answers, including problems. The key decides which origin may send, and a
 * preflight does not contain it. Credentials are allowed, because a collector on a subdomain receives cookies.
 */
export const collectorCors: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header('Origin');
  if (c.req.method === 'OPTIONS') {
    const response = new Response(null, { status: 204 });
    if (origin !== undefined) {
      response.headers.set('Access-Control-Allow-Methods', 'POST, GET');
      response.headers.set(
        'Access-Control-Allow-Headers',
        'authorization, content-type, content-encoding, anonymousid',
      );
      response.headers.set('Access-Control-Max-Age', '7200');
    }
    c.res = response;
  } else await next();
  setHeaders(c, (headers) => {
    headers.append('Vary', 'Origin');
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
    if (origin === undefined) return;
    headers.set('Access-Control-Allow-Origin', origin);
    headers.set('Access-Control-Allow-Credentials', 'true');
    headers.set('Access-Control-Expose-Headers', 'Retry-After');
  });
};
