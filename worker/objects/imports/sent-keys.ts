import type { RowDecision } from '../../domain/imports/check-rows.ts';
import type { ImportRow } from '../../domain/imports/import-row.ts';
import type { RowIds } from './imports-engine.ts';

/** One delivery of a row, and the keyed hashes by which it is recognised in another file. */
export type DeliveryKeys = {
  delivery: { integrationId: string; ruleId: string; eventId: string };
  /** Of the event's ID and its rule. */
  own: string;
  /** Of the row's cells and the rule. The same cells are the same conversion, even if other columns are chosen. */
  cells?: string;
};

/** Returns the keys of each row's deliveries. A row that has none isn't sent. */
export function deliveryKeys(
  rows: readonly ImportRow[],
  decisions: readonly RowDecision[],
  idOf: RowIds,
): Promise<DeliveryKeys[][]> {
  return Promise.all(
    rows.map(({ cells }, index) => {
      const decision = decisions[index];
      const deliveries = decision?.kind === 'accepted' ? decision.accepted.deliveries : [];
      return Promise.all(
        deliveries.map(async ({ integrationId, ruleId, eventId }) => {
          const delivery = { integrationId, ruleId, eventId };
          const own = await idOf(JSON.stringify(delivery));
          if (cells === undefined) return { delivery, own };
          return { delivery, own, cells: await idOf(JSON.stringify(['cells', integrationId, ruleId, cells])) };
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
  return keys.flatMap(({ own, cells }) => [
    ...(cells === undefined ? [] : [cells]),
    ...(outcome === 'erased' ? [own] : []),
  ]);
}
