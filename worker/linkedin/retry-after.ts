/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3): seconds or an HTTP date. Any other value counts as absent.
 *
 * @returns Milliseconds from now, at least 0.
 */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse accepts almost anything, so the form is checked first: "Wed, 21 Oct 2026 07:28:00 GMT".
  const atMs = /^[A-Z][a-z]{2,8}, .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
