/**
 * Removes the path prefix under which the Worker is also served, e.g. `/_df` on a route of the site's own host. Paths
 * without the prefix work too.
 */
export function withoutBasePath(request: Request, basePath: string): Request {
  const prefix = basePath.replace(/\/+$/, '');
  if (prefix === '') return request;
  const url = new URL(request.url);
  if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) return request;
  url.pathname = url.pathname.slice(prefix.length) || '/';
  return new Request(url, request);
}
