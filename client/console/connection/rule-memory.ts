import type { ConversionRule } from '../../../worker/schema/settings/linkedin-objects.ts';

/** Campaigns can be added in Campaign Manager too, so what LinkedIn said is asked again after a while. */
const KEPT_MS = 10 * 60_000;

/** In memory only, so it ends with the tab. */
const kept = new Map<string, { rules: ConversionRule[]; atMs: number }>();

/** Keeps what LinkedIn has just said about a connection's rules, for the pages that show many sites. */
export function rememberRules(integrationId: string, rules: ConversionRule[], nowMs = Date.now()): void {
  kept.set(integrationId, { rules, atMs: nowMs });
}

/** Returns the rules that LinkedIn listed in the last ten minutes, or undefined if it wasn't asked. */
export function rememberedRules(integrationId: string, nowMs = Date.now()): ConversionRule[] | undefined {
  const known = kept.get(integrationId);
  return known === undefined || nowMs - known.atMs > KEPT_MS ? undefined : known.rules;
}

/** Forgets a connection's rules, because one of them was changed. */
export function forgetRules(integrationId: string): void {
  kept.delete(integrationId);
}
