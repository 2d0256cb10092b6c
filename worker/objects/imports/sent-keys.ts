import { leadSpellings } from '../../domain/hooks/lead-spellings.ts';
import type { RowDecision } from '../../domain/imports/check-rows.ts';
import { dealIdentity } from '../../domain/imports/deal-identity.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { RowIds } from './imports-engine.ts';

/** One delivery of a row, and the keyed hashes by which it is recognised in another file. */
export type DeliveryKeys = {
  delivery: { integrationId: string; ruleId: string; eventId: string };
  /** Of the event's ID and its rule. */
  own: string;
  /** Of the row's cells and the rule. The same cells are the same conversion, even if other columns are chosen. */
  cells?: string;
  /**
   * Of the event, its rule, the person and the deal: an event happens once to a deal, even if its amount or date is
   * corrected. A row with an ID of its own has none.
   */
  deal?: string;
};

/** Returns the keys of each row's deliveries. A row that has none isn't sent. */
export function deliveryKeys(
  rows: readonly ImportRow[],
  decisions: readonly RowDecision[],
  idOf: RowIds,
): Promise<DeliveryKeys[][]> {
  return Promise.all(
    rows.map(({ cells, eventId: ownId, dealId, emailSha256, userId, leadUrn, clickId }, index) => {
      const decision = decisions[index];
      const accepted = decision?.kind === 'accepted' ? decision.accepted : undefined;
      const deliveries = accepted?.deliveries ?? [];
      const lead = leadUrn === undefined ? undefined : leadSpellings(leadUrn)[0];
      const whose = emailSha256 ?? userId ?? lead ?? clickId ?? '';
      return Promise.all(
        deliveries.map(async ({ integrationId, ruleId, eventId }) => {
          const delivery = { integrationId, ruleId, eventId };
          const own = await idOf(JSON.stringify(delivery));
          const keyOf = (...parts: readonly unknown[]): Promise<string> =>
            idOf(JSON.stringify([parts[0], integrationId, ruleId, ...parts.slice(1)]));
          return {
            delivery,
            own,
            ...(cells !== undefined && { cells: await keyOf('cells', cells) }),
            ...(dealId !== undefined &&
              ownId === undefined && { deal: await keyOf('deal', accepted?.name, dealIdentity(dealId), whose) }),
          };
        }),
      );
    }),
  );
}

/**
 * Returns the keys to remember of a row. The outbox knows the deliveries of a row that was sent, but not those of a person
 * who was erased before. The same row in another file must not be sent then.
 */
export function keysToRemember(outcome: string | undefined, keys: readonly DeliveryKeys[]): string[] {
  if (outcome !== 'accepted' && outcome !== 'erased') return [];
  return keys.flatMap(({ own, cells, deal }) => [
    ...[cells, deal].filter((key) => key !== undefined),
    ...(outcome === 'erased' ? [own] : []),
  ]);
}
