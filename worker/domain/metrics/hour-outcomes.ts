import type { LedgerRow } from '../../schema/reports/ledger.ts';
import type { HourOutcome } from './progress.ts';

/** Returns the outcomes in an hourly ledger, as metrics count them. */
export function hourOutcomes(rows: readonly LedgerRow[]): HourOutcome[] {
  return rows.flatMap(({ day, hour = 0, rejected, skipped }) => {
    const at = `${day}T${String(hour).padStart(2, '0')}`;
    return [
      ...(rejected > 0 ? [{ hour: at, outcome: 'rejected', events: rejected }] : []),
      ...Object.entries(skipped).map(([reason, events]) => ({ hour: at, outcome: `skipped:${reason}`, events })),
    ];
  });
}
