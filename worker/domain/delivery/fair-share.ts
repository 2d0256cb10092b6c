/**
 * Shares an app's quota among the integrations that use it: a noisy one cannot keep a quiet one waiting.
 *
 * Requests are counted by integration and in slots of ten seconds, the oldest of them in full, so that what is counted for
 * a minute is never less than what was sent in it.
 */
export type Use = { bySlot: ReadonlyMap<number, number>; askedAtMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SLOT_MS = 10_000;
const SLOTS = MINUTE_MS / SLOT_MS + 1;

/** What one integration may take of a quota that others have used today: the rest is there when they come back. */
const MOST_FOR_ONE = 0.9;

/** How long an integration has to wait before it may take more; 0 when it may now. */
export function waitForShare(
  uses: ReadonlyMap<string, Use>,
  { integrationId, perMinute, nowMs }: { integrationId: string; perMinute: number; nowMs: number },
): number {
  const others = [...uses].filter(([id]) => id !== integrationId);
  if (others.length === 0) return 0;
  const slots = recent(uses.get(integrationId), nowMs);
  const active = 1 + others.filter(([, { askedAtMs }]) => Math.abs(nowMs - askedAtMs) < MINUTE_MS).length;
  const usedByOthers = others.reduce((sum, [, use]) => sum + total(recent(use, nowMs)), 0);
  // An equal share is everybody's who asks now, and what the others leave may be had on top.
  const equal = active > 1 ? perMinute / active : 0;
  const share = Math.max(equal, perMinute * MOST_FOR_ONE - usedByOthers);
  // Whoever has had nothing may always ask: then the minute's quota decides, and below there is an oldest slot.
  if (total(slots) < Math.max(share, 1)) return 0;
  const oldest = Math.min(...slots.keys());
  return (oldest + SLOTS) * SLOT_MS - nowMs;
}

/** Writes down that an integration asked, and whether it got its permit. Who has not asked for a day is forgotten. */
export function withUse(
  uses: ReadonlyMap<string, Use>,
  { integrationId, isGranted, nowMs }: { integrationId: string; isGranted: boolean; nowMs: number },
): Map<string, Use> {
  const kept = new Map([...uses].filter(([, { askedAtMs }]) => Math.abs(nowMs - askedAtMs) < DAY_MS));
  const bySlot = recent(uses.get(integrationId), nowMs);
  if (isGranted) bySlot.set(slotOf(nowMs), (bySlot.get(slotOf(nowMs)) ?? 0) + 1);
  return kept.set(integrationId, { bySlot, askedAtMs: nowMs });
}

/** The slots of the last minute. Those of a clock that was ahead count as made just now. */
function recent(use: Use | undefined, nowMs: number): Map<number, number> {
  const slots = new Map<number, number>();
  for (const [slot, count] of use?.bySlot ?? []) {
    const countedIn = Math.min(slot, slotOf(nowMs));
    if (countedIn > slotOf(nowMs) - SLOTS) slots.set(countedIn, (slots.get(countedIn) ?? 0) + count);
  }
  return slots;
}

function total(slots: ReadonlyMap<number, number>): number {
  return [...slots.values()].reduce((sum, count) => sum + count, 0);
}

function slotOf(ms: number): number {
  return Math.floor(ms / SLOT_MS);
}
