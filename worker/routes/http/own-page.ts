import type { Context } from 'hono';

import { Problem } from './problem.ts';

/**
 * Refuses a request that another site's page made with credentials that the browser adds by itself.
 *
 * The browser says where a request comes from: in `Sec-Fetch-Site`, or in `Origin` if it is older. Browsers do not send
 * a cookie with SameSite=Strict from another site. So this is for subdomains, and for Cloudflare Access, whose cookie
 * is not ours.
 *
 * @throws Problem cross_site.
 */
export function mustBeOwnPage(c: Context): void {
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  const site = c.req.header('Sec-Fetch-Site');
  const isOwn =
    site === undefined
      ? isReading || c.req.header('Origin') === new URL(c.req.url).origin
      : site === 'same-origin' || (isReading && site === 'none');
  if (!isOwn)
    throw new Problem(
      'cross_site',
      'Cannot use the session: the request comes from a page of another origin. Send a Bearer token from there.',
    );
}
