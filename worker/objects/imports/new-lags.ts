import { leadSpellings } from '../../domain/hooks/lead-spellings.ts';
import type { RowDecision } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { DateOrder } from '../../domain/imports/read-time.ts';
import type { RowIds } from './imports-engine.ts';
import type { LagTables } from './lag-tables.ts';

type Means = {
  lags: LagTables;
  idOf: RowIds;
  /** The rows are leads of LinkedIn's own forms. The lag of a lead's later changes is counted from its row. */
  isLeadForm: boolean;
  dateOrder: DateOrder | undefined;
};

/**
 * Finds the lags of some conversions: how long they came after the click, or after the person became a lead.
 *
 * @param sent Rows that are new conversions. Rows without a decision are ignored.
 * @returns A function that records the lags. Call it in the transaction that records the rows as stored.
 */
export async function newLags(
  sent: readonly { row: ImportRow | undefined; decision: RowDecision | undefined }[],
  { lags, idOf, isLeadForm, dateOrder }: Means,
): Promise<() => void> {
  const found = await Promise.all(
    sent.map(async ({ row, decision }) => {
      if (row === undefined || decision?.kind !== 'accepted') return undefined;
      const spellings = row.leadUrn === undefined ? [] : leadSpellings(row.leadUrn);
      const leads = await Promise.all(spellings.map((urn) => idOf(`lead ${urn}`)));
      const { happenedAtMs, deliveries } = decision.accepted;
      return { leads, happenedAtMs, deliveries, given: clickTimeOf(row, dateOrder) };
    }),
  );
  return () => {
    for (const each of found) {
      if (each === undefined) continue;
      const { leads, happenedAtMs, deliveries, given } = each;
      const [lead] = leads;
      if (isLeadForm && lead !== undefined) lags.noteLead(lead, happenedAtMs);
      const clickedAtMs = given ?? leads.map((key) => lags.leadAt(key)).findLast((atMs) => atMs !== undefined);
      if (clickedAtMs === undefined) continue;
      for (const { integrationId, ruleId } of deliveries)
        lags.add({ integrationId, ruleId, happenedAtMs, clickedAtMs });
    }
  };
}

function clickTimeOf({ clickTime }: ImportRow, dateOrder: DateOrder | undefined): number | undefined {
  return typeof clickTime === 'object' ? dateOrder && clickTime[dateOrder] : clickTime;
}
