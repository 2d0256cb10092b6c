/** Returns the country of a request, as Cloudflare's edge knows it. */
export function countryOf(request: Request): string | undefined {
  const country = request.cf?.country;
  return typeof country === 'string' ? country : undefined;
}
