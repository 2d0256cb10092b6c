/** Q6: the rows that a request writes grow with its events, not with its events times the waiting conversions. */
import { assert, asyncProperty, boolean, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { AcceptedEvent } from '../../worker/objects/outbox/delivery-types.ts';
import { CalmWorld } from './calm-world.ts';
import { aReceipt } from './simulation/a-receipt.ts';

const TO = [{ integrationId: 'int_a', ruleId: '1001' }];
const CONSENT = { categories: {}, policy: 'granted' as const, country: undefined };

/** A page app that identifies the visitor on each route: always in the same browser, each time with another user ID. */
const anIdentify = (
  index: number,
  nowMs: number,
  { hasEmail, isSame }: { hasEmail: boolean; isSame: boolean },
): AcceptedEvent => ({
  ...aReceipt({ messageId: `said-${index}`, happenedAtMs: nowMs, receivedAtMs: nowMs, to: [] }),
  introduction: {
    tags: ['browser', isSame ? 'user' : `user-${index}-0123456789`],
    person: ['browser', isSame ? 'user' : `user-${index}-0123456789`],
    integrationIds: ['int_a'],
    identity: { firstName: 'Ann', lastName: 'Lee', ...(hasEmail && { emailSha256: 'a'.repeat(64) }) },
    consent: CONSENT,
    hasEmail,
    hasNames: true,
  },
});

async function written(
  { waiting, said, requests }: { waiting: number; said: number; requests: number },
  kind: { hasEmail: boolean; isSame: boolean },
): Promise<{ rows: number; longest: number; states: Record<string, number> }> {
  const world = new CalmWorld();
  const nowMs = world.nowMs;
  const leads = Array.from({ length: waiting }, (_, index) =>
    aReceipt({
      messageId: `lead-${index}`,
      happenedAtMs: nowMs,
      receivedAtMs: nowMs,
      to: TO,
      idTypes: [],
      wait: { tag: 'browser', forMs: 3_600_000 },
    }),
  );
  const enqueue = async (receipts: readonly AcceptedEvent[]): Promise<void> => {
    const kept = world.simulation.enqueue('src_a', receipts);
    await world.pass(300);
    expect(await kept).toBe(true);
  };
  await enqueue(leads);
  const database = world.simulation.databases.get('src_a');
  if (database === undefined) throw new Error('The simulation has no src_a');
  const one = (query: string): number => database.sql.exec<{ n: number }>(query).toArray()[0]?.n ?? 0;
  const before = one('SELECT total_changes() AS n');
  for (let request = 0; request < requests; request += 1)
    await enqueue(Array.from({ length: said }, (_, index) => anIdentify(request * said + index, nowMs, kind)));
  return {
    rows: one('SELECT total_changes() AS n') - before,
    longest: one('SELECT ifnull(max(length(person)), 0) AS n FROM deliveries'),
    states: world.states(),
  };
}

describe('identifies while conversions wait', () => {
  it('write a few rows each and a limited number of tags when 500 meet 500 waiting conversions', async () => {
    const { rows, longest } = await written(
      { waiting: 500, said: 500, requests: 1 },
      { hasEmail: false, isSame: false },
    );

    expect(rows).toBeLessThan(5_000);
    expect(longest).toBeLessThan(800);
  });

  it('write in proportion to their own number, however many conversions wait', async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 150 }),
        integer({ min: 1, max: 60 }),
        integer({ min: 1, max: 3 }),
        boolean(),
        boolean(),
        async (waiting, said, requests, hasEmail, isSame) => {
          const { rows, longest, states } = await written({ waiting, said, requests }, { hasEmail, isSame });

          expect(rows).toBeLessThanOrEqual(requests * (6 * said + 6 * waiting + 50));
          expect(longest).toBeLessThan(800);
          expect(states['waiting'] ?? 0).toBe(hasEmail ? 0 : waiting);
        },
      ),
      { numRuns: 15 },
    );
  });
});
