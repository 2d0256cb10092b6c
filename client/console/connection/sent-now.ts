import { texts } from '../texts.ts';
import { h } from '../ui/h.ts';

const t = texts.rules;

/** How long a page says it: as long as “now” is true, and somebody may return from the deliveries. */
const SHOWN_MS = 120_000;

/** What a repair has just released. It isn't kept in the page, because a repair draws the page again, even twice. */
type Sent = { integrationId: string; held: number; ruleId?: string };
let sent: (Sent & { atMs: number }) | undefined;

/** Keeps how many held conversions a repair has released: those of one rule, or of the whole connection. */
export function keepSent(released: Sent): void {
  sent = released.held > 0 ? { ...released, atMs: performance.now() } : undefined;
}

/** Says how many held conversions of a connection are sent now, with a link to them. */
export function sentNotice(sourceId: string, integrationId: string): HTMLElement | false {
  if (sent?.integrationId !== integrationId || performance.now() - sent.atMs > SHOWN_MS) return false;
  const query = new URLSearchParams({
    integration: integrationId,
    ...(sent.ruleId !== undefined && { conversion_rule_id: sent.ruleId }),
  }).toString();
  return h(
    'div',
    { class: 'notice good' },
    h('p', {}, t.sentNow(sent.held)),
    h(
      'a',
      { class: 'button', href: `#/sources/${sourceId}/deliveries?${query}` },
      sent.ruleId === undefined ? t.seeSentOfConnection : t.seeSent,
    ),
  );
}
