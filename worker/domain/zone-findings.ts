/** The answer to a request for the tag's script that went through the customer's own zone. */
export type TagAnswer = {
  status: number;
  contentType: string | null;
  cacheControl: string | null;
  /** Cloudflare's own headers. They show whether Cloudflare or its cache answered instead of the Worker. */
  mitigated: string | null;
  cacheStatus: string | null;
};

type ZoneFinding = { code: 'collector_challenged' | 'tag_cached' | 'tag_cached_longer'; detail: string };

/** How long browsers may keep `df.js`, as set in scripts/static-headers.ts. */
const TAG_MAX_AGE_S = 300;

/** The cache states in which Cloudflare's cache had the script. */
const FROM_CACHE = /^(HIT|STALE|UPDATING|REVALIDATED)$/;

/**
 * Returns the harm that a zone's settings do to the collector. It reports only what the answer proves. For example, on
 * a route of the website's own host, a Worker's request to itself reaches the website instead, and that is not a fault.
 *
 * https://developers.cloudflare.com/cache/concepts/cache-responses/
 * https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
 */
export function zoneFindings(answer: TagAnswer | undefined): ZoneFinding[] {
  if (answer === undefined) return [];
  const { status, contentType, cacheControl, mitigated, cacheStatus } = answer;
  if (mitigated !== null)
    return [{ code: 'collector_challenged', detail: `The tag’s script was answered with ${status}, “${mitigated}”.` }];
  if (status !== 200 || contentType?.includes('javascript') !== true) return [];
  const found: ZoneFinding[] = [];
  if (cacheStatus !== null && FROM_CACHE.test(cacheStatus))
    found.push({ code: 'tag_cached', detail: `The tag’s script came with the cache status ${cacheStatus}.` });
  const seconds = Number(/max-age=(\d+)/.exec(cacheControl ?? '')?.[1] ?? 0);
  if (seconds > TAG_MAX_AGE_S)
    found.push({ code: 'tag_cached_longer', detail: `Browsers keep the tag’s script for ${seconds} seconds.` });
  return found;
}
