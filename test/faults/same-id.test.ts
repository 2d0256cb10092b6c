/** T9: whatever events share an ID, each rule gets one delivery, a retry changes nothing, and the ledger balances. */
import { array, assert, asyncProperty, boolean, constantFrom, record } from 'fast-check';
import { expect, it } from 'vitest';

import { isBalanced } from '../../worker/domain/delivery/ledger-totals.ts';
import { inOneTurn } from '../../worker/objects/event-store/in-parts.ts';
import type { AcceptedEvent } from '../../worker/objects/outbox/delivery-types.ts';
import { EventHistory } from '../../worker/objects/outbox/reports/event-history.ts';
import { LedgerReader } from '../../worker/objects/outbox/reports/ledger-reader.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

type Sent = {
  rules: readonly string[];
  skip: 'no_mapping' | 'no_consent' | 'no_identity';
  name: string;
  isServer: boolean;
};

const ID = 'order-1';

const anEvent = ({ rules, skip, name, isServer }: Sent, nowMs: number): AcceptedEvent => {
  const receipt = aReceipt({
    messageId: ID,
    happenedAtMs: nowMs,
    receivedAtMs: nowMs,
    to: rules.map((ruleId) => ({ integrationId: 'int_a', ruleId })),
  });
  return {
    ...receipt,
    name,
    skipReason: rules.length === 0 ? skip : undefined,
    ...(isServer && { isFromServer: true }),
  };
};

const sent = record({
  rules: constantFrom([], [], ['1001'], ['1002'], ['1001', '1002']),
  skip: constantFrom('no_mapping' as const, 'no_consent' as const, 'no_identity' as const),
  name: constantFrom('Order', 'Junk'),
  isServer: boolean(),
});

it('stores one delivery for each rule that any event with the ID fires, and retrying them all changes nothing', async () => {
  await assert(
    asyncProperty(array(sent, { minLength: 1, maxLength: 12 }), boolean(), async (events, isSentBetween) => {
      const world = new CalmWorld();
      const receipts = events.map((event) => anEvent(event, world.nowMs));
      const enqueue = async (): Promise<void> => {
        for (const receipt of receipts) {
          const kept = world.simulation.enqueue('src_a', [receipt]);
          await world.pass(isSentBetween ? 30_000 : 300);
          expect(await kept).toBe(true);
        }
      };
      await enqueue();
      const { sql } = world.simulation.databases.get('src_a') ?? { sql: undefined };
      if (sql === undefined) throw new Error('The simulation has no src_a');
      const rows = () => sql.exec('SELECT seq, deliveries, skip_reason FROM events ORDER BY seq').toArray();
      const before = rows();
      await enqueue();
      await world.pass(120_000);

      expect(rows()).toEqual(before);
      const rules = new Set(events.flatMap((event) => event.rules));
      expect(world.taken.map(({ ruleId }) => ruleId).toSorted()).toEqual([...rules].toSorted());
      const skipped = new EventHistory(sql).event(ID)?.same_id.filter(({ state }) => state === 'skipped') ?? [];
      expect(skipped.length).toBeLessThanOrEqual(4);
      const ledger = inOneTurn(new LedgerReader(sql).read({ from: '2026-01-01', to: '2027-12-31' }));
      expect(ledger.filter((row) => !isBalanced(row))).toEqual([]);
      expect(ledger.reduce((sum, row) => sum + row.received, 0)).toBe(events.length * 2);
    }),
    { numRuns: 60 },
  );
});
