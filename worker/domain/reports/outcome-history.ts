import type { LedgerRow } from '../../schema/reports/ledger.ts';
import type { OverviewRow } from '../../schema/reports/overview.ts';

const HOUR_MS = 60 * 60 * 1000;

/**
 * Adds the rows of a ledger up to counts by hour or UTC day, the oldest first. The last one is the current hour or day.
 *
 * @param steps How many hours or days.
 */
export function outcomeHistory(
  rows: readonly LedgerRow[],
  { step, steps, nowMs }: { step: 'hour' | 'day'; steps: number; nowMs: number },
): OverviewRow['history'] {
  const stepMs = step === 'hour' ? HOUR_MS : 24 * HOUR_MS;
  const last = Math.floor(nowMs / stepMs);
  const empty = (): number[] => Array.from({ length: steps }, () => 0);
  const history = { step, received: empty(), delivered: empty(), failed: empty() };
  for (const { day, hour = 0, received, delivered, dead } of rows) {
    const at = steps - 1 - (last - Math.floor((Date.parse(day) + hour * HOUR_MS) / stepMs));
    if (at < 0 || at >= steps) continue;
    history.received[at] = (history.received[at] ?? 0) + received;
    history.delivered[at] = (history.delivered[at] ?? 0) + delivered;
    history.failed[at] = (history.failed[at] ?? 0) + dead;
  }
  return history;
}
