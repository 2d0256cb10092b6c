/** Where a request is from, as the edge knows it. */
export function countryOf(request: Request): string | undefined {
  const country = request.cf?.country;
  return typeof country === 'string' ? country : undefined;
}
