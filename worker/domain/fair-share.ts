/**
 * Shares an app's quota among the integrations that use it: a noisy one cannot keep a quiet one waiting.
 *
 * Each integration's use is a number that grows by one with a request and fades with a minute's time constant, so a steady
 * use of r requests a minute shows as r.
 */
export type Use = { used: number; atMs: number; askedAtMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Below this share of the quota there is enough for everybody. */
const CONTENDED = 0.5;

/** What one integration may take of a quota that others have used today: the rest is there when they come back. */
const MOST_FOR_ONE = 0.9;

/** How long an integration has to wait before it may take more; 0 when it may now. */
export function waitForShare(
  uses: ReadonlyMap<string, Use>,
  {
    integrationId,
    perMinute,
    usedThisMinute,
    nowMs,
  }: { integrationId: string; perMinute: number; usedThisMinute: number; nowMs: number },
): number {
  const others = [...uses].filter(([id]) => id !== integrationId);
  if (others.length === 0) return 0;
  const used = faded(uses.get(integrationId), nowMs);
  const active = 1 + others.filter(([, { askedAtMs }]) => nowMs - askedAtMs < MINUTE_MS).length;
  const isContended = usedThisMinute >= perMinute * CONTENDED;
  const share = isContended && active > 1 ? perMinute / active : perMinute * MOST_FOR_ONE;
  // Until the faded use is below the share again.
  return used < share ? 0 : Math.ceil(MINUTE_MS * Math.log((used + 1) / share));
}

/** Writes down that an integration asked, and whether it got its permit. Who has not asked for a day is forgotten. */
export function withUse(
  uses: ReadonlyMap<string, Use>,
  { integrationId, isGranted, nowMs }: { integrationId: string; isGranted: boolean; nowMs: number },
): Map<string, Use> {
  const kept = new Map([...uses].filter(([, { askedAtMs }]) => Math.abs(nowMs - askedAtMs) < DAY_MS));
  const used = faded(uses.get(integrationId), nowMs) + (isGranted ? 1 : 0);
  return kept.set(integrationId, { used, atMs: nowMs, askedAtMs: nowMs });
}

function faded(use: Use | undefined, nowMs: number): number {
  return use === undefined ? 0 : use.used * Math.exp(-Math.max(0, nowMs - use.atMs) / MINUTE_MS);
}
