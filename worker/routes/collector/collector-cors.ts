import type { MiddlewareHandler } from 'hono';

/**
 * Lets any page read the collector's answers, problems included: which origin may send is decided with the key, which a
 * preflight does not show. With credentials, since the cookies travel to a collector on a subdomain.
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
  c.header('Vary', 'Origin', { append: true });
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  if (origin === undefined) return;
  c.header('Access-Control-Allow-Origin', origin);
  c.header('Access-Control-Allow-Credentials', 'true');
  c.header('Access-Control-Expose-Headers', 'Retry-After');
};
