/**
 * Takes the prefix off under which the Worker is also served, e.g. `/_df` on a route of the site's own host. The paths
 * without it go on working.
 */
export function withoutBasePath(request: Request, basePath: string): Request {
  if (basePath === '') return request;
  const url = new URL(request.url);
  if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`)) return request;
  url.pathname = url.pathname.slice(basePath.length) || '/';
  return new Request(url, request);
}
