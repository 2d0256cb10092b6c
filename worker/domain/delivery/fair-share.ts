/**
 * An integration's recent use of its app's quota, which is shared fairly: a busy integration can't block a quiet one.
 *
 * Requests are counted in slots of ten seconds. The oldest slot counts in full, so the count for a minute is never too
 * low.
 */
export type Use = { bySlot: ReadonlyMap<number, number>; askedAtMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SLOT_MS = 10_000;
const SLOTS = MINUTE_MS / SLOT_MS + 1;

/**
 * The share of the quota that one integration may use when others were active today. The rest is free when they return.
 */
const MOST_FOR_ONE = 0.9;

/** Returns how long an integration must wait for its share, or 0. */
export function waitForShare(
  uses: ReadonlyMap<string, Use>,
  { integrationId, perMinute, nowMs }: { integrationId: string; perMinute: number; nowMs: number },
): number {
  const others = [...uses].filter(([id]) => id !== integrationId);
  if (others.length === 0) return 0;
  const slots = recent(uses.get(integrationId), nowMs);
  const active = 1 + others.filter(([, { askedAtMs }]) => Math.abs(nowMs - askedAtMs) < MINUTE_MS).length;
  const usedByOthers = others.reduce((sum, [, use]) => sum + total(recent(use, nowMs)), 0);
  // Each active integration has an equal share. It may also use the quota that the others leave.
  const equal = active > 1 ? perMinute / active : 0;
  const share = Math.max(equal, perMinute * MOST_FOR_ONE - usedByOthers);
  // An integration without recent requests may always ask; the quota per minute then decides. So the code below always
  // has an oldest slot.
  if (total(slots) < Math.max(share, 1)) return 0;
  const oldest = Math.min(...slots.keys());
  return (oldest + SLOTS) * SLOT_MS - nowMs;
}

/**
 * Records that an integration asked, and whether it got a permit. Integrations that haven't asked for a day are
 * removed.
 */
export function withUse(
  uses: ReadonlyMap<string, Use>,
  { integrationId, isGranted, nowMs }: { integrationId: string; isGranted: boolean; nowMs: number },
): Map<string, Use> {
  const kept = new Map([...uses].filter(([, { askedAtMs }]) => Math.abs(nowMs - askedAtMs) < DAY_MS));
  const bySlot = recent(uses.get(integrationId), nowMs);
  if (isGranted) bySlot.set(slotOf(nowMs), (bySlot.get(slotOf(nowMs)) ?? 0) + 1);
  return kept.set(integrationId, { bySlot, askedAtMs: nowMs });
}

/** Returns the slots of the last minute. Slots in the future, from a clock that was ahead, count as now. */
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
